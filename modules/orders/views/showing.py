"""The page of one order, drawn: with its dialogs, and with what was just refused in one of them."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.actor import current_actor
from app.approving import ApprovalState, of_record
from app.db import close_session, transact
from app.errors import RuleViolation
from app.i18n import _
from app.look import toast
from app.web import go_to, render, safe_return
from modules import organization, payments
from modules.orders import forms
from modules.orders.card import Card, load_card
from modules.orders.deriving import reference_of
from modules.orders.next_action import Step
from modules.orders.operations import repricing
from modules.orders.views.blueprint import (
    CANCEL,
    GIVE_BACK,
    HOLD,
    OVERRIDE,
    RECEIVE,
    TAKE,
    WORK,
    may_in,
)


def show_card(
    order_id: int,
    *,
    refused: Mapping[str, forms.ActionForm] | None = None,
    refusal: str = "",
) -> ResponseReturnValue:
    """
    Return the page of an order.

    `refused` holds the form that was sent, by the name of its dialog: it is open again with all
    that was typed. `refusal` is what a button without a form was told.
    """
    close_session()  # what a refused unit of work has read is not what is so
    card = load_card(order_id)
    sent = refused or {}
    dialogs = _dialogs(card, sent)
    for form, seen in (("payment", len(card.payments)), ("refund", card.refundable_minor)):
        if form in dialogs:  # what is refused shows how things stand now, and may be sent again
            dialogs[form].seen.raw_data = None
            dialogs[form].seen.data = seen
    for name, form in sent.items():
        if name not in dialogs:  # somebody else was faster: there is nothing left to fill in
            refusal = " ".join(form.refusals())
    may = {
        name: may_in(permission, card.stores)
        for name, permission in (
            ("hold", HOLD),
            ("cancel", CANCEL),
            ("work", WORK),
            ("receive", RECEIVE),
            ("take", TAKE),
            ("give_back", GIVE_BACK),
            ("override", OVERRIDE),
        )
    }
    return render(
        "orders/card.html",
        fragment="orders/_live.html",
        status=422 if sent else 409 if refusal else 200,
        card=card,
        order=card.order,
        dialogs=dialogs,
        open_dialog=next(iter(sent), request.args.get("dialog", "")),
        refusal=refusal,
        approvals=[
            one
            for one in of_record(reference_of(order_id))
            if one.approval.state is ApprovalState.WAITING
        ],
        may=may,
        may_next=not card.next.permission or may_in(card.next.permission, card.stores),
        own_stores=current_actor().stores(WORK),
        back=_back(),
    )


def _back() -> str:
    """Return the list that the person came from, with its filters."""
    here = url_for("orders.index")
    came_from = (request.referrer or "").partition(request.host_url.rstrip("/"))[2]
    return safe_return(came_from, here) if came_from.startswith(here + "?") else here


def act(order_id: int, work: Any, done: str, *, then: str = "") -> ResponseReturnValue:
    """Do what a button without a form says, and show the order, or why it was not done."""
    try:
        transact(work)
    except RuleViolation as refusal:
        return show_card(order_id, refusal=str(refusal))
    toast(done)
    return go_to(then or card_url(order_id))


def asked_words() -> str:
    return _("It waits for a second person. You see here what becomes of it.")


def card_url(order_id: int) -> str:
    return url_for("orders.card", order=order_id)


# --- the forms in the dialogs -----------------------------------------------------------------


def _dialogs(card: Card, sent: Mapping[str, forms.ActionForm]) -> dict[str, forms.ActionForm]:
    """Return every form of the page by the name of its dialog, filled in as far as is known."""
    found: dict[str, forms.ActionForm] = {
        "hold": forms.HoldForm(prefix="hold-", formdata=None),
        "note": forms.NoteForm(prefix="note-", formdata=None),
        "payment": payment_form(card),
    }
    if card.cancellable:
        found["cancel"] = cancel_form(card)
    if card.returnable:
        found["return"] = return_form(card)
    if card.refundable_minor:
        found["refund"] = refund_form(card)
    for one in card.returns:
        if one.is_open:
            found[f"receive-{one.view.wanted.id}"] = receipt_form(card, one.view.wanted.id)
    for parcel in card.parcels:
        if parcel.step is not Step.NONE:
            key = f"ship-{parcel.parcel.id}"
            found[key] = forms.ShipForm(prefix=f"{key}-", formdata=None)
    return found | {name: form for name, form in sent.items() if name in found}


def cancel_form(card: Card, *, sent: bool = False) -> forms.CancelForm:
    form = forms.CancelForm(prefix="cancel-", **_data(sent))
    form.offer((one.line.id, one.cancellable) for one in card.lines if one.cancellable)
    return form


def return_form(card: Card, *, sent: bool = False) -> forms.ReturnForm:
    form = forms.ReturnForm(prefix="return-", **_data(sent))
    form.offer((one.line.id, 0) for one in card.lines if one.returnable)
    return form


def payment_form(card: Card, *, sent: bool = False) -> forms.PaymentForm:
    form = forms.PaymentForm(prefix="payment-", **_data(sent))
    methods = [one for one in organization.list_payment_methods() if one.active]
    own = payments.own_method_names()
    if card.order.customer_id is None:
        del own[payments.STORE_CREDIT]
    form.method.choices = forms.choices([(one.code, one.name) for one in methods] + [*own.items()])
    form.amount_minor.currency = card.order.currency
    if not sent:
        form.amount_minor.data = max(0, card.order.balance_minor) or None
    return form


def refund_form(card: Card, *, sent: bool = False) -> forms.RefundForm:
    form = forms.RefundForm(prefix="refund-", **_data(sent))
    open_ones = [one for one in reversed(card.payments) if one.refundable_minor > 0]
    form.payment.choices = forms.choices([(one.payment.id, one.name) for one in open_ones])
    form.amount_minor.currency = card.order.currency
    if not sent and open_ones:
        owed = -card.order.balance_minor - card.refunding_minor
        most = open_ones[0].refundable_minor
        form.amount_minor.data = min(most, owed) if owed > 0 else most
    return form


def receipt_form(card: Card, return_id: int, *, sent: bool = False) -> forms.ReceiptForm:
    form = forms.ReceiptForm(prefix=f"receive-{return_id}-", **_data(sent))
    own = current_actor().stores(RECEIVE)
    places = [
        one
        for one in organization.list_locations()
        if one.store_id in card.stores and (own is None or one.store_id in own)
    ]
    form.location.choices = forms.choices([(one.code, one.name) for one in places])
    shipped_at = [one.parcel.location_id for one in card.parcels if one.parcel.shipped_at]
    if not sent:
        form.location.data = next((one.code for one in places if one.id in shipped_at), None)
    [coming] = [one for one in card.returns if one.view.wanted.id == return_id]
    left = [(line, wanted - got) for line, wanted, got in coming.lines if wanted > got]
    credit = sum(line.credits[min(count, len(line.credits)) - 1] for line, count in left)
    form.kept_back_minor = repricing.plan_rest(
        card.order,
        {line.line.id: line.line.returned + count for line, count in left},
        most_minor=credit,
    ).kept_back_minor
    credit -= form.kept_back_minor
    form.offer([(line.line.id, count) for line, count in left], _spread(card, credit))
    for row in form.refunds:
        row.form.amount_minor.currency = card.order.currency
    return form


def _spread(card: Card, credit: int) -> list[tuple[int, int]]:
    """Return what goes back over each payment, the latest first."""
    found = []
    for one in reversed(card.payments):
        if one.refundable_minor > 0:
            part = min(credit, one.refundable_minor)
            found.append((one.payment.id, part))
            credit -= part
    return found


def _data(sent: bool) -> dict[str, Any]:
    # WTForms reads the request by itself unless it is told that there is nothing to read.
    return {} if sent else {"formdata": None}
