"""One order: its page, and the small forms that act on it."""

from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.i18n import _
from app.look import toast
from app.web import go_to
from modules import organization
from modules.orders import acts, forms
from modules.orders.card import load_card
from modules.orders.operations import cancelling, holding, noting
from modules.orders.queries import visible_order
from modules.orders.views.blueprint import CANCEL, HOLD, VIEW, blueprint
from modules.orders.views.showing import act, asked_words, cancel_form, card_url, show_card


@blueprint.get("/<order>")
@requires(VIEW)
def card(order: str) -> ResponseReturnValue:
    return show_card(visible_order(order, VIEW).id)


@blueprint.post("/<order>/holds")
@requires(HOLD)
def open_hold(order: str) -> ResponseReturnValue:
    order_id = visible_order(order, HOLD).id
    form = forms.HoldForm(prefix="hold-")
    zone = organization.company_zone()
    if form.carry_out(
        lambda kind, reason, owner, **_rest: holding.open_hold(
            order_id=order_id,
            kind=kind,
            reason=reason,
            owner=owner or current_actor().name,
            due_at=form.due(zone),
        )
    ):
        toast(_("The order is on hold."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={"hold": form})


@blueprint.post("/<order>/holds/<int:hold_id>/release")
@requires(HOLD)
def release_hold(order: str, hold_id: int) -> ResponseReturnValue:
    order_id = visible_order(order, HOLD).id
    return act(
        order_id,
        lambda: holding.release_hold(order_id=order_id, hold_id=hold_id),
        _("The hold is released."),
    )


@blueprint.post("/<order>/notes")
@requires(VIEW)
def add_note(order: str) -> ResponseReturnValue:
    order_id = visible_order(order, VIEW).id
    form = forms.NoteForm(prefix="note-")
    if form.carry_out(lambda text: noting.add_note(order_id=order_id, text=text)):
        return go_to(card_url(order_id) + "#history")
    return show_card(order_id, refused={"note": form})


@blueprint.post("/<order>/cancellation")
@requires(CANCEL)
def cancel(order: str) -> ResponseReturnValue:
    """Cancel the counted units; when that is all there is, the order is cancelled."""
    order_id = visible_order(order, CANCEL).id
    shown = load_card(order_id)
    form = cancel_form(shown, sent=True)
    counts = form.counts()
    whole = counts == {one.line.id: one.cancellable for one in shown.lines if one.cancellable}
    lines = None if whole else counts
    if form.carry_out_within_limits(
        lambda reason, **_rest: cancelling.cancel_order(
            order_id=order_id, reason=reason, lines=lines
        ),
        lambda: acts.cancel_wanted(order_id=order_id, reason=form.reason.data or "", lines=lines),
    ):
        toast(asked_words() if form.asked else _("Cancelled. The goods are free again."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={"cancel": form})
