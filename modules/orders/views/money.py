"""Money of an order: payments taken and captured, let go, given back."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from app.access import requires
from app.approving import Wanted
from app.errors import RuleViolation
from app.i18n import _
from app.look import toast
from app.web import go_to
from modules import payments
from modules.orders import acts
from modules.orders.card import load_card
from modules.orders.forms import PaymentForm
from modules.orders.models import Order
from modules.orders.operations import paying, settling
from modules.orders.operations import seen as seeing
from modules.orders.queries import visible_order
from modules.orders.views.blueprint import GIVE_BACK, TAKE, blueprint
from modules.orders.views.showing import (
    act,
    asked_words,
    card_url,
    payment_form,
    refund_form,
    show_card,
)


@blueprint.post("/<order>/payments")
@requires(TAKE)
def take_payment(order: str) -> ResponseReturnValue:
    order_id = visible_order(order, TAKE).id
    card = load_card(order_id)
    form = payment_form(card, sent=True)
    try:
        cards = _cards_of(form, card.order)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return show_card(order_id, refused={"payment": form})

    def work(
        *, seen: int | None, reference: str, code: str, pin: str, amount_minor: int, **typed: Any
    ) -> None:
        seeing.check_payments(order_id=order_id, seen=seen)
        if cards is not None:
            paying.pay_by_cards(order_id=order_id, cards=cards, amount_minor=amount_minor)
            return
        paying.add_payment(
            order_id=order_id,
            amount_minor=amount_minor,
            external_reference=reference or None,
            **typed,
        )

    if form.carry_out(work):
        toast(_("The payment is written down."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={"payment": form})


def _cards_of(form: PaymentForm, order: Order) -> Sequence[int] | None:
    """Return the cards that pay: a code is a try, and that is counted before the work begins."""
    if not form.validate_on_submit():
        return None
    found: Sequence[int] | None = payments.cards_to_pay_with(
        method=form.method.data,
        code=form.code.data,
        pin=form.pin.data,
        customer_id=order.customer_id,
        currency=order.currency,
    )
    return found


@blueprint.post("/<order>/payments/<int:payment_id>/capture")
@requires(TAKE)
def capture(order: str, payment_id: int) -> ResponseReturnValue:
    order_id = visible_order(order, TAKE).id
    return act(
        order_id,
        lambda: settling.capture_payment(order_id=order_id, payment_id=payment_id),
        _("The money is written down as received."),
    )


@blueprint.post("/<order>/payments/<int:payment_id>/void")
@requires(TAKE)
def void(order: str, payment_id: int) -> ResponseReturnValue:
    order_id = visible_order(order, TAKE).id
    reason = _("It will not come.")
    return act(
        order_id,
        lambda: settling.void_payment(order_id=order_id, payment_id=payment_id, reason=reason),
        _("The payment is let go."),
    )


@blueprint.post("/<order>/refunds")
@requires(GIVE_BACK)
def refund(order: str) -> ResponseReturnValue:
    order_id = visible_order(order, GIVE_BACK).id
    form = refund_form(load_card(order_id), sent=True)

    def work(*, seen: int | None, payment: int, **typed: Any) -> None:
        seeing.check_refundable(order_id=order_id, seen=seen)
        settling.refund_payment(order_id=order_id, payment_id=payment, **typed)

    def wanted() -> Wanted:
        return acts.refund_wanted(
            order_id=order_id,
            payment_id=form.payment.data,
            amount_minor=form.amount_minor.data,
            reason=form.reason.data or "",
        )

    if form.carry_out_within_limits(work, wanted):
        toast(asked_words() if form.asked else _("The money goes back."))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={"refund": form})


@blueprint.post("/<order>/refunds/<int:refund_id>/repetition")
@requires(GIVE_BACK)
def repeat_refund(order: str, refund_id: int) -> ResponseReturnValue:
    order_id = visible_order(order, GIVE_BACK).id
    return act(
        order_id,
        lambda: settling.repeat_refund(order_id=order_id, refund_id=refund_id),
        _("The refund is sent once more."),
    )
