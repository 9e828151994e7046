"""Recording, taking, letting go and giving back money. Nothing here talks to a gateway."""

import uuid
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, outbox
from app.actor import current_actor
from app.db import database, session
from app.errors import InvalidInput, NotFound
from app.events import publish
from app.i18n import _, language
from app.money import format_money
from app.reference import Reference
from modules.payments.errors import AlreadyRecorded, NotCapturable, NotVoidable
from modules.payments.events import PaymentChanged
from modules.payments.methods import taken_by_hand
from modules.payments.models import (
    CommandKind,
    CommandState,
    EntryKind,
    GatewayCommand,
    Payment,
    PaymentEntry,
    PaymentKind,
    PaymentState,
)

_GIVEN_STATES = ("captured", "authorized", "expected")
_STILL_OPEN = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.AUTHORIZED)
_PAYMENT: Any = Payment.__table__
_ENTRY: Any = PaymentEntry.__table__
_WRITTEN = [column.name for column in _PAYMENT.columns if not column.primary_key]
_DIALECTS: Any = (("sqlite", sqlite_insert), ("postgresql", pg_insert))
_INSERT: dict[str, Any] = {
    dialect: {
        "payment": made(_PAYMENT).on_conflict_do_nothing().returning(_PAYMENT.c.id),
        "entry": made(_ENTRY).on_conflict_do_nothing().returning(_ENTRY.c.id),
    }
    for dialect, made in _DIALECTS
}


def prepare_payment(
    *,
    store_id: int,
    method: str,
    kind: str,
    gateway: str | None = None,
    amount_minor: int,
    currency: str,
    state: str,
    external_reference: str | None = None,
    client_id: str | None = None,
) -> Payment:
    """
    Return a payment as it begins: something is paid, promised ("authorized") or to be expected.

    It is not written yet, and what it belongs to need not be there. Money on delivery that is
    expected counts as promised by the courier.

    :raises InvalidInput: the amount or the state is none
    """
    if amount_minor < 0:
        raise InvalidInput(_("A payment is not negative."), pointer="/payment/amount_minor")
    if state not in _GIVEN_STATES:
        raise InvalidInput(
            _("A payment is captured, authorized or expected."), pointer="/payment/state"
        )
    first = _first_state(kind, state)
    return Payment(
        store_id=store_id,
        method=method,
        kind=PaymentKind(kind),
        gateway=gateway,
        currency=currency,
        amount_minor=amount_minor,
        state=first,
        captured_minor=amount_minor if first is PaymentState.CAPTURED else 0,
        capturing_minor=0,
        refunded_minor=0,
        refunding_minor=0,
        external_reference=external_reference,
        client_id=client_id,
        created_at=clock.now(),
        refunds=[],
    )


def record_payment(payment: Payment, *, reference: Reference) -> int:
    """
    Write down a prepared payment of a thing and return its id.

    The same external reference on the same thing and method, or the same `client_id`, is the same
    payment.

    :raises AlreadyRecorded: that payment stands with another amount
    """
    payment_id = _insert(payment, reference)
    if payment_id is None:
        return _the_same(payment, reference)
    publish(PaymentChanged(reference=reference))
    return payment_id


def record_with_thing(payment: Payment, *, reference: Reference) -> Payment:
    """
    Write down the prepared payment that a new thing comes with.

    Nobody is told: who made the thing has counted it in already.
    """
    payment_id = _insert(payment, reference)
    assert payment_id is not None, f"{reference} is not new: it has this payment"
    payment.id = payment_id
    return payment


def _insert(payment: Payment, reference: Reference) -> int | None:
    """Insert a payment with its first entry; return its id, or None where it stands already."""
    payment.ref_kind, payment.ref_id = reference
    payment_id: int | None = session.execute(
        _INSERT[database().dialect]["payment"],
        {name: getattr(payment, name) for name in _WRITTEN},
    ).scalar()
    if payment_id is not None and payment.state is not PaymentState.PENDING:
        entry = EntryKind.CAPTURED if payment.captured_minor else EntryKind.AUTHORIZED
        _write_entry(payment_id, entry, payment.amount_minor, payment.external_reference)
    return payment_id


def capture(
    *,
    payment_id: int,
    amount_minor: int,
    external_reference: str | None = None,
    method: str | None = None,
) -> None:
    """
    Take what was promised, or a part of it.

    Where a gateway moves the money it is asked for it by a job; with an `external_reference` it
    has told so already, and that is written down. The same reference twice is taken once. A
    `method` says how the money came where that is not what was promised: cash for a transfer.

    :raises NotFound: there is no such payment
    :raises NotCapturable: the payment is over, or promises less than that
    :raises InvalidInput: there is no such method, or a gateway promised this money
    """
    payment = _load(payment_id)
    other_way = taken_by_hand(payment, method)
    if payment.kind is PaymentKind.GATEWAY and payment.gateway and external_reference is None:
        _ask_for_capture(payment, amount_minor)
        return
    entry = _write_entry(
        payment_id, EntryKind.CAPTURED, amount_minor, external_reference, method=other_way
    )
    if entry is None:
        return  # this very capture stands already
    add_captured(payment_id=payment_id, amount_minor=amount_minor)


def add_captured(*, payment_id: int, amount_minor: int, asked_minor: int = 0) -> None:
    """
    Move the sums of a payment as a capture does; the entry is written by the caller.

    :raises NotCapturable: the payment is over, or promises less than that
    """
    total = Payment.captured_minor + amount_minor
    row = session.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.state.in_((*_STILL_OPEN, PaymentState.CAPTURED)),
            total + Payment.capturing_minor - asked_minor <= Payment.amount_minor,
        )
        .values(
            captured_minor=total,
            capturing_minor=Payment.capturing_minor - asked_minor,
            state=case((total >= Payment.amount_minor, PaymentState.CAPTURED), else_=Payment.state),
        )
        .returning(Payment.ref_kind, Payment.ref_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None or amount_minor <= 0:
        raise _not_capturable(payment_id)
    publish(PaymentChanged(reference=Reference(*row)))


def void(*, payment_id: int, reason: str) -> None:
    """
    Let go of what was promised and not taken; the gateway, where there is one, is told by a job.

    :raises NotFound: there is no such payment
    :raises NotVoidable: all of it was taken, or a capture is under way
    """
    payment = _load(payment_id)
    if payment.state in (PaymentState.VOIDED, PaymentState.EXPIRED, PaymentState.FAILED):
        return
    rest = payment.amount_minor - payment.captured_minor
    state = PaymentState.CAPTURED if payment.captured_minor else PaymentState.VOIDED
    kept = payment.captured_minor or payment.amount_minor
    row = session.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.state.in_(_STILL_OPEN),
            Payment.captured_minor == payment.captured_minor,
            Payment.capturing_minor == 0,
        )
        .values(state=state, amount_minor=kept)
        .returning(Payment.ref_kind, Payment.ref_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        raise NotVoidable(_("This payment was taken already: give it back by a refund."))
    _write_entry(payment_id, EntryKind.VOIDED, rest, None, reason)
    if payment.gateway and payment.state is PaymentState.AUTHORIZED:
        _order_command(payment, CommandKind.VOID, rest)
    publish(PaymentChanged(reference=Reference(*row)))


# --- what the parts above share ---------------------------------------------------------------


def _first_state(kind: str, state: str) -> PaymentState:
    if state == "captured":
        return PaymentState.CAPTURED
    if state == "authorized" or kind == PaymentKind.COD:
        return PaymentState.AUTHORIZED
    return PaymentState.PENDING


def _the_same(again: Payment, reference: Reference) -> int:
    by_client = Payment.client_id == again.client_id
    by_reference = (
        (Payment.ref_kind == reference.kind)
        & (Payment.ref_id == reference.id)
        & (Payment.method == again.method)
        & (Payment.external_reference == again.external_reference)
    )
    row = session.execute(
        select(Payment.id, Payment.amount_minor, Payment.ref_kind, Payment.ref_id).where(
            by_client if again.client_id is not None else by_reference
        )
    ).first()
    if row is None or row[1:] != (again.amount_minor, *reference):
        raise AlreadyRecorded(
            _("A payment with this reference stands already, with another amount or order.")
        )
    return int(row.id)


def _write_entry(
    payment_id: int,
    kind: EntryKind,
    amount_minor: int,
    external_reference: str | None,
    reason: str | None = None,
    method: str | None = None,
) -> int | None:
    """Return the id of the new entry; None where this reference stands already."""
    if amount_minor < 0:
        raise _not_capturable(payment_id)
    entry_id: int | None = session.execute(
        _INSERT[database().dialect]["entry"],
        {
            "payment_id": payment_id,
            "kind": kind,
            "amount_minor": amount_minor,
            "external_reference": external_reference,
            "reason": reason,
            "method": method,
            "actor": str(current_actor()),
            "at": clock.now(),
        },
    ).scalar()
    return entry_id


def _load(payment_id: int) -> Payment:
    payment = session.get(Payment, payment_id, populate_existing=True)
    if payment is None:
        raise NotFound(_("There is no payment %(id)s.", id=payment_id))
    return payment


def _not_capturable(payment_id: int) -> NotCapturable:
    payment = _load(payment_id)
    left = payment.amount_minor - payment.captured_minor - payment.capturing_minor
    left = left if payment.state in _STILL_OPEN else 0
    return NotCapturable(
        _(
            "Only %(left)s of this payment can still be taken.",
            left=format_money(left, payment.currency, language()),
        ),
        details=[{"pointer": "/amount_minor", "have": left}],
    )


def _ask_for_capture(payment: Payment, amount_minor: int) -> None:
    taken = session.execute(
        update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.state.in_(_STILL_OPEN),
            Payment.captured_minor + Payment.capturing_minor + amount_minor <= Payment.amount_minor,
        )
        .values(capturing_minor=Payment.capturing_minor + amount_minor)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None or amount_minor <= 0:
        raise _not_capturable(payment.id)
    _order_command(payment, CommandKind.CAPTURE, amount_minor)
    publish(PaymentChanged(reference=Reference(payment.ref_kind, payment.ref_id)))


def _order_command(payment: Payment, kind: CommandKind, amount_minor: int) -> None:
    command = GatewayCommand(
        payment_id=payment.id,
        client_id=str(uuid.uuid4()),
        kind=kind,
        amount_minor=amount_minor,
        state=CommandState.READY,
    )
    session.add(command)
    session.flush()
    outbox.enqueue(
        "payments.send_command", {"command_id": command.id}, order_key=f"payment:{payment.id}"
    )
