"""What the engine answers: amounts by line, by promotion and by rate, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.money import Tax
from modules.promotions.engine.offers import FreeGood
from modules.promotions.engine.verdicts import Verdict


class Adjustment(NamedTuple):
    """
    So much off some units of a line (or off the delivery) by one promotion.

    An amount off the whole order stands only as such parts: refund, margin, VAT and reports need
    no second way of counting.
    """

    line: str | None
    """The key of the line; nothing where it is the delivery."""
    promotion: int | str
    version: int
    code: str
    amount_minor: int
    sequence: int
    """The order in which promotions were applied, from 1; parts of one promotion share it."""
    unit_from: int
    unit_to: int
    is_rebate: bool = False


class UnitRange(NamedTuple):
    """Units `first` to `last` of a line, which are paid the same each."""

    first: int
    last: int
    paid_minor: int
    discount_minor: int


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    key: str
    initial_minor: int
    discount_minor: int
    total_minor: int
    units: Sequence[UnitRange]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Amounts are with VAT, or without in a net cart (as `net_minor` and `gross_minor` say)."""

    lines: Sequence[PricedLine]
    adjustments: Sequence[Adjustment]
    free_goods: Sequence[FreeGood]
    verdicts: Sequence[Verdict]
    goods_minor: int
    discount_minor: int
    """Off the goods, promotions and rebates together."""
    shipping_minor: int
    shipping_discount_minor: int
    total_minor: int
    taxes: Sequence[Tax]
    net_minor: int
    tax_minor: int
    gross_minor: int

    @property
    def applied(self) -> list[int | str]:
        """Return the promotions that applied, in their order."""
        found: dict[int | str, None] = {}
        for verdict in self.verdicts:
            if verdict.status == "applied" and verdict.promotion is not None:
                found[verdict.promotion] = None
        return list(found)
