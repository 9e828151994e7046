"""The demo's people at work: what waits is picked, packed, labelled and sent, slot by slot."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app import clock, outbox
from app.db import session, transact
from app.errors import RuleViolation
from modules.orders.models import (
    Allocation,
    AllocationState,
    Lane,
    Order,
    Parcel,
    ParcelState,
)
from modules.orders.operations.fulfilling import (
    ask_for_label,
    open_parcel,
    pack,
    pick,
    short_pick,
    start_picking,
)
from modules.orders.operations.shipping_out import mark_delivered, ship
from modules.orders.queries import allocations_in, allocations_of, parcels_of
from modules.organization import ShippingMethod

_WITH_LABEL = ("courier", "locker")
Jobs = Callable[[], None]


def waiting(lane: Lane) -> list[int]:
    """Return the orders of a lane, the oldest first."""
    found = select(Order.id).where(Order.lane == lane, Order.imported.is_(False))
    return list(session.scalars(found.order_by(Order.placed_at, Order.id)))


def pick_waiting(*, leave: int = 0, most: int | None = None) -> None:
    """Pick the orders that may be picked, but for the newest ones."""
    _each(pick_order, _but(waiting(Lane.TO_PICK), leave)[:most])


def pack_waiting(run_jobs: Jobs, *, leave: int = 0) -> None:
    """Pack what is picked, ask for its labels, and let the jobs bring them."""
    _each(pack_order, _but(waiting(Lane.TO_PACK), leave))
    run_jobs()


def send_waiting(run_jobs: Jobs, *, leave: int = 0) -> None:
    """Hand over every parcel that is packed and has its label."""
    _each(send_order, _but(waiting(Lane.TO_SHIP), leave))
    run_jobs()


def begin_picking(count: int) -> None:
    """Somebody has just gone to the shelves with the oldest orders."""
    for order_id in waiting(Lane.TO_PICK)[:count]:
        transact(partial(_begin, order_id))


def _begin(order_id: int) -> None:
    start_picking(parcel_id=_parcels(order_id)[0])


def follow_parcels(run_jobs: Jobs) -> None:
    """Ask the couriers where the parcels are, as the house does all day."""
    once = f"demo:track:{clock.now():%Y%m%d%H}"
    transact(lambda: outbox.enqueue("shipping.track", dedupe=once))
    run_jobs()


def hand_to_buyers() -> None:
    """Those who pick their orders up in a shop have come for what was sent there yesterday."""
    there = clock.now() - timedelta(hours=20)
    waiting_there = (
        select(Parcel.id)
        .join(Order, Order.id == Parcel.order_id)
        .join(ShippingMethod, ShippingMethod.id == Order.shipping_method_id)
        .where(
            Parcel.state == ParcelState.SHIPPED,
            Parcel.shipped_at < there,
            ShippingMethod.kind.not_in(_WITH_LABEL),
        )
        .order_by(Parcel.id)
    )
    for parcel_id in session.scalars(waiting_there).all():
        mark_delivered(parcel_id=parcel_id)


def pick_order(order_id: int) -> None:
    for parcel_id in _parcels(order_id):
        pick(parcel_id=parcel_id)


def pack_order(order_id: int) -> None:
    for parcel in parcels_of(order_id):
        if parcel.state is ParcelState.PICKING:
            pack(parcel_id=parcel.id)
            if _needs_label(order_id):
                ask_for_label(parcel_id=parcel.id)


def send_order(order_id: int) -> None:
    for parcel in parcels_of(order_id):
        if parcel.state is ParcelState.PACKED and (
            parcel.tracking_number or not _needs_label(order_id)
        ):
            ship(parcel_id=parcel.id)


def hand_over_at_once(order_id: int) -> list[int]:
    """Do everything that a sale over the counter is; return its parcels."""
    parcels = _parcels(order_id)
    for parcel_id in parcels:
        pick(parcel_id=parcel_id)
        pack(parcel_id=parcel_id)
        ship(parcel_id=parcel_id)
    return parcels


def find_nothing(order_id: int) -> None:
    """The last piece of an order is not where it should be."""
    parcel_id = _parcels(order_id)[-1]
    last = allocations_in(parcel_id)[-1]
    short_pick(
        parcel_id=parcel_id,
        lines={last.order_line_id: 1},
        reason="Not on the shelf; the count says one.",
    )


def _parcels(order_id: int) -> list[int]:
    """Return the parcels in which the goods of an order lie, opened where they are missing."""
    places = sorted(
        {
            one.location_id
            for one in allocations_of(order_id)
            if one.state is AllocationState.RESERVED
            and one.parcel_id is None
            and one.location_id is not None
        }
    )
    opened = [open_parcel(order_id=order_id, location_id=place) for place in places]
    begun = session.scalars(
        select(Parcel.id)
        .join(Allocation, Allocation.parcel_id == Parcel.id)
        .where(
            Parcel.order_id == order_id,
            Parcel.state.in_((ParcelState.OPEN, ParcelState.PICKING)),
        )
        .distinct()
        .order_by(Parcel.id)
    )
    return sorted({*opened, *begun})


def _needs_label(order_id: int) -> bool:
    kind = session.scalar(
        select(ShippingMethod.kind)
        .join(Order, Order.shipping_method_id == ShippingMethod.id)
        .where(Order.id == order_id)
    )
    return kind in _WITH_LABEL


def _but(order_ids: Sequence[int], leave: int) -> Sequence[int]:
    return order_ids[: len(order_ids) - leave] if leave else order_ids


def _each(work: Callable[[int], None], order_ids: Sequence[int]) -> None:
    """Do some work on each order, in a unit of its own; what a rule forbids waits for a person."""
    for order_id in order_ids:
        try:
            transact(partial(work, order_id))
        except RuleViolation:
            continue
