"""The work on an order's goods: open a parcel, pick, pack, ask for a label."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app import clock
from app.actor import current_actor
from app.db import session
from app.i18n import _
from app.reference import Reference
from app.statuses import look_of
from modules import catalog, organization, shipping, stock
from modules.orders import timeline
from modules.orders.allocating import choose, move
from modules.orders.deriving import derive, money_of
from modules.orders.errors import NoLabel, TooMany, WrongState
from modules.orders.models import (
    Allocation,
    AllocationState,
    HoldKind,
    Order,
    OrderStatus,
    Parcel,
    ParcelState,
)
from modules.orders.operations.holding import open_hold, refuse_while_held
from modules.orders.queries import (
    allocations_in,
    allocations_of,
    get_order,
    get_parcel,
    lines_of,
)

IN_WORK = (ParcelState.OPEN, ParcelState.PICKING, ParcelState.PACKED)


def open_parcel(
    *,
    order_id: int,
    location_id: int | None = None,
    lines: Mapping[int, int] | None = None,
    service: str | None = None,
) -> int:
    """
    Put reserved units of one location into a new parcel and return its key.

    Without `lines` all that lies there; without a location the one that holds most.

    :raises TooMany: nothing is reserved there, or less than is asked for
    :raises WrongState: the order is over
    """
    order = get_order(order_id, lock=True)
    if order.status is not OrderStatus.PLACED:
        raise WrongState(_("This order is over. Only a placed order has parcels."))
    free = [
        one
        for one in allocations_of(order_id)
        if one.state is AllocationState.RESERVED and one.parcel_id is None
    ]
    place = location_id if location_id is not None else _fullest(free, lines)
    if place is None:
        raise TooMany(_("Nothing of this order is reserved and without a parcel."))
    chosen = choose(
        [one for one in free if one.location_id == place], lines, (AllocationState.RESERVED,)
    )
    if not chosen:
        raise TooMany(_("Nothing of this order is reserved at this location."))
    parcel = Parcel(
        order_id=order_id,
        store_id=organization.location_by_id(place).store_id,
        location_id=place,
        service=service,
    )
    session.add(parcel)
    session.flush()
    move(chosen, AllocationState.RESERVED, parcel_id=parcel.id)
    timeline.record(order_id, "parcel_opened", parcel=parcel.number, units=_count(chosen))
    derive(order_id)
    return parcel.id


def _fullest(free: list[Allocation], lines: Mapping[int, int] | None) -> int | None:
    held: dict[int, int] = {}
    for one in free:
        if one.location_id is not None and (lines is None or one.order_line_id in lines):
            held[one.location_id] = held.get(one.location_id, 0) + one.quantity
    return max(held, key=lambda place: (held[place], -place), default=None)


def _count(chosen: list[tuple[Allocation, int]]) -> int:
    return sum(quantity for _one, quantity in chosen)


def start_picking(*, parcel_id: int) -> None:
    """
    Somebody begins to collect a parcel's goods.

    :raises OnHold: a hold of the order is open
    :raises WrongState: the parcel is not open
    """
    parcel, order = _locked(parcel_id)
    if parcel.state is ParcelState.PICKING:
        return
    _expect(parcel, ParcelState.OPEN)
    refuse_while_held(order.id)
    move(
        choose(allocations_in(parcel_id), None, (AllocationState.RESERVED,)),
        AllocationState.PICKING,
    )
    parcel.state, parcel.picker = ParcelState.PICKING, current_actor().name
    timeline.record(order.id, "picking_started", parcel=parcel.number)
    derive(order.id)


def pick(*, parcel_id: int, lines: Mapping[int, int] | None = None) -> None:
    """
    Note units as collected (default: all that the parcel still lacks).

    :raises OnHold: a hold of the order is open
    :raises WrongState: the parcel is packed already, or gone
    :raises TooMany: the parcel lacks fewer units than that
    """
    parcel, order = _locked(parcel_id)
    _expect(parcel, ParcelState.OPEN, ParcelState.PICKING)
    waiting = (AllocationState.RESERVED, AllocationState.PICKING)
    chosen = choose(allocations_in(parcel_id), lines, waiting)
    if any(one.state is AllocationState.RESERVED for one, _count in chosen):
        # Who has begun may end: a piece that is missing must not stop the others on the trolley.
        refuse_while_held(order.id)
    if not chosen:
        if lines is None:
            return  # all of it is picked: said twice is said once
        raise TooMany(_("Nothing of this parcel is left to pick."))
    move(chosen, AllocationState.PICKED)
    parcel.state = ParcelState.PICKING
    parcel.picker = parcel.picker or current_actor().name
    timeline.record(order.id, "picked", parcel=parcel.number, units=_count(chosen))
    derive(order.id)


def short_pick(*, parcel_id: int, lines: Mapping[int, int], reason: str) -> None:
    """
    Units are not where they should be: give their promise back, backorder them, hold the order.

    They are set aside where they were looked for, so that nobody is promised them again before
    somebody counts there or puts them back on sale.

    :raises TooMany: the parcel lacks fewer units than that
    """
    parcel, order = _locked(parcel_id)
    _expect(parcel, ParcelState.OPEN, ParcelState.PICKING)
    waiting = (AllocationState.RESERVED, AllocationState.PICKING, AllocationState.PICKED)
    chosen = choose(allocations_in(parcel_id), lines, waiting)
    _release_stock(chosen)
    _set_aside(parcel, chosen, reason)
    move(chosen, AllocationState.BACKORDERED, keep_parcel=False)
    timeline.record(
        order.id, "short_picked", parcel=parcel.number, units=_count(chosen), reason=reason
    )
    close_what_is_complete([parcel_id])
    open_hold(order_id=order.id, kind=HoldKind.STOCK, reason=reason)


def pack(*, parcel_id: int, lines: Mapping[int, int] | None = None) -> None:
    """
    Note picked units as packed (default: all); the parcel is packed when nothing is left out.

    :raises WrongState: units are not picked yet, or the parcel is gone
    """
    parcel, order = _locked(parcel_id)
    if parcel.state is ParcelState.PACKED and lines is None:
        return
    _expect(parcel, ParcelState.PICKING)
    inside = allocations_in(parcel_id)
    unpicked = [
        one for one in inside if one.state in (AllocationState.RESERVED, AllocationState.PICKING)
    ]
    if lines is None and unpicked:
        raise WrongState(_("Some units are not picked yet. Pick them or report them as missing."))
    chosen = choose(inside, lines, (AllocationState.PICKED,))
    move(chosen, AllocationState.PACKED)
    left = [one for one in allocations_in(parcel_id) if one.state is not AllocationState.PACKED]
    if not left:
        parcel.state, parcel.packed_at = ParcelState.PACKED, clock.now()
        timeline.record(order.id, "packed", parcel=parcel.number, units=_count(chosen))
    derive(order.id)


def close_what_is_complete(parcel_ids: Iterable[int]) -> None:
    """After units have left parcels: an empty one is over, one that lacks no more is packed."""
    for parcel in session.scalars(select(Parcel).where(Parcel.id.in_(parcel_ids))):
        inside = allocations_in(parcel.id)
        if not inside:
            parcel.state = ParcelState.CANCELLED
            shipping.cancel(reference=Reference("parcel", parcel.id))
        elif parcel.state is ParcelState.PICKING and all(
            one.state is AllocationState.PACKED for one in inside
        ):
            parcel.state, parcel.packed_at = ParcelState.PACKED, clock.now()
    session.flush()


def cancel_parcel(*, parcel_id: int) -> None:
    """
    Take a parcel apart; its goods stay reserved for the order.

    :raises WrongState: it has left
    """
    parcel, order = _locked(parcel_id)
    _expect(parcel, *IN_WORK)
    chosen = choose(allocations_in(parcel_id), None, tuple(AllocationState))
    move(chosen, AllocationState.RESERVED, keep_parcel=False)
    parcel.state = ParcelState.CANCELLED
    shipping.cancel(reference=Reference("parcel", parcel.id))
    timeline.record(order.id, "parcel_cancelled", parcel=parcel.number)
    derive(order.id)


def ask_for_label(*, parcel_id: int, service: str | None = None, point: str | None = None) -> int:
    """
    Ask the carrier of the order's shipping method for a label, as a job; return the shipment's key.

    :raises NoLabel: the method has no carrier (hand it over with a tracking number instead)
    :raises WrongState: the parcel has left
    """
    parcel, order = _locked(parcel_id)
    _expect(parcel, *IN_WORK)
    method = session.get_one(organization.ShippingMethod, order.shipping_method_id)
    if not method.carrier:
        raise NoLabel(
            _("%(method)s has no carrier. Ship with a tracking number.", method=method.name)
        )
    timeline.record(order.id, "label_asked", parcel=parcel.number, carrier=method.carrier)
    return shipping.request_label(
        reference=Reference("parcel", parcel.id),
        store_id=parcel.store_id,
        carrier=method.carrier,
        service=service or parcel.service or str(method.kind),
        request=_shipment_request(parcel, order, service or str(method.kind), point),
    )


def _shipment_request(
    parcel: Parcel, order: Order, service: str, point: str | None
) -> shipping.ShipmentRequest:
    company = organization.get_company()
    store = organization.store_by_id(parcel.store_id)
    recipient: dict[str, Any] = dict(order.shipping_address or {})
    recipient.setdefault("name", order.buyer.get("name") or "")
    for key in ("phone", "email"):
        recipient[key] = recipient.get(key) or order.buyer.get(key)
    money = money_of(order.id, total_minor=order.total_minor)
    return shipping.ShipmentRequest(
        sender=shipping.Address(
            name=store.name,
            company=company.name,
            street=company.street or "",
            postal_code=company.postal_code or "",
            city=company.city or "",
            country=company.country,
        ),
        recipient=shipping.Address.of(recipient),
        order_number=order.number,
        service=service,
        point=point or order.pickup_point,
        weight_grams=_weight(parcel),
        cod_minor=money.cod_minor,
        currency=order.currency,
    )


def _weight(parcel: Parcel) -> int | None:
    inside = allocations_in(parcel.id)
    lines = {line.id: line.sku for line in lines_of(parcel.order_id)}
    known = catalog.variants_for_sale(sorted({lines[one.order_line_id] for one in inside}))
    total = 0
    for one in inside:
        variant = known.get(lines[one.order_line_id])
        total += (variant.weight_grams or 0) * one.quantity if variant else 0
    return total or None


def _release_stock(chosen: list[tuple[Allocation, int]]) -> None:
    parts = [
        (one.reservation_id, quantity) for one, quantity in chosen if one.reservation_id is not None
    ]
    if parts:
        stock.release_many(parts)


def _set_aside(parcel: Parcel, chosen: list[tuple[Allocation, int]], reason: str) -> None:
    missing: Counter[int] = Counter()
    for one, quantity in chosen:
        if one.variant_id is not None:
            missing[one.variant_id] += quantity
    for variant_id, quantity in sorted(missing.items()):
        stock.set_unsellable(
            variant_id=variant_id,
            location_id=parcel.location_id,
            quantity_change=quantity,
            reason=reason,
            reference=Reference("parcel", parcel.id),
        )


def _locked(parcel_id: int) -> tuple[Parcel, Order]:
    # The order first, always: two people at two parcels of one order take turns.
    order = get_order(get_parcel(parcel_id).order_id, lock=True)
    return get_parcel(parcel_id, lock=True), order


def _expect(parcel: Parcel, *states: ParcelState) -> None:
    if parcel.state not in states:
        raise WrongState(
            _(
                "Parcel %(parcel)s is “%(state)s”; this step comes at another time.",
                parcel=parcel.number,
                state=look_of(parcel.state.value).word,
            )
        )
