"""Moving units from one state to the next: the allocation and its line's counts change together."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value

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

_LINES: Any = OrderLine.__table__
_ALLOCATIONS: Any = Allocation.__table__
_MOVE = update(_ALLOCATIONS).where(_ALLOCATIONS.c.id == bindparam("key"))


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
            now = {
                "state": state,
                "parcel_id": target,
                "reservation_id": reservation,
                "location_id": location,
            }
            session.execute(_MOVE, {**now, "key": allocation.id})
            for name, value in now.items():
                set_committed_value(allocation, name, value)
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
    if before is not after:
        session.execute(_counting(before, after), {"key": line_id, "units": quantity})


@lru_cache
def _counting(before: AllocationState, after: AllocationState) -> Any:
    """Return the statement that moves units of a line from one count to another."""
    columns: Any = _LINES.c
    units: Any = bindparam("units")
    less, more = columns[_COLUMN[before]], columns[_COLUMN[after]]
    return (
        update(_LINES)
        .where(columns.id == bindparam("key"))
        .values({less: less - units, more: more + units})
    )
