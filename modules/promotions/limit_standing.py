"""How the limits of a promotion stand, as its page tells it."""

from typing import NamedTuple

from app.i18n import _
from app.look import money, number
from modules import organization
from modules.promotions.coupons.listing import counted_uses
from modules.promotions.coupons.models import CounterKind
from modules.promotions.engine.promotion import Limits


class LimitStanding(NamedTuple):
    """One limit: what is used of it, in words and as a part of the whole."""

    name: str
    used: str
    limit: str
    left: str
    share: float
    """From 0 to 1."""


def standing_of_limits(promotion_id: int, limits: Limits) -> list[LimitStanding]:
    """Return how far the limits of the whole promotion are used up; nothing where it has none."""
    if limits == Limits():
        return []
    counted = counted_uses(promotion_id, organization.today())
    currency = organization.get_company().currency
    found = []
    for name, kind, limit in (
        (_("Uses in all"), CounterKind.TOTAL, limits.uses),
        (_("Uses today"), CounterKind.DAY, limits.uses_per_day),
    ):
        if limit is not None:
            used = counted.get(kind, (0, 0))[0]
            left = number(max(0, limit - used))
            found.append(
                LimitStanding(name, number(used), number(limit), left, min(1.0, used / limit))
            )
    for name, kind, limit in (
        (_("Budget in all"), CounterKind.TOTAL, limits.budget_minor),
        (_("Budget of this month"), CounterKind.MONTH, limits.budget_per_month_minor),
    ):
        if limit is not None:
            spent = counted.get(kind, (0, 0))[1]
            left = money(max(0, limit - spent), currency)
            whole = money(limit, currency)
            share = min(1.0, spent / limit)
            found.append(LimitStanding(name, money(spent, currency), whole, left, share))
    return found
