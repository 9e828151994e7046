"""Proofs over orders: what is derived agrees with what it is derived from."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from app.db import session
from app.module import Difference
from app.reference import Reference
from modules import payments
from modules.orders.deriving import as_money
from modules.orders.models import (
    BEFORE_SHIPPED,
    Allocation,
    AllocationState,
    Hold,
    Order,
    OrderLine,
    OrderStatus,
    SoldUnit,
)
from modules.orders.statuses import Units, fulfilment_status, lane, payment_status
from modules.stock import Reservation, ReservationState

_BATCH = 2_000
_STATES = (
    ("backordered", AllocationState.BACKORDERED),
    ("reserved", AllocationState.RESERVED),
    ("picking", AllocationState.PICKING),
    ("picked", AllocationState.PICKED),
    ("packed", AllocationState.PACKED),
    ("shipped", AllocationState.SHIPPED),
    ("cancelled", AllocationState.RELEASED),
)


def prove_orders() -> Iterator[Difference]:
    """Yield each order whose goods, money or words are not what its ledgers say."""
    yield from _lines_against_units()
    yield from _lines_against_allocations()
    yield from _allocations_against_reservations()
    yield from _words_against_ledgers()


def _lines_against_units() -> Iterator[Difference]:
    count = SoldUnit.last - SoldUnit.first + 1
    sums = (
        select(
            SoldUnit.order_line_id,
            func.sum(count * SoldUnit.gross_minor).label("gross"),
            func.max(SoldUnit.last).label("last"),
        )
        .group_by(SoldUnit.order_line_id)
        .subquery()
    )
    wrong = (
        select(OrderLine.id, OrderLine.gross_minor, sums.c.gross)
        .outerjoin(sums, sums.c.order_line_id == OrderLine.id)
        .where(
            or_(
                sums.c.gross.is_(None),
                sums.c.gross != OrderLine.gross_minor,
                and_(OrderLine.per == 1, sums.c.last != OrderLine.quantity),
            )
        )
        .order_by(OrderLine.id)
    )
    for line_id, gross, units in session.execute(wrong):
        yield Difference(
            ledger="orders",
            entry=f"line {line_id}: sum of units",
            expected=gross,
            found=units,
        )


def _lines_against_allocations() -> Iterator[Difference]:
    """History has no allocations: its goods never passed through this stock."""
    sums = [
        func.coalesce(
            func.sum(case((Allocation.state == state, Allocation.quantity), else_=0)), 0
        ).label(name)
        for name, state in _STATES
    ]
    grouped = select(Allocation.order_line_id, *sums).group_by(Allocation.order_line_id).subquery()
    columns: Any = OrderLine.__table__.c
    differs = or_(*(columns[name] != func.coalesce(grouped.c[name], 0) for name, _state in _STATES))
    wrong = (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(grouped, grouped.c.order_line_id == OrderLine.id)
        .where(Order.imported.is_(False), differs)
        .order_by(OrderLine.id)
    )
    for line_id in session.scalars(wrong):
        yield Difference(
            ledger="orders",
            entry=f"line {line_id}: its counts and its allocations",
            expected="equal",
            found="different",
        )


def _allocations_against_reservations() -> Iterator[Difference]:
    held = tuple(state for state in BEFORE_SHIPPED if state is not AllocationState.BACKORDERED)
    own = (
        select(Allocation.reservation_id, func.sum(Allocation.quantity).label("quantity"))
        .where(Allocation.state.in_(held))
        .group_by(Allocation.reservation_id)
        .subquery()
    )
    wrong = (
        select(Reservation.id, Reservation.quantity, own.c.quantity)
        .outerjoin(own, own.c.reservation_id == Reservation.id)
        .where(
            Reservation.ref_kind == "order",
            Reservation.state == ReservationState.HELD,
            or_(own.c.quantity.is_(None), own.c.quantity != Reservation.quantity),
        )
        .order_by(Reservation.id)
    )
    for reservation_id, promised, allocated in session.execute(wrong):
        yield Difference(
            ledger="orders",
            entry=f"reservation {reservation_id}: its allocations",
            expected=promised,
            found=allocated,
        )


def _words_against_ledgers() -> Iterator[Difference]:
    """Recompute every derived word from the ledgers, a batch of orders at a time."""
    last = 0
    while True:
        orders = session.scalars(
            select(Order).where(Order.id > last).order_by(Order.id).limit(_BATCH)
        ).all()
        if not orders:
            return
        last = orders[-1].id
        keys = [order.id for order in orders]
        units = _units(keys)
        money = payments.totals_of_many([Reference("order", key) for key in keys])
        held = set(
            session.scalars(
                select(Hold.order_id).where(Hold.order_id.in_(keys), Hold.released_at.is_(None))
            )
        )
        for order in orders:
            totals = money.get(Reference("order", order.id), payments.PaymentTotals())
            yield from _differences(order, units[order.id], totals, held=order.id in held)
        session.expunge_all()


def _units(keys: list[int]) -> dict[int, Units]:
    names = list(Units.__dataclass_fields__)
    columns: Any = OrderLine.__table__.c
    rows = session.execute(
        select(OrderLine.order_id, *(func.sum(columns[name]) for name in names))
        .where(OrderLine.order_id.in_(keys))
        .group_by(OrderLine.order_id)
    )
    return {
        row[0]: Units(**dict(zip(names, (int(value) for value in row[1:]), strict=True)))
        for row in rows
    }


def _differences(
    order: Order, units: Units, totals: payments.PaymentTotals, *, held: bool
) -> Iterator[Difference]:
    money = as_money(totals, total_minor=order.total_minor)
    facts: dict[str, tuple[Any, Any]] = {
        "paid_minor": (money.paid_minor, order.paid_minor),
        "refunded_minor": (money.refunded_minor, order.refunded_minor),
        "total_minor": (
            order.goods_minor - order.discount_minor + order.shipping_minor - order.returned_minor,
            order.total_minor,
        ),
        "fulfilment_status": (fulfilment_status(units), order.fulfilment_status),
    }
    if not (order.imported and order.status is OrderStatus.CANCELLED):
        facts["payment_status"] = (payment_status(money), order.payment_status)
    if not order.imported:
        facts["lane"] = (
            lane(order=order.status, money=money, units=units, held=held),
            order.lane,
        )
    for name, (expected, found) in facts.items():
        if expected != found:
            yield Difference(
                ledger="orders", entry=f"{order.number} {name}", expected=expected, found=found
            )
