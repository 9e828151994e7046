"""Two years of purchases before the demo's last fortnight, brought in as history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

from modules.orders.bulk import HistoryLine, HistoryOrder
from modules.orders.demo.tastes import Range, Shopper, price_on, visits

_LINES = (52, 29, 13, 6)  # percent of the orders that have one, two, … lines
_GUESTS = 0.11
_PREFIX = {"web": "W", "market": "T", "phone": "F", "pos": "P"}


def make_history(
    shoppers: Sequence[Shopper], stock: Range, until: datetime, chance: Random
) -> list[HistoryOrder]:
    """Return the orders of all shoppers until a moment, the earliest first."""
    times = sorted(
        (at, place)
        for place, shopper in enumerate(shoppers)
        for at in visits(shopper, until, chance)
        if at < until
    )
    return [
        _order(number, at, shoppers[place], stock, chance)
        for number, (at, place) in enumerate(times, start=1)
    ]


def _order(
    number: int, at: datetime, shopper: Shopper, stock: Range, chance: Random
) -> HistoryOrder:
    channel = shopper.channel if chance.random() < 0.85 else "web"
    buyer = shopper.buyer
    is_guest = channel == "pos" and chance.random() < _GUESTS * 2.5
    address = buyer.address
    return HistoryOrder(
        channel_code=channel,
        external_id=f"{_PREFIX[channel]}-{100_000 + number}",
        placed_at=at,
        customer_id=None if is_guest else buyer.id,
        buyer={} if is_guest else contact_of(buyer),
        address=None if channel == "pos" else address_of(address),
        currency="PLN",
        status=_status(channel, shopper.sends_back, chance),
        lines=list(_lines(at, shopper, stock, chance)),
        store_code=shopper.shop if channel == "pos" else None,
        shipping_code=shipping_for(channel, shopper, chance),
        payment_code=payment_for(channel, chance),
    )


def contact_of(buyer: Any) -> dict[str, Any]:
    known = {"name": buyer.name, "email": buyer.email, "phone": buyer.phone}
    if buyer.is_company:
        known["company"] = buyer.name
    return {key: value for key, value in known.items() if value}


def address_of(address: Any) -> dict[str, Any]:
    return {
        "name": address.name,
        **({"company": address.company} if address.company else {}),
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }


def shipping_for(channel: str, shopper: Shopper, chance: Random) -> str:
    if channel == "pos":
        return "pickup"
    in_shop = 12 if channel == "web" and shopper.lives_near else 0
    return chance.choices(("locker", "courier", "pickup"), (56, 36, in_shop))[0]


def payment_for(channel: str, chance: Random) -> str:
    if channel == "pos":
        return chance.choices(("card", "cash"), (68, 32))[0]
    if channel == "phone":
        return chance.choices(("transfer", "cod"), (55, 45))[0]
    return chance.choices(("paper_card", "transfer", "cod"), (78, 12, 10))[0]


def _status(channel: str, sends_back: float, chance: Random) -> str:
    if channel == "pos":
        return "returned" if chance.random() < sends_back * 0.5 else "delivered"
    drawn = chance.random()
    if drawn < 0.035:
        return "cancelled"
    if drawn < 0.035 + sends_back:
        return "returned"
    return "delivered"


def _lines(at: datetime, shopper: Shopper, stock: Range, chance: Random) -> Iterator[HistoryLine]:
    wanted = chance.choices((1, 2, 3, 4), _LINES)[0] + (2 if shopper.buyer.is_company else 0)
    taken = set()
    for _line in range(wanted):
        _goods, piece = stock.draw(shopper, at, chance)
        if piece.sku in taken:
            continue
        taken.add(piece.sku)
        yield HistoryLine(
            sku=piece.sku,
            quantity=count_of(shopper, chance),
            unit_price_minor=price_on(piece.price_minor, at, chance),
        )


def count_of(shopper: Shopper, chance: Random) -> int:
    if shopper.buyer.is_company:
        return chance.choice((2, 3, 4, 6))
    return 2 if chance.random() < 0.06 else 1
