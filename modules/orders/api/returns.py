"""Returns for programs: ask, receive with a verdict, refund."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.access import scope
from app.api import answers, writes
from modules.orders import presenting, shapes
from modules.orders.api.base import READ, WRITE, api, location_id
from modules.orders.operations import returning
from modules.orders.queries import (
    check_visible,
    find_return_id,
    get_order,
    get_return,
    view_return,
    visible_order,
)


@api.post("/orders/<order>/returns")
@api.input(shapes.ReturnIn, arg_name="body")
@answers(201)
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
@api.input(shapes.ReturnReceiptIn, arg_name="body")
@scope(WRITE)
@writes
def receive_return(wanted: str, body: shapes.ReturnReceiptIn) -> Any:
    """Take units back with a verdict each; refund the money where told so."""
    found = get_return(find_return_id(wanted))
    check_visible(get_order(found.order_id), WRITE)
    returning.receive_return(
        return_id=found.id,
        location_id=location_id(body.location),
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
