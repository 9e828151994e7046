"""Moving units from one state to the next: the allocation and its line's counts change together."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert, update

from app.db import session
from app.i18n import _
from modules.orders.errors import TooMany
from modules.orders.models import Allocation, AllocationState, OrderLine

_COLUMN = {
    AllocationState.BACKORDERED: "backordered",
    AllocationState.RESERVED: "reserved",
    AllocationState.PICKING: "picking",
    AllocationState.PICKED: "picked",
    AllocationState.PACKED: "packed",
    AllocationState.SHIPPED: "shipped",
    AllocationState.RELEASED: "cancelled",
}


def choose(
    allocations: Sequence[Allocation],
    wanted: Mapping[int, int] | None,
    states: Iterable[AllocationState],
) -> list[tuple[Allocation, int]]:
    """
    Return which allocations give how many units, by order line; without a wish all of them.

    :raises TooMany: a line has fewer units in these states than are wanted
    """
    accepted = set(states)
    free = [one for one in allocations if one.state in accepted]
    if wanted is None:
        return [(one, one.quantity) for one in free]
    chosen = []
    left = dict(wanted)
    for one in free:
        part = min(left.get(one.order_line_id, 0), one.quantity)
        if part > 0:
            chosen.append((one, part))
            left[one.order_line_id] -= part
    missing = {line: count for line, count in left.items() if count > 0}
    if missing:
        line, count = next(iter(missing.items()))
        raise TooMany(
            _(
                "There are %(count)s units too few for this step. Check what has been done so far.",
                count=count,
            ),
            details=[
                {
                    "pointer": "/lines",
                    "code": "too_many",
                    "message": _("Too many units."),
                    "line": str(line),
                    "have": wanted[line] - count,
                    "needed": wanted[line],
                }
            ],
        )
    return chosen


def move(
    chosen: Sequence[tuple[Allocation, int]],
    state: AllocationState,
    *,
    parcel_id: int | None = None,
    keep_parcel: bool = True,
) -> list[Allocation]:
    """
    Move units to a state and return the allocations that now hold them.

    A part of an allocation becomes one of its own. The counts of the lines move in the same act:
    the database refuses a line whose units are not all somewhere.
    """
    moved = []
    for allocation, quantity in chosen:
        assert 0 < quantity <= allocation.quantity
        _count(allocation.order_line_id, allocation.state, state, quantity)
        target = parcel_id if parcel_id is not None or not keep_parcel else allocation.parcel_id
        releases = state in (AllocationState.BACKORDERED, AllocationState.RELEASED)
        reservation = None if releases else allocation.reservation_id
        location = None if releases else allocation.location_id
        if quantity == allocation.quantity:
            session.execute(
                update(Allocation)
                .where(Allocation.id == allocation.id)
                .values(
                    state=state,
                    parcel_id=target,
                    reservation_id=reservation,
                    location_id=location,
                )
            )
            session.refresh(allocation)
            moved.append(allocation)
            continue
        session.execute(
            update(Allocation)
            .where(Allocation.id == allocation.id)
            .values(quantity=Allocation.quantity - quantity)
        )
        session.refresh(allocation)
        key = session.execute(
            insert(Allocation)
            .values(
                order_id=allocation.order_id,
                order_line_id=allocation.order_line_id,
                variant_id=allocation.variant_id,
                quantity=quantity,
                state=state,
                location_id=location,
                reservation_id=reservation,
                parcel_id=target,
            )
            .returning(Allocation.id)
        ).scalar_one()
        moved.append(session.get_one(Allocation, key))
    return moved


def _count(line_id: int, before: AllocationState, after: AllocationState, quantity: int) -> None:
    if before is after:
        return
    columns = OrderLine.__table__.c
    session.execute(
        update(OrderLine)
        .where(OrderLine.id == line_id)
        .values(
            {
                columns[_COLUMN[before]]: columns[_COLUMN[before]] - quantity,
                columns[_COLUMN[after]]: columns[_COLUMN[after]] + quantity,
            }
        )
        .execution_options(synchronize_session=False)
    )
