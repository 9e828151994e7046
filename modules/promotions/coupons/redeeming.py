"""
Using a promotion, and giving the use back: counters move by one conditional statement, or not.

Whoever reads how much is left and then writes, is too late: of many who saw the last use, one gets
it. The limit stands in the statement that counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock
from app.db import database, session
from app.reference import Reference
from modules.promotions.coupons.counting import keys_of
from modules.promotions.coupons.models import (
    CounterKind,
    PromotionCode,
    PromotionCounter,
    PromotionUse,
)
from modules.promotions.engine.promotion import Limits
from modules.promotions.engine.verdicts import Reason
from modules.promotions.errors import UsedUp

_C: Any = PromotionCounter.__table__
_UNBOUND = 2**62


@dataclass(frozen=True, kw_only=True)
class Use:
    """One promotion that applied and counts its uses, with what it may be used for at most."""

    promotion_id: int
    version: int
    amount_minor: int
    coupon: str = ""
    code_id: int | None = None
    batch_id: int | None = None
    batch_uses_per_customer: int | None = None
    limits: Limits = field(default_factory=Limits)


class _Step(NamedTuple):
    """One counter that a use moves, and where it stops."""

    promotion_id: int
    kind: CounterKind
    key: str
    amount_minor: int
    most_uses: int | None
    most_minor: int | None
    reason: Reason


def redeem(
    uses: Sequence[Use],
    *,
    reference: Reference,
    on: date,
    customer_id: int | None,
    checkout: str = "",
) -> None:
    """
    Count the uses of promotions for a thing, all of them or none.

    :raises UsedUp: of one nothing is left any more: somebody else was faster
    """
    if not uses:
        return
    now = clock.now()
    for use in sorted(uses, key=lambda one: one.code_id or 0):
        if use.code_id is not None:
            _take_code(use.code_id, use.coupon, checkout, now)
    _count([step for use in uses for step in _steps(use, on, customer_id)])
    session.execute(
        PromotionUse.__table__.insert(),  # type: ignore[attr-defined]
        [
            {
                "ref_kind": reference.kind,
                "ref_id": reference.id,
                "promotion_id": use.promotion_id,
                "version": use.version,
                "code_id": use.code_id,
                "batch_id": use.batch_id,
                "coupon": use.coupon,
                "customer_id": customer_id,
                "amount_minor": use.amount_minor,
                "used_on": on,
                "used_at": now,
                "returned_at": None,
            }
            for use in uses
        ],
    )


def _take_code(code_id: int, coupon: str, checkout: str, now: datetime) -> None:
    """Use one code; whoever has reserved it comes before others, until his time is out."""
    free = [PromotionCode.reserved_until.is_(None), PromotionCode.reserved_until <= now]
    if checkout:
        free.append(PromotionCode.reserved_for == checkout)
    taken = session.execute(
        update(PromotionCode)
        .where(
            PromotionCode.id == code_id,
            PromotionCode.used < PromotionCode.uses,
            PromotionCode.blocked_at.is_(None),
            or_(*free),
        )
        .values(
            used=PromotionCode.used + 1,
            reserved_for=None,
            reserved_until=None,
            returned_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise UsedUp(Reason.USAGE_LIMIT_REACHED, coupon=coupon)


def _steps(use: Use, on: date, customer_id: int | None) -> list[_Step]:
    own, keys = use.limits, keys_of(on, customer_id)
    stops: dict[CounterKind, tuple[int | None, int | None, Reason]] = {
        CounterKind.TOTAL: (own.uses, own.budget_minor, Reason.USAGE_LIMIT_REACHED),
        CounterKind.DAY: (own.uses_per_day, None, Reason.USAGE_LIMIT_REACHED),
        CounterKind.MONTH: (None, own.budget_per_month_minor, Reason.BUDGET_EXHAUSTED),
        CounterKind.CUSTOMER: (own.uses_per_customer, None, Reason.CUSTOMER_LIMIT_REACHED),
        CounterKind.CODE: (own.uses_per_code, None, Reason.USAGE_LIMIT_REACHED),
        CounterKind.BATCH: (
            use.batch_uses_per_customer,
            None,
            Reason.CUSTOMER_LIMIT_REACHED,
        ),
    }
    if use.coupon and use.code_id is None:
        keys[CounterKind.CODE] = use.coupon
    if use.batch_id is not None and customer_id is not None:
        keys[CounterKind.BATCH] = f"{use.batch_id}/{customer_id}"
    return [
        _Step(use.promotion_id, kind, key, use.amount_minor, *stops[kind])
        for kind, key in keys.items()
    ]


def _count(steps: Sequence[_Step]) -> None:
    """Move all counters by one statement; it does not answer of those that stand at their end."""
    # In one order for everybody, the sum of all first, so that nobody waits in a circle.
    steps = sorted(steps, key=lambda one: (one.promotion_id, one.kind is not CounterKind.TOTAL))
    for step in steps:
        if step.most_minor is not None and step.amount_minor > step.most_minor:
            raise UsedUp(Reason.BUDGET_EXHAUSTED)
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    rows = [
        {
            "promotion_id": one.promotion_id,
            "kind": one.kind,
            "key": one.key,
            "used": 1,
            "amount_minor": one.amount_minor,
        }
        for one in steps
    ]
    statement = insert(_C).values(rows)
    new = statement.excluded
    bound = [one for one in steps if one.most_uses is not None or one.most_minor is not None]
    within = [
        or_(
            _C.c.promotion_id != one.promotion_id,
            _C.c.kind != one.kind,
            _C.c.key != one.key,
            and_(
                _C.c.used < (_UNBOUND if one.most_uses is None else one.most_uses),
                _C.c.amount_minor + one.amount_minor
                <= (_UNBOUND if one.most_minor is None else one.most_minor),
            ),
        )
        for one in bound
    ]
    statement = statement.on_conflict_do_update(
        index_elements=["promotion_id", "kind", "key"],
        set_={
            "used": _C.c.used + new.used,
            "amount_minor": _C.c.amount_minor + new.amount_minor,
        },
        where=and_(*within) if within else None,
    ).returning(_C.c.promotion_id, _C.c.kind, _C.c.key)
    moved = {(one[0], one[1], one[2]) for one in session.execute(statement)}
    for step in steps:
        if (step.promotion_id, step.kind, step.key) not in moved:
            raise UsedUp(_why(step))


def _why(step: _Step) -> Reason:
    """Return which of two limits of one counter was reached."""
    if step.kind is not CounterKind.TOTAL or step.most_minor is None:
        return step.reason
    used = session.scalar(
        select(_C.c.used).where(
            _C.c.promotion_id == step.promotion_id, _C.c.kind == step.kind, _C.c.key == step.key
        )
    )
    is_left = step.most_uses is None or (used or 0) < step.most_uses
    return Reason.BUDGET_EXHAUSTED if is_left else step.reason


def give_back(reference: Reference) -> None:
    """Give back what a thing used: use, code and budget. Twice is as once."""
    now = clock.now()
    rows: Sequence[PromotionUse] = session.scalars(
        update(PromotionUse)
        .where(
            PromotionUse.ref_kind == reference.kind,
            PromotionUse.ref_id == reference.id,
            PromotionUse.returned_at.is_(None),
        )
        .values(returned_at=now)
        .returning(PromotionUse)
        .execution_options(synchronize_session=False)
    ).all()
    for code_id in sorted(use.code_id for use in rows if use.code_id is not None):
        session.execute(
            update(PromotionCode)
            .where(PromotionCode.id == code_id)
            .values(used=PromotionCode.used - 1, returned_at=now)
            .execution_options(synchronize_session=False)
        )
    for use in sorted(rows, key=lambda one: one.promotion_id):
        keys = counters_of(use)
        # The sum of all first: whoever has it has the others, and nobody waits in a circle.
        for kinds in ({CounterKind.TOTAL}, keys.keys() - {CounterKind.TOTAL}):
            which = [and_(_C.c.kind == kind, _C.c.key == keys[kind]) for kind in kinds]
            session.execute(
                update(PromotionCounter)
                .where(PromotionCounter.promotion_id == use.promotion_id, or_(*which))
                .values(
                    used=PromotionCounter.used - 1,
                    amount_minor=PromotionCounter.amount_minor - use.amount_minor,
                )
                .execution_options(synchronize_session=False)
            )


def counters_of(use: PromotionUse) -> Mapping[CounterKind, str]:
    """Return which counters a use has moved."""
    keys = keys_of(use.used_on, use.customer_id)
    if use.coupon and use.code_id is None:
        keys[CounterKind.CODE] = use.coupon
    if use.batch_id is not None and use.customer_id is not None:
        keys[CounterKind.BATCH] = f"{use.batch_id}/{use.customer_id}"
    return keys
