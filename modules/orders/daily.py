"""The orders of one day: what they came to, and which holds fall due. It only reads."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select, text

from app.db import session
from modules.orders.listing import CAP, seen_by
from modules.orders.models import Hold, Lane, Order, OrderStatus


class StoreDay(NamedTuple):
    """What the orders that were placed in one store on one day came to, in one currency."""

    store_id: int
    currency: str
    orders: int
    total_minor: int


def bounds_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments at which a day begins and ends, in UTC; some have 23 hours, some 25."""
    begin = datetime.combine(day, time(), zone)
    return begin.astimezone(UTC), datetime.combine(
        day + timedelta(days=1), time(), zone
    ).astimezone(UTC)


def sold_on(day: date, *, zone: ZoneInfo, stores: Iterable[int] | None = None) -> list[StoreDay]:
    """Return what was ordered on a day by store, the most first; what was cancelled is left out."""
    begin, end = bounds_of(day, zone)
    found = select(
        Order.store_id, Order.currency, func.count(), func.sum(Order.total_minor).label("total")
    ).where(
        Order.placed_at >= begin,
        Order.placed_at < end,
        Order.status.not_in((OrderStatus.CANCELLED, OrderStatus.DRAFT)),
    )
    if stores is not None:
        found = found.where(Order.store_id.in_(sorted(stores)))
    found = found.group_by(Order.store_id, Order.currency)
    rows = [
        StoreDay(key, currency, count, int(total))
        for key, currency, count, total in session.execute(found)
    ]
    return sorted(rows, key=lambda one: -one.total_minor)


_HELD = (
    select(Hold, Order)
    .join(Order, Order.id == Hold.order_id)
    .where(Hold.released_at.is_(None), Order.lane == Lane.EXCEPTION)
)


def holds_by_due_time(
    *, stores: Iterable[int] | None = None, limit: int
) -> Sequence[Row[Hold, Order]]:
    """Return the open holds with their orders: what is due first, then what was held first."""
    mine = seen_by(stores)
    found = _HELD if mine is None else _HELD.where(mine)
    order = (Hold.due_at.is_(None), Hold.due_at, Hold.id)
    return session.execute(found.order_by(*order).limit(limit)).all()


def count_overpaid(*, until: datetime, stores: Iterable[int] | None = None) -> int:
    """Return how many orders were paid more than they cost since before a moment, capped."""
    # Written out, as the index of those alone is found by the word and not by a parameter.
    overpaid = text("\"order\".payment_status = 'overpaid'")
    found = select(Order.id).where(overpaid, Order.updated_at <= until)
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    return session.scalar(select(func.count()).select_from(found.limit(CAP).subquery())) or 0


def count_overdue(
    *, at: datetime, stores: Iterable[int] | None = None
) -> tuple[int, datetime | None]:
    """Return how many holds are past their time, capped, and when the oldest of them was due."""
    late = (
        select(Hold.due_at)
        .join(Order, Order.id == Hold.order_id)
        .where(Hold.released_at.is_(None), Order.lane == Lane.EXCEPTION, Hold.due_at < at)
    )
    mine = seen_by(stores)
    if mine is not None:
        late = late.where(mine)
    shown = late.limit(CAP).subquery()
    count, oldest = session.execute(select(func.count(), func.min(shown.c.due_at))).one()
    return int(count), oldest
