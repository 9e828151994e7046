"""How the demo's orders come in during the last fortnight: who buys what, where, and pays how."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from modules import catalog, customers, organization, stock
from modules.orders.demo.history import address_of, contact_of, payment_for, shipping_for
from modules.orders.demo.tastes import Range, Shopper
from modules.orders.given import OrderedLine, OrderedPayment, PlaceOrder
from modules.orders.operations.placing import place_order
from modules.orders.quoting import Goods, Wanted, price

_DELIVERY = {"locker": 12_99, "courier": 15_99, "pickup": 0}
_CARD, _TRANSFER = "paper_card", "transfer"


class Sale(NamedTuple):
    """What is known of a sale before it is paid."""

    intake: organization.IntakeChannel
    store: str
    at: datetime
    lines: Sequence[OrderedLine]
    shipping: str
    delivery_minor: int
    payment_method: str


class Counter:
    """Where orders are placed: it looks at the shelves first, so that nobody is refused."""

    def __init__(self, variants: dict[str, int], goods: Range, chance: Random) -> None:
        self._variants, self._goods, self._chance = variants, goods, chance
        self._placed = self._paid = 0

    def sell_online(
        self, at: datetime, shopper: Shopper, *, channel: str, street: bool = True
    ) -> int | None:
        """Place an order of the web store or by telephone; None where the shelves are empty."""
        intake = organization.channel_for_intake(channel)
        lines = self._basket(at, shopper, [place.id for place in intake.locations])
        if not lines:
            return None
        shipping = shipping_for(channel, shopper, self._chance) if street else "courier"
        buyer, to = contact_of(shopper.buyer), address_of(shopper.buyer.address)
        delivery_minor = self._delivery(lines, shipping)
        method = payment_for(channel, self._chance)
        if channel == "web" and shipping == "pickup":
            method = _CARD
        total_minor = self._total(
            Sale(intake, intake.store_code, at, lines, shipping, delivery_minor, method),
            customer_id=customers.find_buyer(
                customers.BuyerKeys(email=buyer.get("email"), phone=buyer.get("phone"))
            ),
        )
        placed = place_order(
            PlaceOrder(
                channel=channel,
                external_id=self._number(channel) if channel == "web" else None,
                lines=lines,
                shipping_method=shipping,
                shipping_minor=delivery_minor,
                pickup_point=self._point(to) if shipping == "locker" else None,
                placed_at=at,
                buyer=buyer,
                shipping_address=to if street else {**to, "street": ""},
                payment=self._payment(method, total_minor),
                note=self._wish(),
            )
        )
        return placed.order_id

    def sell_over_counter(self, at: datetime, shopper: Shopper, shop: Any) -> int | None:
        """Sell in a shop: chosen from what hangs there, paid at once."""
        lines = self._basket(at, shopper, [shop.floor_id, shop.back_id])
        if not lines:
            return None
        known = self._chance.random() < 0.7
        method = payment_for("pos", self._chance)
        total_minor = self._total(
            Sale(organization.channel_for_intake("pos"), shop.code, at, lines, "pickup", 0, method),
            customer_id=shopper.buyer.id if known else None,
        )
        placed = place_order(
            PlaceOrder(
                channel="pos",
                store=shop.code,
                lines=lines,
                shipping_method="pickup",
                placed_at=at,
                buyer={"customer_id": shopper.buyer.id, **contact_of(shopper.buyer)}
                if known
                else {},
                payment=self._payment(method, total_minor),
            )
        )
        return placed.order_id

    def _payment(self, method: str, amount_minor: int) -> OrderedPayment:
        self._paid += 1
        reference = f"PAY-{self._paid:06d}" if method == _CARD else None
        return OrderedPayment(method=method, amount_minor=amount_minor, reference=reference)

    def _total(self, sale: "Sale", *, customer_id: int | None) -> int:
        """Return what the sale costs, as the web store or the till asks before it is paid."""
        day = sale.at.astimezone(ZoneInfo(sale.intake.company_zone)).date()
        method, rates = organization.terms_for_intake(sale.shipping, day)
        return price(
            Wanted(
                channel=sale.intake,
                goods=[Goods(one.sku, one.quantity) for one in sale.lines],
                variants=catalog.variants_for_sale([one.sku for one in sale.lines]),
                rates=rates,
                at=sale.at,
                currency=sale.intake.currency,
                store=sale.store,
                shipping_minor=sale.delivery_minor,
                shipping_rate_bp=method.delivery_rate_bp,
                shipping_method=sale.shipping,
                payment_method=sale.payment_method,
                customer_id=customer_id,
            )
        ).total_minor

    def _basket(
        self, at: datetime, shopper: Shopper, locations: Sequence[int]
    ) -> list[OrderedLine]:
        wanted = self._chance.choices((1, 2, 3, 4), (46, 31, 16, 7))[0]
        chosen: dict[str, int] = {}
        for _look in range(wanted * 3):
            _goods, piece = self._goods.draw(shopper, at, self._chance)
            chosen.setdefault(piece.sku, 2 if self._chance.random() < 0.08 else 1)
        free: dict[int, int] = {}
        keys = sorted(self._variants[sku] for sku in chosen)
        for level in stock.available_for(keys, locations):
            free[level.variant_id] = free.get(level.variant_id, 0) + level.available
        return [
            OrderedLine(sku=sku, quantity=count)
            for sku, count in chosen.items()
            if free.get(self._variants[sku], 0) >= count
        ][:wanted]

    def _delivery(self, lines: Sequence[OrderedLine], shipping: str) -> int:
        # What is ordered by several pieces is worth the free delivery, near enough.
        return 0 if len(lines) > 2 else _DELIVERY[shipping]

    def _number(self, channel: str) -> str:
        self._placed += 1
        return f"{channel[0].upper()}-{200_000 + self._placed}"

    def _point(self, to: dict[str, Any]) -> str:
        return f"{to['city'][:3].upper()}{self._chance.randrange(1, 99):02d}M"

    def _wish(self) -> str | None:
        wishes = (
            "A present: no price inside, if you can.",
            "Leave with the neighbour at number 12.",
            "Call before delivery.",
        )
        return self._chance.choice(wishes) if self._chance.random() < 0.05 else None
