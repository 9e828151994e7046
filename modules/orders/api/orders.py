"""Orders for programs: place, read, hold, pay, cancel."""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from app.access import scope
from app.actor import current_actor
from app.api import pack_cursor, parse_id, unpack_cursor, writes
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import customers, organization
from modules.orders import presenting, shapes
from modules.orders.api.base import READ, WRITE, api
from modules.orders.listing import find_orders
from modules.orders.operations import cancelling, holding, paying, placing
from modules.orders.presenting import load_order, moment
from modules.orders.queries import check_visible, events_of, get_order, visible_order


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
    after = None
    if query.cursor:
        changed_at, key = unpack_cursor(query.cursor, datetime, int)
        after = (changed_at, key)
    found = find_orders(
        stores=current_actor().stores(READ),
        status=query.status,
        channel=query.channel,
        store=query.store,
        text=query.q,
        updated_after=query.updated_after,
        after=after,
        limit=query.limit + 1,
    )
    rows = found[: query.limit]
    more = len(found) > query.limit
    last = rows[-1].order if rows else None
    return {
        "items": [
            presenting.order_head(row.order, channel=row.channel, store=row.store) for row in rows
        ],
        "next_cursor": (pack_cursor(last.updated_at, last.id) if more and last else None),
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
