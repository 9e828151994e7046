"""What the shop has said of each order: looked for again every night, and computed once more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.module import Difference
from app.simulating import SimContext

ORDERS = "orders"
CREDITED = ("sellable", "damaged", "kept", "lost")
IN_HANDS = ("sellable", "damaged")
_SAID_ONCE = ("id", "number", "external_id", "channel", "placed_at", "currency")
_PRICED_ONCE = (
    "id",
    "sku",
    "name",
    "quantity",
    "unit_price_minor",
    "discount_minor",
    "total_minor",
    "tax_rate_bp",
)


@dataclass
class KeptLine:
    """One line, and what became of its units by the shop's own answers."""

    id: str
    sku: str
    quantity: int
    total_minor: int
    cancelled: int = 0
    shipped: int = 0
    returned: int = 0

    @property
    def live_minor(self) -> int:
        """What the units cost that are neither cancelled nor given back."""
        share, dearer = divmod(self.total_minor, self.quantity)
        first, last = self.returned, self.quantity - self.cancelled
        return share * (last - first) + max(0, min(last, dearer) - min(first, dearer))


@dataclass
class KeptOrder:
    """One order as it was acknowledged."""

    id: str
    facts: dict[str, Any]
    lines: dict[str, KeptLine]
    shipping_minor: int
    captured_minor: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    shipped_parcels: set[str] = field(default_factory=set)
    over: bool = False
    surprised: bool = False
    """Its shop cancelled it, which only a job hears of: what it costs now is taken as it is."""

    @property
    def total_minor(self) -> int:
        return sum(line.live_minor for line in self.lines.values()) + self.shipping_minor

    def cancelled(self, body: Mapping[str, Any]) -> None:
        """Take over what a cancellation's answer says was cancelled."""
        for line in body["lines"]:
            self.lines[line["id"]].cancelled = line["units"]["cancelled"]
        if all(line.cancelled == line.quantity for line in self.lines.values()):
            self.over, self.shipping_minor = True, 0
        self.note_refunds(body)

    def note_refunds(self, body: Mapping[str, Any]) -> None:
        for payment in body["payments"]:
            for refund in payment["refunds"]:
                self.refunds[refund["id"]] = refund["amount_minor"]


def keep(sim: SimContext, body: Mapping[str, Any], *, captured_minor: int = 0) -> KeptOrder:
    """Remember an order that the shop has acknowledged."""
    kept = KeptOrder(
        id=body["id"],
        facts=_facts(body),
        lines={
            line["id"]: KeptLine(line["id"], line["sku"], line["quantity"], line["total_minor"])
            for line in body["lines"]
        },
        shipping_minor=body["shipping"]["price_minor"],
        captured_minor=captured_minor,
    )
    known(sim)[kept.id] = kept
    return kept


def known(sim: SimContext) -> dict[str, KeptOrder]:
    orders: dict[str, KeptOrder] = sim.known.setdefault(ORDERS, {})
    return orders


def some_open(sim: SimContext) -> KeptOrder | None:
    """Draw an order that is not over, the younger the likelier."""
    live = [one for one in known(sim).values() if not one.over]
    if not live:
        return None
    return live[-1 - int(len(live) * sim.draw.random() ** 2)]


def _facts(body: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: body[name] for name in _SAID_ONCE}
    facts["lines"] = [{name: line[name] for name in _PRICED_ONCE} for line in body["lines"]]
    return facts


def differences(kept: KeptOrder, body: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield where an order is not what was said of it."""
    totals = body["totals"]
    settled = {
        refund["id"]: refund["amount_minor"]
        for payment in body["payments"]
        for refund in payment["refunds"]
        if refund["state"] == "settled"
    }
    left = {one["id"] for one in body["parcels"] if one["state"] in ("shipped", "delivered")}
    facts: dict[str, tuple[Any, Any]] = {
        "as acknowledged": (kept.facts, _facts(body)),
        "total": (kept.total_minor, totals["total_minor"]),
        "paid": (kept.captured_minor, totals["paid_minor"]),
        "refunds": (kept.refunds, settled),
        "refunded": (sum(kept.refunds.values()), totals["refunded_minor"]),
        "balance": (
            totals["total_minor"] - totals["paid_minor"] + totals["refunded_minor"],
            totals["balance_minor"],
        ),
        "VAT with goods": (
            totals["total_minor"],
            sum(tax["gross_minor"] for tax in body["taxes"]),
        ),
        "parcels that left": (kept.shipped_parcels, left),
        "units": (
            {one.id: (one.cancelled, one.shipped, one.returned) for one in kept.lines.values()},
            {
                one["id"]: (
                    one["units"]["cancelled"],
                    one["units"]["shipped"],
                    one["units"]["returned"],
                )
                for one in body["lines"]
            },
        ),
    }
    for what, (expected, found) in facts.items():
        if expected != found:
            yield Difference(
                ledger="answers",
                entry=f"order {body['number']}: {what}",
                expected=expected,
                found=found,
            )
