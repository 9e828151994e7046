"""The one writer of an order's derived columns: read the ledgers, decide the words, write them."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

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


_LINE: Any = OrderLine.__table__.c
_IS_HELD = (
    select(Hold.__table__.c.id)
    .where(Hold.__table__.c.order_id == bindparam("order"), Hold.__table__.c.released_at.is_(None))
    .exists()
)
_COMES_BACK = (
    select(Return.__table__.c.id)
    .where(
        Return.__table__.c.order_id == bindparam("order"),
        Return.__table__.c.state.in_(OPEN_RETURNS),
    )
    .exists()
)
# Every step of every order asks this, so it is built once and asked in one go.
_GOODS = select(
    *(func.coalesce(func.sum(_LINE[name]), 0).label(name) for name in _COUNTS),
    _IS_HELD.label("held"),
    _COMES_BACK.label("comes_back"),
).where(_LINE.order_id == bindparam("order"))
_KEEP = update(Order.__table__).where(Order.__table__.c.id == bindparam("order"))  # type: ignore[arg-type]


def _goods_of(order_id: int) -> tuple[Units, bool, bool]:
    """Return how many units are where, whether a hold is open, and whether goods come back."""
    *counts, held, comes_back = session.execute(_GOODS, {"order": order_id}).one()
    known = zip(_COUNTS, (int(count) for count in counts), strict=True)
    return Units(**dict(known)), bool(held), bool(comes_back)


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
        pending_minor=totals.pending_minor,
        voided=totals.voided,
    )


class Derived(NamedTuple):
    """An order brought up to its ledgers, and what they said."""

    order: Order
    units: Units
    money: Money


def derive(order_id: int) -> Derived:
    """
    Bring every derived column of an order up to its ledgers, and close it when all is done.

    The order is locked first: who is told of a payment while somebody ships the goods waits, and
    then sees what became of them.
    """
    session.flush()
    order = session.get_one(Order, order_id, populate_existing=True, with_for_update=True)
    units, held, comes_back = _goods_of(order_id)
    money = money_of(order_id, total_minor=order.total_minor)
    status = order.status
    if is_over(order=status, money=money, units=units, returns_open=comes_back):
        status = OrderStatus.CLOSED
        timeline.record(order_id, "closed")
    words = {
        "status": status,
        "closed_at": (order.closed_at or clock.now()) if status is OrderStatus.CLOSED else None,
        "paid_minor": money.paid_minor,
        "refunded_minor": money.refunded_minor,
        "payment_status": payment_status(money),
        "fulfilment_status": fulfilment_status(units),
        "lane": lane(order=status, money=money, units=units, held=held),
        "updated_at": clock.now(),
    }
    session.execute(_KEEP, {**words, "order": order_id})
    for name, value in words.items():
        # What was written needs not be read again: the row is locked, and ours.
        set_committed_value(order, name, value)
    return Derived(order, units, money)
