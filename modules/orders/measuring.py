"""What orders tell to /metrics."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.db import session
from app.metrics import Family
from modules.orders.models import Lane, Order

_WAITING = (Lane.EXCEPTION, Lane.WAITING, Lane.TO_PICK, Lane.TO_PACK, Lane.TO_SHIP)


def count_taken() -> Iterator[Family]:
    """Yield how many orders were ever taken (the last key: counting a million takes too long)."""
    yield Family(
        name="verso_orders_taken_total",
        help="Orders ever taken in, by the last key.",
        kind="counter",
        rows={(): session.scalar(select(func.max(Order.id))) or 0},
    )
    waiting = select(Order.lane, func.count()).where(Order.lane.in_(_WAITING)).group_by(Order.lane)
    counts = {row[0]: row[1] for row in session.execute(waiting)}
    yield Family(
        name="verso_orders_waiting",
        help="Orders that somebody has to work, by lane.",
        labels=("lane",),
        rows={(lane.value,): counts.get(lane, 0) for lane in _WAITING},
    )
