"""Orders for programs: place, read, hold, pay, cancel."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from apiflask import HTTPError
from flask import request
from flask.typing import ResponseReturnValue

from app.access import scope
from app.actor import current_actor
from app.api import PageIn, answers, is_plain, pack_cursor, parse_id, unpack_cursor, writes
from app.errors import InvalidInput, NotFound
from modules import payments
from modules.orders import presenting, shapes
from modules.orders.api.base import READ, WRITE, api, buyer_id, counted, store_for
from modules.orders.api.cards import cards_of
from modules.orders.api.coupons import guards_coupons
from modules.orders.listing import find_orders
from modules.orders.operations import cancelling, holding, paying, placing
from modules.orders.presenting import load_order, moment
from modules.orders.queries import check_visible, events_of, get_order, visible_order

View = TypeVar("View", bound=Callable[..., Any])


def _as_it_is(order_id: int) -> tuple[dict[str, Any], int]:
    check_visible(get_order(order_id), WRITE)
    return load_order(order_id), 200


def known_whatever_else(view: View) -> View:
    """
    Answer with the order that is there already, whatever else the body says.

    A sound body finds it on its way in; so it is only looked for where the body is refused, and
    taking in an order costs no statement more.
    """
    known = writes(_as_it_is)

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except (HTTPError, InvalidInput, NotFound):
            order_id = _named_in(request.get_json())
            if order_id is None:
                raise
            return known(order_id)

    return cast(View, answer)


def _named_in(body: Any) -> int | None:
    """Return the key of the order whose channel and external id a body of any shape names."""
    if not isinstance(body, dict):
        return None
    channel, external_id = body.get("channel"), body.get("external_id")
    if not (isinstance(channel, str) and isinstance(external_id, str)):
        return None
    if not (is_plain(channel) and is_plain(external_id)):
        return None
    return placing.find_order(channel.strip(), external_id)


@api.post("/orders")
@known_whatever_else
@api.input(shapes.OrderIn, arg_name="body")
@answers(200, 201)
@scope(WRITE)
@guards_coupons
def place_order(body: shapes.OrderIn) -> Any:
    """
    Place an order; the same (channel, external_id) answers 200 with the order as it is.

    `payment` with the method `gift_card`, `code` and `pin` takes the money off the card with the
    order or not at all; with `store_credit` off what the customer has.
    """
    return _placed(body, cards_of(body))


@writes
def _placed(body: shapes.OrderIn, cards: Sequence[int]) -> Any:
    given = body.given(
        store=store_for(body.store, WRITE),
        customer_id=buyer_id(body.customer.id, body.card),
        cards=cards,
    )
    placed = placing.place_order(given)
    if not placed.is_new:
        return _as_it_is(placed.order_id)
    location = {"Location": f"/api/v1/orders/{placed.order_id}"}
    if placed.payment and placed.payment.kind is payments.PaymentKind.GIFT_CARD:
        return load_order(placed.order_id), 201, location
    return presenting.placed_body(placed, body.shipping.method), 201, location


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
@api.input(PageIn, location="query", arg_name="query")
@scope(READ)
def list_events(order: str, query: PageIn) -> ResponseReturnValue:
    """Return what happened to the order, oldest first."""
    found = visible_order(order, READ)
    after = unpack_cursor(query.cursor, int)[0] if query.cursor else 0
    events = events_of(found.id, after=after, limit=query.limit + 1)
    page = events[: query.limit]
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
            for event in page
        ],
        "next_cursor": pack_cursor(page[-1].id) if len(events) > query.limit else None,
    }


@api.post("/orders/<order>/cancellation")
@api.input(shapes.CancellationIn, arg_name="body")
@scope(WRITE)
@writes
def cancel_order(order: str, body: shapes.CancellationIn) -> Any:
    """Cancel units that have not left, or all of them."""
    found = visible_order(order, WRITE)
    cancelling.cancel_order(
        order_id=found.id, reason=body.reason, lines=counted(found.id, body.lines)
    )
    return load_order(found.id), 200


@api.post("/orders/<order>/holds")
@api.input(shapes.HoldIn, arg_name="body")
@answers(201)
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
@answers(201)
@scope(WRITE)
def add_payment(order: str, body: shapes.PaymentIn) -> Any:
    """
    Note a payment of the order.

    With the method `gift_card`, its `code` and `pin`, the card pays at once; with `store_credit`
    what the customer has. `reference` is then your own number: the same one pays once.
    """
    found = visible_order(order, WRITE)
    cards = payments.cards_to_pay_with(
        method=body.method,
        code=body.code,
        pin=body.pin,
        customer_id=found.customer_id,
        currency=found.currency,
    )
    return _paid(found.id, body, cards)


@writes
def _paid(order_id: int, body: shapes.PaymentIn, cards: Sequence[int] | None) -> Any:
    if cards is None:
        payment_id = paying.add_payment(
            order_id=order_id,
            method=body.method,
            amount_minor=body.amount_minor,
            state=body.state,
            external_reference=body.reference,
        )
        return {"id": str(payment_id), "order": load_order(order_id)}, 201
    made = paying.pay_by_cards(
        order_id=order_id,
        cards=cards,
        amount_minor=body.amount_minor,
        external_reference=body.reference,
    )
    told = {"id": str(made[0]), "payments": [str(one) for one in made]}
    return told | {"order": load_order(order_id)}, 201
