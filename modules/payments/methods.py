"""The way in which money moves where that is not the way in which it was promised or paid."""

from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import organization
from modules.payments.models import Payment, PaymentKind


def own_method_names() -> dict[str, str]:
    """Return what the house's own methods are called: they stand in no settings."""
    return {"gift_card": _("Gift card"), "store_credit": _("Store credit")}


def by_hand(payment: Payment, method: str | None) -> str | None:
    """
    Return the method by which people move the money; None where it goes the payment's own way.

    :raises InvalidInput: there is no such method, it is switched off, or it is a gateway's: that
        moves only what was paid through it
    """
    if method is None or method == payment.method:
        return None
    try:
        chosen = organization.get_payment_method(method)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/method", field="method") from None
    if not chosen.active:
        text = _("%(method)s is switched off. Take another way to pay.", method=chosen.name)
        raise InvalidInput(text, pointer="/method", field="method")
    if str(chosen.kind) == PaymentKind.GATEWAY.value and chosen.gateway:
        text = _("%(method)s moves only what was paid through it.", method=chosen.name)
        raise InvalidInput(text, pointer="/method", field="method")
    return str(chosen.code)


def taken_by_hand(payment: Payment, method: str | None) -> str | None:
    """
    Return the method by which people took what was promised otherwise, as `by_hand`.

    :raises InvalidInput: no such method, or a gateway promised the money and would take it, too
    """
    way = by_hand(payment, method)
    if way is not None and payment.kind is PaymentKind.GATEWAY and payment.gateway:
        text = _("A gateway promised this money. Void the payment and note another one.")
        raise InvalidInput(text, pointer="/method", field="method")
    return way
