"""Goods have come: give them to those who wait longest."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select, update

from app.db import session
from app.reference import Reference
from modules import organization, stock
from modules.orders import timeline
from modules.orders.allocating import move
from modules.orders.deriving import derive
from modules.orders.models import Allocation, AllocationState, HoldKind, Order
from modules.orders.operations.holding import release_holds_of_kind
from modules.orders.queries import allocations_of, get_order
from modules.organization import Channel


def fill_backorders(*, location_id: int, variant_ids: Sequence[int]) -> int:
    """
    Reserve what has arrived for backordered units, the oldest order first; return the count.

    Only orders are filled that this location serves: those of its channels and, where the order
    names a store, of that store.
    """
    place = organization.location_by_id(location_id)
    if not place.sellable:
        return 0
    channels = [key for key, served in organization.served_by().items() if place.id in served]
    waiting = session.execute(
        _WAITING.where(Allocation.variant_id.in_(variant_ids), Order.channel_id.in_(channels)),
        {"store": place.store_id},
    ).all()
    # Orders before goods, as everywhere: else a clerk who cancels and this would block each other.
    for order_id in sorted({one.order_id for one in waiting}):
        get_order(order_id, lock=True)
    levels = stock.available_for(sorted(variant_ids), [location_id], lock=True)
    free = {level.variant_id: level.available for level in levels}
    return sum(_fill(one.id, one.order_id, location_id, free) for one in waiting)


_WAITING = (
    select(Allocation.id, Allocation.order_id)
    .join(Order, Order.id == Allocation.order_id)
    .join(Channel, Channel.id == Order.channel_id)
    .where(
        Allocation.state == AllocationState.BACKORDERED,
        # An order of another store than its channel's was given to that store alone.
        or_(Order.store_id == Channel.store_id, Order.store_id == bindparam("store")),
    )
    .order_by(Order.placed_at, Order.id, Allocation.id)
)


def _fill(allocation_id: int, order_id: int, location_id: int, free: dict[int, int]) -> int:
    allocation = session.get_one(Allocation, allocation_id, populate_existing=True)
    if allocation.state is not AllocationState.BACKORDERED or allocation.variant_id is None:
        return 0
    part = min(free.get(allocation.variant_id, 0), allocation.quantity)
    if part <= 0:
        return 0
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
