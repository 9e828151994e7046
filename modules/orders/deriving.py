"""The one writer of an order's derived columns: read the ledgers, decide the words, write them."""

from sqlalchemy import func, select, update

from app import clock
from app.db import session
from app.reference import Reference
from modules import payments
from modules.orders import timeline
from modules.orders.models import (
    Hold,
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnState,
)
from modules.orders.statuses import (
    Money,
    Units,
    fulfilment_status,
    is_over,
    lane,
    payment_status,
)

OPEN_RETURNS = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.IN_TRANSIT)
_COUNTS = (
    "quantity",
    "cancelled",
    "backordered",
    "reserved",
    "picking",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "returned",
)


def reference_of(order_id: int) -> Reference:
    return Reference("order", order_id)


def units_of(order_id: int) -> Units:
    """Return how many units of the order are where."""
    sums = [func.coalesce(func.sum(getattr(OrderLine, name)), 0).label(name) for name in _COUNTS]
    row = session.execute(select(*sums).where(OrderLine.order_id == order_id)).one()
    return Units(**{name: int(value) for name, value in row._mapping.items()})


def money_of(order_id: int, *, total_minor: int) -> Money:
    """Return the order's money as its payments tell it."""
    return as_money(payments.totals_of(reference_of(order_id)), total_minor=total_minor)


def as_money(totals: payments.PaymentTotals, *, total_minor: int) -> Money:
    return Money(
        total_minor=total_minor,
        paid_minor=totals.captured_minor,
        refunded_minor=totals.refunded_minor,
        refunding_minor=totals.refunding_minor,
        authorized_minor=totals.authorized_minor,
        cod_minor=totals.cod_minor,
        voided=totals.voided,
    )


def derive(order_id: int) -> Order:
    """
    Bring every derived column of an order up to its ledgers, and close it when all is done.

    The order is locked first: who is told of a payment while somebody ships the goods waits, and
    then sees what became of them.
    """
    session.flush()
    order = session.get_one(Order, order_id, populate_existing=True, with_for_update=True)
    units = units_of(order_id)
    money = money_of(order_id, total_minor=order.total_minor)
    held = has_open_hold(order_id)
    status = order.status
    if is_over(order=status, money=money, units=units, returns_open=_has_open_return(order_id)):
        status = OrderStatus.CLOSED
        timeline.record(order_id, "closed")
    session.execute(
        update(Order)
        .where(Order.id == order_id)
        .values(
            status=status,
            closed_at=(order.closed_at or clock.now()) if status is OrderStatus.CLOSED else None,
            paid_minor=money.paid_minor,
            refunded_minor=money.refunded_minor,
            payment_status=payment_status(money),
            fulfilment_status=fulfilment_status(units),
            lane=lane(order=status, money=money, units=units, held=held),
            updated_at=clock.now(),
        )
    )
    session.refresh(order)
    return order


def has_open_hold(order_id: int) -> bool:
    open_hold = select(Hold.id).where(Hold.order_id == order_id, Hold.released_at.is_(None))
    return bool(session.scalar(select(open_hold.exists())))


def _has_open_return(order_id: int) -> bool:
    waiting = select(Return.id).where(Return.order_id == order_id, Return.state.in_(OPEN_RETURNS))
    return bool(session.scalar(select(waiting.exists())))
