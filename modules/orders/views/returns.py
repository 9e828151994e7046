"""Goods that come back: the list of returns, a wish noted, units received with a verdict each."""

from flask import request
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.api import pack_cursor
from app.errors import NotFound
from app.i18n import _
from app.look import toast
from app.web import PAGE, cursor_from_url, go_to, listing, render, url_with
from modules import organization
from modules.orders import acts
from modules.orders.card import load_card
from modules.orders.errors import TooMany
from modules.orders.forms import ReceiptForm
from modules.orders.models import Return
from modules.orders.operations import returning
from modules.orders.queries import (
    check_visible,
    find_return_id,
    get_order,
    get_return,
    visible_order,
)
from modules.orders.views.blueprint import GIVE_BACK, RECEIVE, VIEW, blueprint, reach
from modules.orders.views.showing import (
    act,
    asked_words,
    card_url,
    receipt_form,
    return_form,
    show_card,
)
from modules.orders.worklist import list_returns


@blueprint.get("/returns")
@requires(VIEW)
def returns() -> ResponseReturnValue:
    which = request.args.get("which", "open")
    if which not in ("open", "due", "all"):
        which = "open"
    place = cursor_from_url(int)
    found = list_returns(
        stores=reach(), which=which, before=place[0] if place else None, limit=PAGE + 1
    )
    cursor = pack_cursor(found[PAGE - 1].wanted.id) if len(found) > PAGE else None
    words = {"open": _("On their way"), "due": _("Money is due"), "all": _("All")}
    page = listing(found, limit=PAGE, cursor=cursor)
    return render(
        "orders/returns.html",
        rows=page.rows,
        listing=page,
        which=which,
        lanes=[
            (word, url_with(which=code, after=None), None, "", code == which)
            for code, word in words.items()
        ],
    )


@blueprint.post("/<order>/returns")
@requires(RECEIVE)
def request_return(order: str) -> ResponseReturnValue:
    order_id = visible_order(order, RECEIVE).id
    form = return_form(load_card(order_id), sent=True)
    if form.carry_out(
        lambda reason, note, **_rest: returning.request_return(
            order_id=order_id,
            note=note or None,
            lines=[
                returning.WantedBack(order_line_id=line, quantity=count, reason=reason)
                for line, count in form.counts().items()
            ],
        )
    ):
        toast(_("The return is noted. Receive it when the goods are here."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={"return": form})


@blueprint.post("/returns/<wanted>/receipt")
@requires(RECEIVE)
def receive_return(wanted: str) -> ResponseReturnValue:
    found = _visible(wanted)
    order_id, return_id = found.order_id, found.id
    form = receipt_form(load_card(order_id), return_id, sent=True)
    if form.carry_out_within_limits(
        lambda location, **_rest: _receive(form, return_id, location),
        lambda: acts.receipt_wanted(
            order_id=order_id,
            return_id=return_id,
            number=found.number,
            location_id=_location(form.location.data),
            lines=_lines(form),
            refunds=_refunds(form),
        ),
    ):
        toast(asked_words() if form.asked else _("Received."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={f"receive-{return_id}": form})


def _receive(form: ReceiptForm, return_id: int, location: str | None) -> None:
    if not form.received():
        raise TooMany(_("Give at least one unit a verdict."))
    returning.receive_return(
        return_id=return_id,
        location_id=_location(location),
        lines=_lines(form),
        refunds=_refunds(form),
    )


def _location(code: str | None) -> int | None:
    return organization.get_location(code).id if code else None


def _lines(form: ReceiptForm) -> list[returning.ReceivedBack]:
    return [
        returning.ReceivedBack(order_line_id=line, quantity=count, verdict=verdict)
        for line, count, verdict in form.received()
    ]


def _refunds(form: ReceiptForm) -> list[returning.RefundPart]:
    if not current_actor().may(GIVE_BACK):
        return []
    return [
        returning.RefundPart(payment_id=payment, amount_minor=amount)
        for payment, amount in form.given_back()
    ]


@blueprint.post("/returns/<wanted>/cancellation")
@requires(RECEIVE)
def cancel_return(wanted: str) -> ResponseReturnValue:
    found = _visible(wanted)
    order_id, return_id = found.order_id, found.id
    return act(
        order_id,
        lambda: returning.cancel_return(return_id=return_id),
        _("The return is dropped; the units stay with the customer."),
    )


def _visible(text: str) -> Return:
    found = get_return(find_return_id(text))
    try:
        check_visible(get_order(found.order_id), RECEIVE)
    except NotFound:
        raise NotFound(_("There is no such return.")) from None
    return found
