"""Questions about orders. Nothing here changes a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select

from app.actor import current_actor
from app.api import parse_id
from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.orders.models import (
    Allocation,
    Hold,
    Order,
    OrderEvent,
    OrderLine,
    Parcel,
    PriceTrace,
    Return,
    ReturnedUnits,
    ReturnLine,
    SoldUnit,
)
from modules.orders.numbers import order_id_of, parcel_id_of, return_id_of

_KEY: Any = bindparam("key")
_Row = TypeVar("_Row", Order, Parcel, Return)


def _by_key(model: type[_Row]) -> dict[bool, Select[_Row]]:
    """Return the question for one row by its key: plain, and with a lock."""
    found = select(model).where(model.id == _KEY)
    locked = found.with_for_update().execution_options(populate_existing=True)
    return {False: found, True: locked}


# Each step of each order asks these, so they are put together once.
_ORDER, _PARCEL, _RETURN = _by_key(Order), _by_key(Parcel), _by_key(Return)
_LINES = select(OrderLine).where(OrderLine.order_id == _KEY).order_by(OrderLine.position)
_PARCELS = select(Parcel).where(Parcel.order_id == _KEY).order_by(Parcel.id)
_FRESH_ALLOCATIONS = (
    select(Allocation).order_by(Allocation.id).execution_options(populate_existing=True)
)
_ALLOCATIONS = _FRESH_ALLOCATIONS.where(Allocation.order_id == _KEY)
_ALLOCATIONS_IN = _FRESH_ALLOCATIONS.where(Allocation.parcel_id == _KEY)


def get_order(order_id: int, *, lock: bool = False) -> Order:
    """
    Return one order; with `lock` nobody else changes it until the commit.

    :raises NotFound: there is none with that key
    """
    if order := session.scalar(_ORDER[lock], {"key": order_id}):
        return order
    raise NotFound(_("There is no such order."))


def find_order_id(text: str) -> int:
    """
    Return the key behind an opaque id or an order's number.

    :raises NotFound: it names none
    """
    return _key(text, order_id_of(text))


def find_parcel_id(text: str) -> int:
    return _key(text, parcel_id_of(text))


def find_return_id(text: str) -> int:
    return _key(text, return_id_of(text))


def _key(text: str, by_number: int | None) -> int:
    return by_number if by_number is not None else parse_id(text)


def check_visible(order: Order, permission: str) -> None:
    """
    Make sure that the caller may see this order: his store's, or one that his store works on.

    :raises NotFound: it is none of his
    """
    stores = current_actor().stores(permission)
    if stores is None or order.store_id in stores:
        return
    from modules.organization import Location

    works_on_it = (
        select(Allocation.id)
        .join(Location, Location.id == Allocation.location_id)
        .where(Allocation.order_id == order.id, Location.store_id.in_(stores))
    )
    if not session.scalar(select(works_on_it.exists())):
        raise NotFound(_("There is no such order."))


def visible_order(text: str, permission: str) -> Order:
    """
    Return the order that an id or number names, if this caller may see it.

    :raises NotFound: there is none, or it is none of his
    """
    order = get_order(find_order_id(text))
    check_visible(order, permission)
    return order


def get_parcel(parcel_id: int, *, lock: bool = False) -> Parcel:
    """
    Return one parcel.

    :raises NotFound: there is none with that key
    """
    if parcel := session.scalar(_PARCEL[lock], {"key": parcel_id}):
        return parcel
    raise NotFound(_("There is no such parcel."))


def get_return(return_id: int, *, lock: bool = False) -> Return:
    """
    Return one return.

    :raises NotFound: there is none with that key
    """
    if wanted := session.scalar(_RETURN[lock], {"key": return_id}):
        return wanted
    raise NotFound(_("There is no such return."))


def lines_of(order_id: int) -> Sequence[OrderLine]:
    return session.scalars(_LINES, {"key": order_id}).all()


def allocations_of(order_id: int) -> Sequence[Allocation]:
    return session.scalars(_ALLOCATIONS, {"key": order_id}).all()


def allocations_in(parcel_id: int) -> Sequence[Allocation]:
    return session.scalars(_ALLOCATIONS_IN, {"key": parcel_id}).all()


def parcels_of(order_id: int) -> Sequence[Parcel]:
    return session.scalars(_PARCELS, {"key": order_id}).all()


def holds_of(order_id: int) -> Sequence[Hold]:
    """Return the open holds, those that are due first at the top."""
    found = select(Hold).where(Hold.order_id == order_id, Hold.released_at.is_(None))
    return session.scalars(found.order_by(Hold.due_at, Hold.id)).all()


def events_of(order_id: int, *, after: int = 0, limit: int | None = None) -> Sequence[OrderEvent]:
    """Return the timeline, oldest first: all of it, or a page that begins behind an event."""
    found = select(OrderEvent).where(OrderEvent.order_id == order_id, OrderEvent.id > after)
    return session.scalars(found.order_by(OrderEvent.id).limit(limit)).all()


def judged_of(order_id: int) -> Sequence[Mapping[str, Any]]:
    """Return what became of each promotion that an order touched, as it was kept."""
    trace = session.get(PriceTrace, order_id)
    return trace.judged if trace else ()


def units_of_lines(line_ids: Sequence[int]) -> Mapping[int, list[SoldUnit]]:
    """Return the ranges of sold units by line, lowest numbers first."""
    found = select(SoldUnit).where(SoldUnit.order_line_id.in_(line_ids))
    ranges: dict[int, list[SoldUnit]] = {line_id: [] for line_id in line_ids}
    for one in session.scalars(found.order_by(SoldUnit.order_line_id, SoldUnit.first)):
        ranges[one.order_line_id].append(one)
    return ranges


@dataclass(frozen=True)
class ReturnView:
    """A return with its lines and what was received of them."""

    wanted: Return
    lines: Sequence[ReturnLine] = ()
    received: Mapping[int, Sequence[ReturnedUnits]] = field(default_factory=dict)


def returns_of(order_id: int) -> list[ReturnView]:
    """Return the returns of an order with their lines, in three statements whatever their count."""
    wanted = session.scalars(
        select(Return).where(Return.order_id == order_id).order_by(Return.id)
    ).all()
    return _with_lines(wanted)


def view_return(return_id: int) -> ReturnView:
    return _with_lines([get_return(return_id)])[0]


def _with_lines(wanted: Sequence[Return]) -> list[ReturnView]:
    if not wanted:
        return []
    lines: dict[int, list[ReturnLine]] = {one.id: [] for one in wanted}
    owners: dict[int, int] = {}
    for line in session.scalars(
        select(ReturnLine).where(ReturnLine.return_id.in_(lines)).order_by(ReturnLine.id)
    ):
        lines[line.return_id].append(line)
        owners[line.id] = line.return_id
    received: dict[int, dict[int, list[ReturnedUnits]]] = {one.id: {} for one in wanted}
    units: Any = select(ReturnedUnits).where(ReturnedUnits.return_line_id.in_(owners))
    for one in session.scalars(units.order_by(ReturnedUnits.id)):
        received[owners[one.return_line_id]].setdefault(one.return_line_id, []).append(one)
    return [ReturnView(one, lines[one.id], received[one.id]) for one in wanted]
