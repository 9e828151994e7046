"""Money that a person moves on an order: taken when it came, let go, given back, sent again."""

from typing import Any

from app.errors import NotFound
from app.i18n import _
from modules import payments
from modules.orders import timeline
from modules.orders.deriving import reference_of
from modules.orders.queries import get_order


def capture_payment(*, order_id: int, payment_id: int) -> None:
    """
    Take all that a payment still promises: the transfer has come, the courier has paid.

    :raises NotFound: it is no payment of this order
    :raises NotCapturable: it is over
    """
    order = get_order(order_id, lock=True)
    payment = _own_payment(order_id, payment_id)
    left = payment.amount_minor - payment.captured_minor - payment.capturing_minor
    payments.capture(payment_id=payment_id, amount_minor=left)
    if payments.totals_of(reference_of(order_id)).captured_minor >= order.total_minor:
        payments.settle_receivable(reference=reference_of(order_id))
    timeline.record(
        order_id,
        "payment_captured",
        method=payment.method,
        amount_minor=left,
        currency=order.currency,
    )


def void_payment(*, order_id: int, payment_id: int, reason: str) -> None:
    """
    Let go of a payment that will not come.

    :raises NotFound: it is no payment of this order
    :raises NotVoidable: it was taken already
    """
    order = get_order(order_id, lock=True)
    payment = _own_payment(order_id, payment_id)
    left = payment.amount_minor - payment.captured_minor
    payments.void(payment_id=payment_id, reason=reason)
    timeline.record(
        order_id,
        "payment_voided",
        method=payment.method,
        amount_minor=left,
        currency=order.currency,
        reason=reason,
    )


def refund_payment(*, order_id: int, payment_id: int, amount_minor: int, reason: str) -> int:
    """
    Give back a part of one payment, or all of it; return the refund's key.

    :raises NotFound: it is no payment of this order
    :raises NotRefundable: less than that was taken and not given back yet
    :raises NeedsSecondPerson: it is more than the caller gives back alone
    """
    order = get_order(order_id, lock=True)
    payment = _own_payment(order_id, payment_id)
    refund_id = payments.request_refund(
        payment_id=payment_id,
        amount_minor=amount_minor,
        reason=reason,
        reference=reference_of(order_id),
    )
    timeline.record(
        order_id,
        "refunded",
        method=payment.method,
        amount_minor=amount_minor,
        currency=order.currency,
        reason=reason,
    )
    return refund_id


def repeat_refund(*, order_id: int, refund_id: int) -> None:
    """
    Send a refund once more that the gateway refused.

    :raises NotFound: it is no refund of this order
    :raises NotRefundable: it has not failed
    """
    get_order(order_id, lock=True)
    _own_payment(order_id, payments.get_refund(refund_id).payment_id)
    payments.retry_refund(refund_id=refund_id)


def _own_payment(order_id: int, payment_id: int) -> Any:
    payment = payments.get_payment(payment_id)
    if (payment.ref_kind, payment.ref_id) != reference_of(order_id):
        raise NotFound(_("This is no payment of the order."))
    return payment
