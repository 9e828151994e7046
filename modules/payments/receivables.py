"""What people owe, and the bank transfers that settle it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from app import clock
from app.db import session
from app.reference import Reference
from modules.payments.models import BankTransaction, Payment, PaymentState, Receivable
from modules.payments.operations import capture
from modules.payments.ports import BankTransfer

_OPEN = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.AUTHORIZED)


def open_receivable(
    *,
    reference: Reference,
    store_id: int,
    numbers: Sequence[str],
    payer: str,
    amount_minor: int,
    currency: str,
    due_on: date,
    payment_id: int | None = None,
) -> int:
    """
    Write down that somebody owes money and which numbers may be quoted; return its id.

    `payment_id` is the payment that a transfer of this amount captures.
    """
    receivable = Receivable(
        ref_kind=reference.kind,
        ref_id=reference.id,
        store_id=store_id,
        payment_id=payment_id,
        numbers=[one for one in numbers if one],
        payer=payer,
        amount_minor=amount_minor,
        currency=currency,
        due_on=due_on,
    )
    session.add(receivable)
    session.flush()
    return receivable.id


def settle_receivable(*, reference: Reference) -> int:
    """Close what is still owed for a thing and return how many rows that was."""
    closed = session.execute(
        update(Receivable)
        .where(
            Receivable.ref_kind == reference.kind,
            Receivable.ref_id == reference.id,
            Receivable.settled_at.is_(None),
        )
        .values(settled_at=clock.now())
        .returning(Receivable.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(closed)


def quote_also(*, reference: Reference, number: str) -> None:
    """Let people quote one more number for what they owe, such as that of the invoice."""
    for receivable in session.scalars(
        select(Receivable).where(
            Receivable.ref_kind == reference.kind,
            Receivable.ref_id == reference.id,
            Receivable.settled_at.is_(None),
        )
    ):
        if number not in receivable.numbers:
            receivable.numbers = [*receivable.numbers, number]


def take_transfer(*, source: str, transfer: BankTransfer) -> int | None:
    """
    Keep a transfer that the bank reports; where it pays exactly what is owed, take it as paid.

    It does so when the amount agrees and a quoted number stands in the title. Returns the
    receivable that was settled. A transfer that is known already changes nothing.
    """
    known = session.scalar(
        select(BankTransaction.id).where(
            BankTransaction.source == source, BankTransaction.external_id == transfer.external_id
        )
    )
    if known is not None:
        return None
    paid = _find_receivable(transfer)
    session.add(
        BankTransaction(
            source=source,
            external_id=transfer.external_id,
            amount_minor=transfer.amount_minor,
            currency=transfer.currency,
            title=transfer.title,
            payer=transfer.payer,
            booked_on=transfer.booked_on,
            receivable_id=paid.id if paid else None,
        )
    )
    session.flush()
    if paid is None:
        return None
    paid.settled_at = clock.now()
    session.flush()
    payment_id = paid.payment_id or _open_payment_of(paid)
    if payment_id is not None:
        capture(
            payment_id=payment_id,
            amount_minor=paid.amount_minor,
            external_reference=f"{source}:{transfer.external_id}",
        )
    return paid.id


def _find_receivable(transfer: BankTransfer) -> Receivable | None:
    candidates = session.scalars(
        select(Receivable)
        .where(
            Receivable.settled_at.is_(None),
            Receivable.amount_minor == transfer.amount_minor,
            Receivable.currency == transfer.currency,
        )
        .order_by(Receivable.id)
    ).all()
    words = {word.strip(".,;:()[]").upper() for word in transfer.title.split()}
    quoted = [one for one in candidates if words & {str(number).upper() for number in one.numbers}]
    # Two that fit are one too many: a person decides.
    return quoted[0] if len(quoted) == 1 else None


def _open_payment_of(receivable: Receivable) -> int | None:
    return session.scalar(
        select(Payment.id)
        .where(
            Payment.ref_kind == receivable.ref_kind,
            Payment.ref_id == receivable.ref_id,
            Payment.state.in_(_OPEN),
            Payment.amount_minor - Payment.captured_minor >= receivable.amount_minor,
        )
        .order_by(Payment.id)
        .limit(1)
    )
