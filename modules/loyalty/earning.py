"""How many points an order earns: of what is really paid for goods, floored once at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class EarningRule:
    """So many points for so much money."""

    per_minor: int
    points: int = 1
    least_order_minor: int = 0
    most_points: int | None = None


@dataclass(frozen=True, kw_only=True)
class EarnedLine:
    """What was paid for goods; deliveries, gift cards and excluded goods do not earn."""

    paid_minor: int
    multiplier_bp: int = 10_000
    earns: bool = True


def points_for(
    rule: EarningRule,
    lines: Iterable[EarnedLine],
    *,
    tier_multiplier_bp: int = 10_000,
    paid_with_points_minor: int = 0,
) -> int:
    """
    Return the points of an order.

    What was paid with points earns nothing: it is taken off the earning lines by their share.
    After a return it is asked again for what the buyer keeps, and the difference is taken back:
    a share of the old points would lose some or make some.
    """
    earning = [line for line in lines if line.earns]
    paid = sum(line.paid_minor for line in earning)
    if paid <= 0 or paid < rule.least_order_minor:
        return 0
    weighted = Fraction(sum(line.paid_minor * line.multiplier_bp for line in earning), 10_000)
    weighted *= Fraction(max(0, paid - paid_with_points_minor), paid)
    points = weighted * rule.points * tier_multiplier_bp / (rule.per_minor * 10_000)
    whole = points.numerator // points.denominator
    return whole if rule.most_points is None else min(whole, rule.most_points)
