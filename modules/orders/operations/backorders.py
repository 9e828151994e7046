"""Goods have come: give them to those who wait longest."""

from collections.abc import Sequence

from sqlalchemy import select, update

from app.db import session
from app.reference import Reference
from modules import stock
from modules.orders import timeline
from modules.orders.allocating import move
from modules.orders.deriving import derive
from modules.orders.models import Allocation, AllocationState, HoldKind, Order
from modules.orders.operations.holding import release_holds_of_kind
from modules.orders.queries import allocations_of, get_order


def fill_backorders(*, location_id: int, variant_ids: Sequence[int]) -> int:
    """Reserve what has arrived for backordered units, the oldest order first; return the count."""
    waiting = session.execute(
        select(Allocation.id, Allocation.order_id)
        .join(Order, Order.id == Allocation.order_id)
        .where(
            Allocation.variant_id.in_(variant_ids),
            Allocation.state == AllocationState.BACKORDERED,
        )
        .order_by(Order.placed_at, Order.id, Allocation.id)
    ).all()
    levels = stock.available_for(sorted(variant_ids), [location_id], lock=True)
    free = {level.variant_id: level.available for level in levels}
    filled = 0
    for allocation_id, order_id in waiting:
        filled += _fill(allocation_id, order_id, location_id, free)
    return filled


def _fill(allocation_id: int, order_id: int, location_id: int, free: dict[int, int]) -> int:
    allocation = session.get_one(Allocation, allocation_id, populate_existing=True)
    if allocation.state is not AllocationState.BACKORDERED or allocation.variant_id is None:
        return 0
    part = min(free.get(allocation.variant_id, 0), allocation.quantity)
    if part <= 0:
        return 0
    get_order(order_id, lock=True)
    wanted = stock.Wanted(
        variant_id=allocation.variant_id,
        location_id=location_id,
        quantity=part,
        reference=Reference("order", order_id),
    )
    [reservation_id] = stock.reserve_many([wanted])
    free[allocation.variant_id] -= part
    _hold_at(allocation, part, location_id, reservation_id)
    timeline.record(order_id, "backorder_filled", units=part)
    if not any(one.state is AllocationState.BACKORDERED for one in allocations_of(order_id)):
        release_holds_of_kind(order_id, HoldKind.STOCK)
    derive(order_id)
    return part


def _hold_at(allocation: Allocation, part: int, location_id: int, reservation_id: int) -> None:
    if part < allocation.quantity:
        [allocation] = move([(allocation, part)], AllocationState.BACKORDERED)
    # The promise first: the database refuses a reserved allocation without one.
    session.execute(
        update(Allocation)
        .where(Allocation.id == allocation.id)
        .values(location_id=location_id, reservation_id=reservation_id)
    )
    session.refresh(allocation)
    move([(allocation, part)], AllocationState.RESERVED)
