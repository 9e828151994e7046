"""What waits for hands: parcels to pick, pack and ship, and goods that come back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select

from app.db import session
from app.reference import Reference
from modules import catalog, shipping
from modules.orders.card import colour_and_size, label_of
from modules.orders.deriving import OPEN_RETURNS
from modules.orders.listing import CAP, seen_by
from modules.orders.models import (
    Allocation,
    AllocationState,
    Hold,
    Lane,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    ParcelState,
    Return,
    ReturnLine,
    ReturnState,
)
from modules.orders.next_action import Label, Step, step_of
from modules.organization import Location, ShippingMethod

IN_WORK = (ParcelState.OPEN, ParcelState.PICKING, ParcelState.PACKED)
TO_PICK = (AllocationState.RESERVED, AllocationState.PICKING)
MOST = 200


@dataclass(frozen=True, kw_only=True)
class WaitingParcel:
    """A parcel in work, as the list of work shows it."""

    parcel: Parcel
    order: Order
    place: str
    method: ShippingMethod
    units: int
    unpicked: int
    variants: list[int]
    label: Label
    step: Step
    is_held: bool


def list_waiting(stores: Iterable[int] | None = None) -> list[WaitingParcel]:
    """Return the parcels in work of some stores, oldest first, in three statements."""
    found = (
        select(Parcel, Order, Location.name, ShippingMethod)
        .join(Order, Order.id == Parcel.order_id)
        .join(Location, Location.id == Parcel.location_id)
        .join(ShippingMethod, ShippingMethod.id == Order.shipping_method_id)
        .where(Parcel.state.in_(IN_WORK))
        .order_by(Parcel.id)
        .limit(MOST)
    )
    if stores is not None:
        found = found.where(Parcel.store_id.in_(sorted(stores)))
    rows = session.execute(found).all()
    parcels = [row[0].id for row in rows]
    inside: dict[int, list[Any]] = {}
    for one in session.execute(
        select(
            Allocation.parcel_id,
            Allocation.quantity,
            Allocation.state,
            Allocation.variant_id,
        )
        .where(Allocation.parcel_id.in_(parcels))
        .order_by(Allocation.id)
    ):
        inside.setdefault(one.parcel_id, []).append(one)
    shipments = shipping.shipments_of(Reference("parcel", key) for key in parcels)
    held = set(
        session.scalars(
            select(Hold.order_id).where(
                Hold.order_id.in_({row[1].id for row in rows}), Hold.released_at.is_(None)
            )
        )
    )
    return [_waiting(row, inside.get(row[0].id, []), shipments, row[1].id in held) for row in rows]


def _waiting(
    row: Any,
    inside: Sequence[Any],
    shipments: Mapping[Reference, shipping.Shipment],
    is_held: bool,
) -> WaitingParcel:
    parcel, order, place, method = row
    label, _failure = label_of(shipments.get(Reference("parcel", parcel.id)))
    unpicked = sum(one.quantity for one in inside if one.state in TO_PICK)
    return WaitingParcel(
        parcel=parcel,
        order=order,
        place=place,
        method=method,
        units=sum(one.quantity for one in inside),
        unpicked=unpicked,
        variants=list(dict.fromkeys(one.variant_id for one in inside if one.variant_id)),
        label=label,
        step=step_of(
            parcel.state, unpicked=unpicked, label=label, has_carrier=bool(method.carrier)
        ),
        is_held=is_held,
    )


def oldest_to_begin(stores: Iterable[int] | None = None) -> int | None:
    """Return the key of the oldest order that may be picked and has units in no parcel."""
    free = exists().where(
        Allocation.order_id == Order.id,
        Allocation.state == AllocationState.RESERVED,
        Allocation.parcel_id.is_(None),
    )
    found = select(Order.id).where(Order.lane == Lane.TO_PICK, free)
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    return session.scalar(found.order_by(Order.placed_at, Order.id).limit(1))


def find_waiting(code: str, stores: Iterable[int] | None = None) -> Parcel | None:
    """
    Return the oldest parcel in work that a scanned item belongs to.

    One that still lacks it comes before one that has it picked and waits to be packed.
    """
    variant = catalog.find_by_scan(code)
    if variant is None:
        return None
    for states in (TO_PICK, (AllocationState.PICKED,)):
        found = (
            select(Parcel)
            .join(Allocation, Allocation.parcel_id == Parcel.id)
            .where(
                Parcel.state.in_((ParcelState.OPEN, ParcelState.PICKING)),
                Allocation.variant_id == variant.id,
                Allocation.state.in_(states),
            )
            .order_by(Parcel.id)
            .limit(1)
        )
        if stores is not None:
            found = found.where(Parcel.store_id.in_(sorted(stores)))
        if parcel := session.scalar(found):
            return parcel
    return None


class PickLine(NamedTuple):
    """Units of one line in one parcel, and how far they are."""

    line: OrderLine
    colour: str
    size: str
    photo: str | None
    wanted: int
    picked: int
    packed: int

    @property
    def to_pick(self) -> int:
        return self.wanted - self.picked - self.packed

    @property
    def to_pack(self) -> int:
        return self.picked


def lines_in(parcel_id: int) -> list[PickLine]:
    """Return what a parcel holds, by line."""
    rows = session.execute(
        select(OrderLine, Allocation.quantity, Allocation.state)
        .join(Allocation, Allocation.order_line_id == OrderLine.id)
        .where(Allocation.parcel_id == parcel_id)
        .order_by(OrderLine.position, Allocation.id)
        .execution_options(populate_existing=True)
    ).all()
    photos = catalog.photo_urls([row[0].variant_id for row in rows if row[0].variant_id])
    found: dict[int, PickLine] = {}
    for line, quantity, state in rows:
        one = found.get(line.id)
        if one is None:
            colour, size = colour_and_size(line.label)
            photo = photos.get(line.variant_id) if line.variant_id else None
            one = PickLine(line, colour, size, photo, 0, 0, 0)
        found[line.id] = one._replace(
            wanted=one.wanted + quantity,
            picked=one.picked + (quantity if state is AllocationState.PICKED else 0),
            packed=one.packed + (quantity if state is AllocationState.PACKED else 0),
        )
    return list(found.values())


class ListedPick(NamedTuple):
    """One thing on the printed pick list: where, what, how many, and for which orders."""

    place: str
    sku: str
    name: str
    label: str
    variant_id: int | None
    quantity: int
    orders: list[str]


def pick_list(order_ids: Sequence[int], stores: Iterable[int] | None = None) -> list[ListedPick]:
    """Return what is to be picked for some orders, place by place, in one statement."""
    found: Any = (
        select(
            Location.name,
            OrderLine.sku,
            OrderLine.name,
            OrderLine.label,
            OrderLine.variant_id,
            Allocation.quantity,
            Order,
        )
        .join(Allocation, Allocation.order_line_id == OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Location, Location.id == Allocation.location_id)
        .where(Order.id.in_(order_ids), Allocation.state.in_(TO_PICK))
        .order_by(Location.name, OrderLine.name, OrderLine.sku, Order.id)
    )
    if stores is not None:
        found = found.where(Location.store_id.in_(sorted(stores)))
    picks: dict[tuple[str, str], ListedPick] = {}
    for place, sku, name, label, variant_id, quantity, order in session.execute(found):
        one = picks.get((place, sku)) or ListedPick(place, sku, name, label, variant_id, 0, [])
        numbers = one.orders if order.number in one.orders else [*one.orders, order.number]
        picks[place, sku] = one._replace(quantity=one.quantity + quantity, orders=numbers)
    return list(picks.values())


# --- returns ----------------------------------------------------------------------------------


class ListedReturn(NamedTuple):
    wanted: Return
    order: Order
    units: int
    received: int
    reason: str


def list_returns(
    *,
    stores: Iterable[int] | None = None,
    which: str = "open",
    before: int | None = None,
    limit: int = 50,
) -> list[ListedReturn]:
    """Return returns, the newest first: "open" ones, those whose money is "due", or "all"."""
    found: Any = select(Return, Order).join(Order, Order.id == Return.order_id)
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    if which != "all":
        found = found.where(_which(which))
    if before is not None:
        found = found.where(Return.id < before)
    rows = session.execute(found.order_by(Return.id.desc()).limit(limit)).all()
    lines: dict[int, list[ReturnLine]] = {}
    for line in session.scalars(
        select(ReturnLine)
        .where(ReturnLine.return_id.in_([row[0].id for row in rows]))
        .order_by(ReturnLine.id)
    ):
        lines.setdefault(line.return_id, []).append(line)
    return [_listed(row[0], row[1], lines.get(row[0].id, [])) for row in rows]


def _listed(wanted: Return, order: Order, lines: Sequence[ReturnLine]) -> ListedReturn:
    return ListedReturn(
        wanted,
        order,
        sum(line.quantity for line in lines),
        sum(line.received for line in lines),
        ", ".join(dict.fromkeys(line.reason for line in lines)),
    )


def _which(which: str) -> ColumnElement[bool]:
    if which == "due":
        return Return.state == ReturnState.RECEIVED
    return Return.state.in_(OPEN_RETURNS)


def count_returns(stores: Iterable[int] | None = None) -> int:
    """Return how many returns wait for their goods or for their money, capped."""
    found = (
        select(Return.id)
        .join(Order, Order.id == Return.order_id)
        .where(
            Return.state.in_((*OPEN_RETURNS, ReturnState.RECEIVED)),
            Order.status != OrderStatus.CANCELLED,
        )
    )
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    return session.scalar(select(func.count()).select_from(found.limit(CAP).subquery())) or 0
