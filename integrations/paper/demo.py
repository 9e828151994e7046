"""The demo's marketplace and bank, made of paper: orders and transfers come in by the ports."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from app import clock, outbox
from app.db import transact
from app.demo import DemoContext
from integrations.paper.client import PaperBank, PaperShop
from integrations.paper.partners import reach
from modules import orders, organization, stock

_CHANNEL = "market"
_A_DAY = (1, 3)
_DAYS = 14
_PULLS = ((7, 5), (15, 40))


def demo(context: DemoContext) -> None:
    _Market(context).plan()
    context.plan(context.end, lambda: _pay_by_transfer(context), opens_units=True)


class _Market:
    """The marketplace: it sells by itself, and tells us when it is asked."""

    def __init__(self, context: DemoContext) -> None:
        self._context = context
        self._chance: Random = context.random_for("market")
        self._midnight = context.end.replace(hour=0, minute=0, second=0, microsecond=0)
        self._goods = [one for one in context.made["goods"] if one.active]
        self._sold = 0

    def plan(self) -> None:
        for days_ago in range(_DAYS, -1, -1):
            for hour, minute in _PULLS if days_ago else ((5, 15),):
                self._context.plan(
                    self._on(days_ago, hour, minute),
                    partial(_pull, self._context.run_jobs),
                    opens_units=True,
                )
            for _order in range(self._chance.randint(*_A_DAY)):
                moment = self._on(days_ago, self._chance.randrange(1, 22 if days_ago else 5))
                self._context.plan(moment, self._sell, opens_units=True)
        self._context.plan(self._on(1, 18, 5), self._sell_what_is_gone, opens_units=True)
        self._context.plan(self._on(0, 3, 10), self._sell_unknown, opens_units=True)

    def _on(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        return self._midnight - timedelta(days=days_ago) + timedelta(hours=hour, minutes=minute)

    def _sell(self) -> None:
        piece = self._piece()
        self._take(
            piece.sku, piece.price_minor, self._chance.choice(("paid", "paid", "paid", "promised"))
        )

    def _sell_what_is_gone(self) -> None:
        """Sell a piece of which nothing is left with us: the marketplace did not know yet."""
        hall = organization.channel_for_intake(_CHANNEL).locations[0].id
        for _look in range(400):
            piece = self._piece()
            variant_id = self._context.made["variants"][piece.sku]
            levels = stock.available_for([variant_id], [hall])
            if sum(level.available for level in levels) < 1:
                self._take(piece.sku, piece.price_minor, "paid")
                return

    def _sell_unknown(self) -> None:
        self._take("LAN-OUTLET-77", 8_990, "paid")

    def _piece(self) -> Any:
        return self._chance.choice(self._chance.choice(self._goods).pieces)

    def _take(self, sku: str, price_minor: int, state: str) -> None:
        buyer = self._chance.choice(self._context.made["buyers"])
        to, price = buyer.address, f"{price_minor / 100:.2f}"
        self._sold += 1
        reach(PaperShop).put_order(
            {
                "id": f"T-{300_000 + self._sold}",
                "created": clock.now().isoformat(),
                "currency": "PLN",
                "buyer": {
                    "login": f"kupujacy{buyer.id}",
                    "name": buyer.name,
                    "phone": buyer.phone,
                },
                "deliver_to": {
                    "name": to.name,
                    "street": to.street,
                    "zip": to.postal_code,
                    "town": to.city,
                    "country": to.country,
                },
                "delivery": {"way": "locker", "price": "0", "point": f"{to.city[:3].upper()}21N"},
                "items": [{"code": sku, "count": 1, "price": price, "title": f"Targ {sku}"}],
                "paid": {
                    "way": "paper_card",
                    "amount": price,
                    "state": state,
                    "reference": f"TP-{300_000 + self._sold}",
                },
            }
        )


def _pull(run_jobs: Callable[[], None]) -> None:
    """Ask every shop for its orders, as the scheduler does all day."""
    once = f"demo:pull:{clock.now():%Y%m%d%H%M}"
    transact(lambda: outbox.enqueue("channels.pull", dedupe=once))
    run_jobs()


def _pay_by_transfer(context: DemoContext) -> None:
    """Let some transfers come in over night; the bank tells of them when it is asked next."""
    bank = reach(PaperBank)
    waiting = [orders.get_order(order_id) for order_id in context.made["unpaid_transfers"]]
    owed = [one for one in waiting if one.balance_minor > 0 and one.status == "placed"]
    for order in owed[-2:]:
        bank.put_transfer(
            amount=order.balance_minor,
            unit=order.currency,
            title=f"Zamówienie {order.number}",
            payer=str(order.buyer["name"]),
        )
