"""What is left of the limits: read from the counters, as the engine takes it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from app.db import session
from modules.promotions.coupons.models import CounterKind, PromotionCounter
from modules.promotions.engine.cart import Key
from modules.promotions.engine.promotion import Limits, Remaining

Counted = Mapping[tuple[int, CounterKind, str], tuple[int, int]]
"""(Promotion, what, which) -> how often and for how much."""
Left = Callable[[Collection[int]], Mapping[Key, Remaining]]
"""Promotions -> what is left of their limits for this sale."""
_C = PromotionCounter


@dataclass(frozen=True, kw_only=True)
class Sale:
    """Whose sale it is and when, as far as limits ask."""

    on: date
    customer_id: int | None = None
    coupons: Mapping[int, str] | None = None
    """The code that was typed of each promotion that has it written on itself."""


def keys_of(on: date, customer_id: int | None) -> dict[CounterKind, str]:
    """Return which counters of a promotion one use moves, beside that of its code."""
    keys = {
        CounterKind.TOTAL: "",
        CounterKind.DAY: on.isoformat(),
        CounterKind.MONTH: f"{on:%Y-%m}",
    }
    if customer_id is not None:
        keys[CounterKind.CUSTOMER] = str(customer_id)
    return keys


def left_for(sale: Sale, limits: Mapping[int, Limits]) -> Left:
    """Return what tells how much is left to a sale; it asks once for those it is asked for."""

    def left(promotion_ids: Collection[int]) -> Mapping[Key, Remaining]:
        limited = {key: limits[key] for key in promotion_ids if key in limits}
        return _remaining(limited, sale) if limited else {}

    return left


def _remaining(limits: Mapping[int, Limits], sale: Sale) -> Mapping[Key, Remaining]:
    keys = keys_of(sale.on, sale.customer_id)
    coupons = sale.coupons or {}
    counted = counted_of(limits, keys, coupons)

    def used(promotion: int, kind: CounterKind, key: str | None) -> tuple[int, int]:
        return counted.get((promotion, kind, key), (0, 0)) if key is not None else (0, 0)

    found: dict[Key, Remaining] = {}
    for key, own in limits.items():
        total = used(key, CounterKind.TOTAL, "")
        month = used(key, CounterKind.MONTH, keys[CounterKind.MONTH])
        found[key] = Remaining(
            uses=_less(own.uses, total[0]),
            uses_of_customer=_less(
                own.uses_per_customer,
                used(key, CounterKind.CUSTOMER, keys.get(CounterKind.CUSTOMER))[0],
            ),
            uses_of_code=_less(own.uses_per_code, used(key, CounterKind.CODE, coupons.get(key))[0]),
            uses_today=_less(
                own.uses_per_day, used(key, CounterKind.DAY, keys[CounterKind.DAY])[0]
            ),
            budget_minor=_less(own.budget_minor, total[1]),
            period_budget_minor=_less(own.budget_per_month_minor, month[1]),
            needs_customer=own.uses_per_customer is not None and sale.customer_id is None,
        )
    return found


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else limit - used


def counted_of(
    promotion_ids: Collection[int],
    keys: Mapping[CounterKind, str],
    coupons: Mapping[int, str],
) -> Counted:
    """Return the counters of some promotions that one use would move."""
    which = [and_(_C.kind == kind, _C.key == key) for kind, key in keys.items()]
    if coupons:
        which.append(and_(_C.kind == CounterKind.CODE, _C.key.in_(set(coupons.values()))))
    rows = session.execute(
        select(_C.promotion_id, _C.kind, _C.key, _C.used, _C.amount_minor).where(
            _C.promotion_id.in_(promotion_ids), or_(*which)
        )
    )
    return {(one[0], one[1], one[2]): (one[3], one[4]) for one in rows}
