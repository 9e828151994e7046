"""Payments as programs see them: one payment, its captures and its refunds."""

from typing import Any

from app.access import check_store, scope
from app.actor import current_actor
from app.api import Amount, Code, In, Line, Out, api_blueprint, parse_id, writes
from app.errors import NotAllowed
from app.i18n import _
from modules.payments.models import EntryKind, Payment, Refund
from modules.payments.operations import capture
from modules.payments.queries import entries_of, get_payment
from modules.payments.refunds import request_refund

_CASH_OUT = "orders:override"

api = api_blueprint("payments", __name__, title="Payments")


class CaptureIn(In):
    amount_minor: Amount
    method: Code | None = None
    reference: Line | None = None


class RefundIn(In):
    amount_minor: Amount
    method: Code | None = None
    reference: Line | None = None
    reason: Line | None = None


class CapturedOut(Out):
    id: str
    amount_minor: int
    method: str
    reference: str | None


class RefundOut(Out):
    id: str
    amount_minor: int
    method: str
    state: str
    reason: str
    reference: str | None
    message: str | None


class PaymentOut(Out):
    id: str
    method: str
    state: str
    currency: str
    amount_minor: int
    captured_minor: int
    capturing_minor: int
    refunded_minor: int
    refunding_minor: int
    reference: str | None
    captures: list[CapturedOut]
    refunds: list[RefundOut]


def payment_body(payment: Payment) -> dict[str, Any]:
    """Return a payment, loaded with its refunds, as the API shows it."""
    return {
        "id": str(payment.id),
        "method": payment.method,
        "state": payment.state.value,
        "currency": payment.currency,
        "amount_minor": payment.amount_minor,
        "captured_minor": payment.captured_minor,
        "capturing_minor": payment.capturing_minor,
        "refunded_minor": payment.refunded_minor,
        "refunding_minor": payment.refunding_minor,
        "reference": payment.external_reference,
        "captures": [
            {
                "id": str(entry.id),
                "amount_minor": entry.amount_minor,
                "method": entry.method or payment.method,
                "reference": entry.external_reference,
            }
            for entry in entries_of(payment.id)
            if entry.kind is EntryKind.CAPTURED
        ],
        "refunds": [_refund_body(refund, payment) for refund in payment.refunds],
    }


def _refund_body(refund: Refund, payment: Payment) -> dict[str, Any]:
    return {
        "id": str(refund.id),
        "amount_minor": refund.amount_minor,
        "method": refund.method or payment.method,
        "state": refund.state.value,
        "reason": refund.reason,
        "reference": refund.given_reference or refund.external_reference,
        "message": refund.message,
    }


def _allowed(payment_id: str, permission: str) -> Payment:
    payment = get_payment(parse_id(payment_id))
    check_store(permission, payment.store_id)
    return payment


@api.get("/payments/<payment_id>")
@api.output(PaymentOut)
@scope("orders:read")
def show_payment(payment_id: str) -> dict[str, Any]:
    """One payment with its refunds."""
    return payment_body(_allowed(payment_id, "orders:read"))


@api.post("/payments/<payment_id>/captures")
@api.input(CaptureIn, arg_name="body")
@api.output(PaymentOut, status_code=201)
@scope("orders:write")
@writes
def take_payment(payment_id: str, body: CaptureIn) -> tuple[dict[str, Any], int]:
    """
    Take what was promised, or a part; a gateway is asked by a job unless it gave `reference`.

    `method` says how the money came, where it came by hand and otherwise than promised.
    """
    payment = _allowed(payment_id, "orders:write")
    capture(
        payment_id=payment.id,
        amount_minor=body.amount_minor,
        external_reference=body.reference,
        method=body.method,
    )
    return payment_body(get_payment(payment.id)), 201


@api.post("/payments/<payment_id>/refunds")
@api.input(RefundIn, arg_name="body")
@api.output(PaymentOut, status_code=201)
@scope("orders:write")
@writes
def refund_payment(payment_id: str, body: RefundIn) -> tuple[dict[str, Any], int]:
    """
    Give a part of what was taken back, or all of it.

    Without `method` it goes back as it was paid: a gateway is asked by a job. Another method is
    the way in which you give it back by hand (cash, a transfer), settled at once; it needs the
    scope `orders:override`, as such money is the easiest to steal.
    `reference` is your own number of it.
    """
    payment = _allowed(payment_id, "orders:write")
    if body.method not in (None, payment.method) and not current_actor().may(_CASH_OUT):
        raise NotAllowed(_CASH_OUT)
    request_refund(
        payment_id=payment.id,
        amount_minor=body.amount_minor,
        reason=body.reason or _("Refund"),
        method=body.method,
        given_reference=body.reference,
    )
    return payment_body(get_payment(payment.id)), 201
