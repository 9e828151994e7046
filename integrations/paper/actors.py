"""The paper partners in a simulated trade: orders from elsewhere, late news, lost answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app import clock
from app.module import Difference
from app.simulating import Player
from integrations.paper.client import PaperCourier, PaperGateway, PaperShop, Refused
from integrations.paper.partners import reach

_BREAKS = (
    (PaperCourier, "announce"),
    (PaperCourier, "label"),
    (PaperGateway, "refund"),
    (PaperGateway, "capture"),
    (PaperShop, "orders"),
    (PaperShop, "stock"),
    (PaperShop, "parcel"),
)
_HOW = ("timeout_before", "timeout_after", "down")


class PaperTown(Player):
    """The town around the shop: it buys elsewhere, repeats itself, and its lines break."""

    def begin(self) -> None:
        self.sold: dict[str, bool] = self.sim.known.setdefault("sold_elsewhere", {})
        self.told: list[dict[str, Any]] = []

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [(4, self.sell), (2, self.repeat_old_news), (1, self.cancel), (1, self.break_a_line)]

    def sell(self) -> bool:
        """The shop sells what it believes to have, which may be more than there is."""
        sim = self.sim
        prices: dict[str, int] = sim.known["prices"]
        items: list[dict[str, Any]] = [
            {
                "code": sku,
                "count": sim.draw.choice((1, 1, 2)),
                "price": _amount(prices[sku]),
                "title": f"Their {sku}",
            }
            for sku in sim.draw.sample([*prices], k=sim.draw.randint(1, 3))
        ]
        total = sum(prices[item["code"]] * item["count"] for item in items) + 1_490
        order: dict[str, Any] = {
            "id": sim.name("P"),
            "created": (sim.moment or clock.now()).isoformat(),
            "currency": "PLN",
            "buyer": {"login": f"{sim.label}-{sim.draw.randrange(9)}", "name": "Anna Nowak"},
            "deliver_to": {
                "name": "Anna Nowak",
                "street": "Długa 5",
                "zip": "31-146",
                "town": "Kraków",
                "country": "PL",
            },
            "delivery": {"way": "courier", "price": "14.90"},
            "items": items,
            "paid": {
                "way": "paper_card",
                "amount": _amount(total),
                "state": "paid",
                "reference": sim.name("theirs"),
            },
        }
        self._put(order)
        self.told.append(order)
        self.sold[order["id"]] = False
        return True

    def repeat_old_news(self) -> bool:
        """The same order once more, long after it and behind younger ones."""
        if not self.told:
            return False
        self._put(self.sim.draw.choice(self.told))
        return True

    def cancel(self) -> bool:
        if not self.told:
            return False
        order = self.told.pop(self.sim.draw.randrange(len(self.told)))
        self.sold[order["id"]] = True
        self._put({**order, "cancelled": True})
        if self.sim.chance(0.5):
            self._put({**order, "cancelled": True})
        return True

    def break_a_line(self) -> bool:
        partner, operation = self.sim.draw.choice(_BREAKS)
        reach(partner).lay_fault(operation, self.sim.draw.choice(_HOW))
        return True

    def _put(self, order: dict[str, Any]) -> None:
        try:
            self.sim.act(lambda: reach(PaperShop).put_order(order))
        except Refused as no:  # the shop knows its own orders
            raise AssertionError(f"the paper shop refused {order['id']}") from no

    # --- at night ---------------------------------------------------------------------------

    def check(self) -> Iterator[Difference]:
        """Nothing was asked of a partner twice, whatever became of its answers."""
        parcels = reach(PaperCourier).books().get("parcels", {}).values()
        keys = [parcel["their_key"] for parcel in parcels]
        if len(keys) != len(set(keys)):
            yield _said("parcels at the courier", "one for each key", "more")
        for known in self.told:
            shown = reach(PaperShop).order(known["id"]).get("parcels", [])
            numbers = [parcel["number"] for parcel in shown]
            if len(numbers) != len(set(numbers)):
                yield _said(f"parcels of {known['id']}", "each once", numbers)


def _said(entry: str, expected: Any, found: Any) -> Difference:
    return Difference(ledger="partners", entry=entry, expected=expected, found=found)


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
