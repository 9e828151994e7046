"""Orders for programs: place, read, work, cancel, take back."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.access import scope
from app.actor import current_actor
from app.api import api_blueprint, pack_cursor, parse_id, unpack_cursor, writes
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.reference import Reference
from modules import customers, organization, shipping
from modules.orders import presenting, shapes
from modules.orders.listing import find_orders
from modules.orders.models import Parcel
from modules.orders.operations import (
    cancelling,
    fulfilling,
    holding,
    paying,
    placing,
    returning,
    shipping_out,
)
from modules.orders.presenting import load_order, moment
from modules.orders.queries import (
    allocations_in,
    check_visible,
    events_of,
    find_parcel_id,
    find_return_id,
    get_order,
    get_parcel,
    get_return,
    view_return,
    visible_order,
)

api = api_blueprint("orders", __name__, title="Orders")
READ, WRITE = "orders:read", "orders:write"
_WITHOUT_LABEL = (shipping.ShipmentState.REJECTED, shipping.ShipmentState.CANCELLED)


@api.post("/orders")
@api.input(shapes.OrderIn, arg_name="body")
@scope(WRITE)
@writes
def place_order(body: shapes.OrderIn) -> Any:
    """Place an order; the same (channel, external_id) answers 200 with the order as it is."""
    store = _store_for(body.store)
    given = body.given(store=store, customer_id=_customer_id(body.customer.id))
    placed = placing.place_order(given)
    location = {"Location": f"/api/v1/orders/{placed.order_id}"}
    if not placed.is_new:
        check_visible(get_order(placed.order_id), WRITE)
        return load_order(placed.order_id), 200
    if placed.paid:
        return load_order(placed.order_id), 201, location
    return presenting.placed_body(placed, body.shipping.method), 201, location


def _store_for(code: str | None) -> str | None:
    """A token that is bound to stores sells for one of them, and for no other."""
    stores = current_actor().stores(WRITE)
    if stores is None:
        return code
    if code is None:
        if len(stores) != 1:
            raise InvalidInput(_("This token serves several stores: name one."), pointer="/store")
        return organization.store_by_id(next(iter(stores))).code
    if organization.get_store(code).id not in stores:
        raise NotFound(_("There is no store %(code)s.", code=code))
    return code


def _customer_id(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(customers.get_customer(parse_id(text.upper().removeprefix("C-"))).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/customer/id") from None


@api.get("/orders")
@api.input(shapes.OrdersQuery, location="query", arg_name="query")
@scope(READ)
def list_orders(query: shapes.OrdersQuery) -> ResponseReturnValue:
    """List orders by the moment of their last change, stable under writes."""
    place = unpack_cursor(query.cursor, str, int) if query.cursor else None
    found = find_orders(
        stores=current_actor().stores(READ),
        status=query.status,
        channel=query.channel,
        store=query.store,
        text=query.q,
        updated_after=query.updated_after,
        after=place,
        limit=query.limit + 1,
    )
    rows = found[: query.limit]
    more = len(found) > query.limit
    last = rows[-1].order if rows else None
    return {
        "items": [
            presenting.order_head(row.order, channel=row.channel, store=row.store) for row in rows
        ],
        "next_cursor": (
            pack_cursor(last.updated_at.isoformat(), last.id) if more and last else None
        ),
    }


@api.get("/orders/<order>")
@scope(READ)
def show_order(order: str) -> ResponseReturnValue:
    """Return an order by id or number."""
    found = visible_order(order, READ)
    return load_order(found.id)


@api.get("/orders/<order>/events")
@scope(READ)
def list_events(order: str) -> ResponseReturnValue:
    """Return what happened to the order, oldest first."""
    found = visible_order(order, READ)
    return {
        "items": [
            {
                "id": str(event.id),
                "kind": event.kind,
                "at": moment(event.at),
                "actor": event.actor.partition(":")[0],
                "by": event.actor.rpartition(":")[2],
                "data": event.data,
            }
            for event in events_of(found.id)
        ],
        "next_cursor": None,
    }


@api.post("/orders/<order>/cancellation")
@api.input(shapes.CancellationIn, arg_name="body")
@scope(WRITE)
@writes
def cancel_order(order: str, body: shapes.CancellationIn) -> Any:
    """Cancel units that have not left, or all of them."""
    found = visible_order(order, WRITE)
    cancelling.cancel_order(order_id=found.id, reason=body.reason, lines=shapes.counts(body.lines))
    return load_order(found.id), 200


@api.post("/orders/<order>/holds")
@api.input(shapes.HoldIn, arg_name="body")
@scope(WRITE)
@writes
def open_hold(order: str, body: shapes.HoldIn) -> Any:
    """Hold the order: nobody starts to pick it or hands it over."""
    found = visible_order(order, WRITE)
    hold_id = holding.open_hold(
        order_id=found.id,
        kind=body.kind,
        reason=body.reason,
        due_at=body.due_at,
        owner=body.owner,
    )
    return {"id": str(hold_id), "order": load_order(found.id)}, 201


@api.delete("/orders/<order>/holds/<hold>")
@scope(WRITE)
@writes
def release_hold(order: str, hold: str) -> Any:
    """Release a hold."""
    found = visible_order(order, WRITE)
    holding.release_hold(order_id=found.id, hold_id=parse_id(hold))
    return load_order(found.id), 200


@api.post("/orders/<order>/payments")
@api.input(shapes.PaymentIn, arg_name="body")
@scope(WRITE)
@writes
def add_payment(order: str, body: shapes.PaymentIn) -> Any:
    """Note a payment of the order."""
    found = visible_order(order, WRITE)
    payment_id = paying.add_payment(
        order_id=found.id,
        method=body.method,
        amount_minor=body.amount_minor,
        state=body.state,
        external_reference=body.reference,
    )
    return {"id": str(payment_id), "order": load_order(found.id)}, 201


# --- parcels ----------------------------------------------------------------------------------


@api.post("/orders/<order>/parcels")
@api.input(shapes.ParcelIn, arg_name="body")
@scope(WRITE)
@writes
def open_parcel(order: str, body: shapes.ParcelIn) -> Any:
    """Put reserved units of one location into a new parcel."""
    found = visible_order(order, WRITE)
    parcel_id = fulfilling.open_parcel(
        order_id=found.id,
        location_id=_location_id(body.location),
        lines=shapes.counts(body.lines),
        service=body.service,
    )
    return _parcel(get_parcel(parcel_id)), 201


@api.post("/parcels/<parcel>/pick")
@api.input(shapes.WorkIn, arg_name="body")
@scope(WRITE)
@writes
def pick(parcel: str, body: shapes.WorkIn) -> Any:
    """Note units as picked (default: all of the parcel)."""
    found = _visible_parcel(parcel)
    fulfilling.pick(parcel_id=found.id, lines=shapes.counts(body.lines))
    return _parcel(get_parcel(found.id)), 200


@api.post("/parcels/<parcel>/pack")
@api.input(shapes.WorkIn, arg_name="body")
@scope(WRITE)
@writes
def pack(parcel: str, body: shapes.WorkIn) -> Any:
    """Note picked units as packed (default: all of the parcel)."""
    found = _visible_parcel(parcel)
    fulfilling.pack(parcel_id=found.id, lines=shapes.counts(body.lines))
    return _parcel(get_parcel(found.id)), 200


@api.post("/parcels/<parcel>/label")
@api.input(shapes.LabelIn, arg_name="body")
@scope(WRITE)
@writes
def make_label(parcel: str, body: shapes.LabelIn) -> Any:
    """Ask the carrier for the label: 202 while a job does it, 200 when it is there."""
    found = _visible_parcel(parcel)
    shipment = shipping.shipment_of(Reference("parcel", found.id))
    if shipment is None or shipment.state in _WITHOUT_LABEL:
        fulfilling.ask_for_label(parcel_id=found.id, service=body.service, point=body.point)
        shipment = shipping.shipment_of(Reference("parcel", found.id))
    ready = shipment is not None and shipment.label_file is not None
    answer = _parcel(get_parcel(found.id)) | {
        "job": {"kind": "shipping.make_label", "state": "done" if ready else "ready"}
    }
    if ready:
        return answer, 200
    return answer, 202, {"Retry-After": "1"}


@api.post("/parcels/<parcel>/ship")
@api.input(shapes.ShipIn, arg_name="body")
@scope(WRITE)
@writes
def ship(parcel: str, body: shapes.ShipIn) -> Any:
    """Hand the packed parcel over; its invoice is issued in the same act."""
    found = _visible_parcel(parcel)
    shipping_out.ship(
        parcel_id=found.id, tracking_number=body.tracking_number, override=body.override
    )
    return _parcel(get_parcel(found.id)), 200


@api.get("/parcels/<parcel>")
@scope(READ)
def show_parcel(parcel: str) -> ResponseReturnValue:
    """Return a parcel by id or number."""
    return _parcel(_visible_parcel(parcel, READ))


def _visible_parcel(text: str, permission: str = WRITE) -> Parcel:
    parcel = get_parcel(find_parcel_id(text))
    stores = current_actor().stores(permission)
    if stores is not None and parcel.store_id not in stores:
        check_visible(get_order(parcel.order_id), permission)
    return parcel


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return presenting.parcel_body(
        parcel,
        allocations_in(parcel.id),
        location=organization.location_by_id(parcel.location_id).code,
        shipment=shipping.shipment_of(Reference("parcel", parcel.id)),
    )


def _location_id(code: str | None) -> int | None:
    if code is None:
        return None
    try:
        return int(organization.get_location(code).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/location") from None


# --- returns ----------------------------------------------------------------------------------


@api.post("/orders/<order>/returns")
@api.input(shapes.ReturnIn, arg_name="body")
@scope(WRITE)
@writes
def request_return(order: str, body: shapes.ReturnIn) -> Any:
    """Note that units shall come back."""
    found = visible_order(order, WRITE)
    return_id = returning.request_return(
        order_id=found.id,
        note=body.note,
        lines=[
            returning.WantedBack(
                order_line_id=int(one.line), quantity=one.quantity, reason=one.reason
            )
            for one in body.lines
        ],
    )
    return presenting.return_body(view_return(return_id)), 201


@api.post("/returns/<wanted>/receipt")
@api.input(shapes.ReceiptIn, arg_name="body")
@scope(WRITE)
@writes
def receive_return(wanted: str, body: shapes.ReceiptIn) -> Any:
    """Take units back with a verdict each; refund the money where told so."""
    found = get_return(find_return_id(wanted))
    check_visible(get_order(found.order_id), WRITE)
    returning.receive_return(
        return_id=found.id,
        location_id=_location_id(body.location),
        lines=[
            returning.ReceivedBack(
                order_line_id=int(one.line), quantity=one.quantity, verdict=one.verdict
            )
            for one in body.lines
        ],
        refunds=[
            returning.RefundPart(payment_id=int(one.payment), amount_minor=one.amount_minor)
            for one in body.refund
        ],
    )
    return presenting.return_body(view_return(found.id)), 200


@api.get("/returns/<wanted>")
@scope(READ)
def show_return(wanted: str) -> ResponseReturnValue:
    """Return a return by id or number."""
    found = get_return(find_return_id(wanted))
    check_visible(get_order(found.order_id), READ)
    return presenting.return_body(view_return(found.id))
