"""Money of an order: payments are made by `payments`; here is decided whose and how."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from app.errors import NotFound
from app.i18n import _
from modules import organization, payments
from modules.orders import timeline
from modules.orders.deriving import Derived, reference_of
from modules.orders.errors import TooMany, UnknownCode
from modules.orders.given import OrderedPayment
from modules.orders.models import Order
from modules.orders.queries import get_order

_EXPECTED_KINDS = ("cod", "transfer")
_TERM = timedelta(days=7)
_OPEN_STATES = (
    payments.PaymentState.CREATED,
    payments.PaymentState.PENDING,
    payments.PaymentState.AUTHORIZED,
)


def add_payment(
    *,
    order_id: int,
    method: str,
    amount_minor: int,
    state: str | None = None,
    external_reference: str | None = None,
) -> int:
    """
    Note a payment of an order and return its key.

    Without a state, money on delivery and by transfer is expected, all else is captured.

    :raises UnknownCode: there is no such method
    """
    order = get_order(order_id)
    way = way_to_pay(method, state)
    payment = prepare(
        way,
        store_id=order.store_id,
        amount_minor=amount_minor,
        currency=order.currency,
        external_reference=external_reference,
    )
    payment_id = payments.record_payment(payment, reference=reference_of(order_id))
    timeline.record_many([(order_id, *told_of(way, amount_minor, order.currency))])
    if way.is_expected:
        open_receivable(order, amount_minor, payment_id)
    return payment_id


def pay_by_cards(
    *, order_id: int, cards: Sequence[int], amount_minor: int, external_reference: str | None = None
) -> list[int]:
    """
    Pay an order by gift cards or store credit and return the payments' keys.

    The same `external_reference` pays once.

    :raises InvalidInput: it is more than is still to be paid
    :raises CardUnusable: a card is blocked, has expired, or holds another currency
    :raises NotEnoughOnCard: the cards hold less
    """
    order = get_order(order_id, lock=True)
    before = {one.id for one in payments.list_payments(reference_of(order_id))}
    made: list[int] = payments.pay_by_gift_card(
        card_ids=cards,
        amount_minor=amount_minor,
        currency=order.currency,
        reference=reference_of(order_id),
        store_id=order.store_id,
        due_minor=order.balance_minor,
        client_id=f"order:{order_id}:{external_reference}" if external_reference else None,
    )
    for payment in payments.list_payments(reference_of(order_id)):
        if payment.id in made and payment.id not in before:
            timeline.record(
                order_id,
                "payment_captured",
                method=payment.method,
                amount_minor=payment.amount_minor,
                currency=order.currency,
            )
    return made


def pay_new_order(order: Order, paid: OrderedPayment) -> None:
    """
    Pay an order that is just being written by the cards or the credit that it names.

    :raises InvalidInput: it is more than the order costs, or nobody is known whose credit it is
    :raises CardUnusable, NotEnoughOnCard: the cards do not pay as much
    """
    cards = paid.cards
    if paid.method == payments.STORE_CREDIT:
        cards = payments.credits_to_pay_with(order.customer_id, order.currency)
    payments.pay_by_gift_card(
        card_ids=cards,
        amount_minor=paid.amount_minor,
        currency=order.currency,
        reference=reference_of(order.id),
        store_id=order.store_id,
        due_minor=order.total_minor,
        client_id=f"order:{order.id}:placed",
    )


def way_of_order(paid: OrderedPayment) -> "WayToPay":
    """
    Return how the payment begins with which an order comes.

    :raises UnknownCode: there is no such method, or it is switched off
    """
    own = (payments.STORE_CREDIT, payments.GIFT_CARD) if paid.cards else (payments.STORE_CREDIT,)
    if paid.method in own:
        return WayToPay(paid.method, payments.PaymentKind.GIFT_CARD.value, None, "captured")
    return way_to_pay(paid.method, paid.state, pointer="/payment/method")


class WayToPay(NamedTuple):
    """How a payment begins: by which method, and whether the money is there."""

    code: str
    kind: str
    gateway: str | None
    state: str

    @property
    def is_expected(self) -> bool:
        return self.state == "expected"


def way_to_pay(method: str, state: str | None, *, pointer: str = "/method") -> WayToPay:
    """
    Return how a payment by this method begins.

    :raises UnknownCode: there is no such method, or it is switched off
    """
    try:
        chosen = organization.get_payment_method(method)
    except NotFound as missing:
        raise UnknownCode(str(missing), pointer=pointer, field="method") from None
    if not chosen.active:
        text = _("%(method)s is switched off. Take another way to pay.", method=chosen.name)
        raise UnknownCode(text, pointer=pointer, field="method")
    kind = str(chosen.kind)
    usual = "expected" if kind in _EXPECTED_KINDS else "captured"
    return WayToPay(chosen.code, kind, chosen.gateway, state or usual)


def prepare(
    way: WayToPay,
    *,
    store_id: int,
    amount_minor: int,
    currency: str,
    external_reference: str | None,
) -> payments.Payment:
    """Return a payment that begins in this way; it is not written yet."""
    return payments.prepare_payment(
        store_id=store_id,
        method=way.code,
        kind=way.kind,
        gateway=way.gateway,
        amount_minor=amount_minor,
        currency=currency,
        state=way.state,
        external_reference=external_reference,
    )


def told_of(way: WayToPay, amount_minor: int, currency: str) -> tuple[str, dict[str, Any]]:
    """Return the kind and the data of the event that tells of a new payment."""
    kind = "payment_captured" if way.state == "captured" else "payment_added"
    return kind, {"method": way.code, "amount_minor": amount_minor, "currency": currency}


def open_receivable(order: Order, amount_minor: int, payment_id: int) -> None:
    """Write down that the buyer of an order is to send this much within the term."""
    numbers = [order.number, *([order.external_id] if order.external_id else [])]
    payments.open_receivable(
        reference=reference_of(order.id),
        store_id=order.store_id,
        numbers=numbers,
        payer=str(order.buyer.get("name") or ""),
        amount_minor=amount_minor,
        currency=order.currency,
        due_on=organization.day_of(order.placed_at + _TERM),
        payment_id=payment_id,
    )


def refund_order(*, order_id: int, amount_minor: int, reason: str) -> list[int]:
    """
    Pay an amount back over the order's payments, the latest first, and return the refunds' keys.

    :raises TooMany: less than that was captured and not yet given back
    :raises NeedsSecondPerson: it is more than the caller gives back alone
    """
    order = get_order(order_id)
    payments.check_refund(
        amount_minor,
        paid_for=reference_of(order_id),
        store_id=order.store_id,
        currency=order.currency,
    )
    left, made = amount_minor, []
    for payment in reversed(payments.list_payments(reference_of(order_id))):
        free = payment.captured_minor - payment.refunded_minor - payment.refunding_minor
        part = min(left, free)
        if part > 0:
            made.append(
                payments.request_refund(
                    payment_id=payment.id,
                    amount_minor=part,
                    reason=reason,
                    reference=reference_of(order_id),
                )
            )
            left -= part
    if left:
        raise TooMany(_("Less than that was paid. Refund what was captured at the most."))
    if made:
        timeline.record(
            order_id,
            "refunded",
            amount_minor=amount_minor,
            currency=order.currency,
            reason=reason,
        )
    return made


def void_open_payments(*, order_id: int, reason: str) -> None:
    """Give up what payments still promise; what was taken of them stays taken."""
    for payment in payments.list_payments(reference_of(order_id)):
        if payment.state in _OPEN_STATES:
            payments.void(payment_id=payment.id, reason=reason)


def settle_what_is_owed(derived: Derived) -> None:
    """Close the order's receivables once nothing is expected any more: paid, or let go."""
    if not (derived.money.pending_minor or derived.money.cod_minor):
        payments.settle_receivable(reference=reference_of(derived.order.id))
