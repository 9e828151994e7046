"""Giving money back: approved with its reason in one transaction, sent to a gateway by a job."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.orm import aliased

from app import clock, limits, outbox
from app.actor import current_actor
from app.db import session
from app.errors import NotFound
from app.events import publish
from app.i18n import _, language
from app.money import format_money
from app.reference import Reference
from modules.payments.errors import NotRefundable
from modules.payments.events import PaymentChanged
from modules.payments.giftcards import give_back
from modules.payments.methods import by_hand
from modules.payments.models import Payment, PaymentKind, Refund, RefundState

REFUND = "refund"
_COUNTED_FOR = timedelta(days=1)
_THIS = aliased(Payment)
# In the order of their keys, so that those who take turns cannot block each other.
_SIBLINGS = (
    select(Payment.id)
    .join(_THIS, and_(_THIS.ref_kind == Payment.ref_kind, _THIS.ref_id == Payment.ref_id))
    .where(_THIS.id == bindparam("payment"))
    .order_by(Payment.id)
    .with_for_update(of=Payment)
)


def request_refund(
    *,
    payment_id: int,
    amount_minor: int,
    reason: str,
    reference: Reference | None = None,
    client_id: str | None = None,
    method: str | None = None,
    given_reference: str | None = None,
) -> int:
    """
    Give back a part of what was taken, or all of it; return the refund's id.

    What people pay back by hand is settled at once, and so is what goes back onto a gift card; a
    gateway is asked by a job. `reference` is the return or order that gives the reason (without
    one: what was paid for). The same `client_id` is the same refund. Without a `method` it goes
    back as it was paid; another one (cash, a transfer) is the way in which somebody gives it back
    by hand, and no gateway is asked. `given_reference` is what the asker calls it.

    :raises NotFound: there is no such payment
    :raises InvalidInput: there is no such method, or money cannot go back by it
    :raises NotRefundable: less than that was taken and not given back yet
    :raises NeedsSecondPerson: it is more than the caller gives back alone
    """
    if client_id is not None:
        known = session.scalar(select(Refund.id).where(Refund.client_id == client_id))
        if known is not None:
            return known
    _take_turns(payment_id)
    payment = _reserve(payment_id, amount_minor)
    paid_for = Reference(payment.ref_kind, payment.ref_id)
    check_refund(
        amount_minor, paid_for=paid_for, store_id=payment.store_id, currency=payment.currency
    )
    other_way = by_hand(payment, method)
    by_gateway = (
        other_way is None and payment.kind is PaymentKind.GATEWAY and payment.gateway is not None
    )
    given_for = reference or paid_for
    refund = Refund(
        payment_id=payment_id,
        client_id=client_id or str(uuid.uuid4()),
        ref_kind=given_for.kind,
        ref_id=given_for.id,
        amount_minor=amount_minor,
        reason=reason,
        state=RefundState.APPROVED,
        method=other_way,
        given_reference=given_reference,
        actor=str(current_actor()),
    )
    session.add(refund)
    session.flush()
    if by_gateway:
        _enqueue(refund, payment)
        publish(PaymentChanged(reference=paid_for))
        return refund.id
    if other_way is None and payment.kind is PaymentKind.GIFT_CARD:
        give_back(
            payment_id=payment_id, refund_id=refund.id, amount_minor=amount_minor, reason=reason
        )
    settle(refund_id=refund.id, external_reference=None)
    return refund.id


def check_refund(amount_minor: int, *, paid_for: Reference, store_id: int, currency: str) -> None:
    """
    Make sure that the caller gives as much back; of several payments it is the sum.

    What he gave back for the same order within a day counts too: two small acts are a large one.

    :raises NeedsSecondPerson: it is more than he gives back alone
    """
    before = 0
    if limits.is_limited(REFUND, store_id):
        actor = current_actor()
        before = _given_back(f"{actor.kind}:{actor.id or ''}", clock.now(), *_of(paid_for))
    limits.check(
        {REFUND: amount_minor + before},
        store_id=store_id,
        currency=currency,
        why=_("What you gave back for this order within a day is counted too.") if before else "",
    )


def _given_back(by: str, until: datetime, *of: ColumnElement[bool]) -> int:
    """Return what somebody ("staff:7") gave back within the day before a moment."""
    found = (
        select(func.sum(Refund.amount_minor))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            *of,
            # The name behind the key may change during the day.
            Refund.actor.startswith(f"{by}:", autoescape=True),
            Refund.created_at > until - _COUNTED_FOR,
            Refund.created_at <= until,
        )
    )
    return int(session.scalar(found) or 0)  # PostgreSQL sums to a Decimal


def _of(thing: Reference) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Payment.ref_kind == thing.kind, Payment.ref_id == thing.id


def given_back(*, by: str, about: Reference, store_id: int, until: datetime) -> tuple[int, int]:
    """Return what somebody gave back within a day for one thing, and in all in that store."""
    return (
        _given_back(by, until, *_of(about)),
        _given_back(by, until, Payment.store_id == store_id),
    )


def retry_refund(*, refund_id: int) -> None:
    """
    Send a refund that failed once more, under the same key.

    :raises NotFound: there is no such refund
    :raises NotRefundable: it has not failed, or the money was given back in another way meanwhile
    """
    revived = session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.FAILED)
        .values(state=RefundState.SENT, message=None)
        .returning(Refund.payment_id, Refund.amount_minor)
        .execution_options(synchronize_session=False)
    ).first()
    if revived is None:
        if session.get(Refund, refund_id) is None:
            raise NotFound(_("There is no refund %(id)s.", id=refund_id))
        raise NotRefundable(_("This refund has not failed; there is nothing to repeat."))
    payment = _reserve(revived.payment_id, revived.amount_minor)
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    _enqueue(refund, payment)
    publish(PaymentChanged(reference=Reference(payment.ref_kind, payment.ref_id)))


def settle(*, refund_id: int, external_reference: str | None) -> None:
    """Write down that the money is back; a refund that is settled already stays as it is."""
    _end(refund_id, RefundState.SETTLED, external_reference=external_reference, message=None)


def fail(*, refund_id: int, message: str) -> None:
    """Write down that the gateway refused; a person may send it again."""
    _end(refund_id, RefundState.FAILED, external_reference=None, message=message)


# --- what the parts above share ---------------------------------------------------------------


def _take_turns(payment_id: int) -> None:
    """
    Wait for whoever gives back money of the same thing, over whichever of its payments.

    Else two refunds at one instant would each see the day's sum without the other.
    """
    session.execute(_SIBLINGS, {"payment": payment_id})


def _reserve(payment_id: int, amount_minor: int) -> Payment:
    """Keep an amount for a refund, so that no two give the same money back."""
    kept = session.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.refunded_minor + Payment.refunding_minor + amount_minor
            <= Payment.captured_minor,
        )
        .values(refunding_minor=Payment.refunding_minor + amount_minor)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    ).first()
    payment = session.get(Payment, payment_id, populate_existing=True)
    if payment is None:
        raise NotFound(_("There is no payment %(id)s.", id=payment_id))
    if kept is None or amount_minor <= 0:
        left = payment.captured_minor - payment.refunded_minor - payment.refunding_minor
        raise NotRefundable(
            _(
                "Only %(left)s of this payment can still be given back.",
                left=format_money(left, payment.currency, language()),
            ),
            details=[{"pointer": "/amount_minor", "have": left}],
        )
    return payment


def _enqueue(refund: Refund, payment: Payment) -> None:
    amount = format_money(refund.amount_minor, payment.currency, language())
    outbox.enqueue(
        "payments.send_refund",
        {"refund_id": refund.id},
        title=_("Refund of %(amount)s", amount=amount),
        order_key=f"payment:{payment.id}",
    )


def _end(
    refund_id: int, state: RefundState, *, external_reference: str | None, message: str | None
) -> None:
    ended = session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state.in_((RefundState.APPROVED, RefundState.SENT)))
        .values(
            state=state,
            external_reference=external_reference,
            message=message,
            settled_at=clock.now() if state is RefundState.SETTLED else None,
        )
        .returning(Refund.payment_id, Refund.amount_minor)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        return
    back = ended.amount_minor if state is RefundState.SETTLED else 0
    row = session.execute(
        update(Payment)
        .where(Payment.id == ended.payment_id)
        .values(
            refunding_minor=Payment.refunding_minor - ended.amount_minor,
            refunded_minor=Payment.refunded_minor + back,
        )
        .returning(Payment.ref_kind, Payment.ref_id)
        .execution_options(synchronize_session=False)
    ).one()
    publish(PaymentChanged(reference=Reference(*row)))
