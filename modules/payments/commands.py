"""The steps of what a gateway is asked for: the intent before the call, the result after it."""

from dataclasses import dataclass

from sqlalchemy import update

from app.db import session
from app.errors import NotFound
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.payments.events import PaymentChanged
from modules.payments.models import (
    CommandKind,
    CommandState,
    EntryKind,
    GatewayCommand,
    Payment,
    PaymentEntry,
    Refund,
    RefundState,
)
from modules.payments.operations import add_captured
from modules.payments.ports import Answer, Charge, Outcome
from modules.payments.refunds import fail, settle


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a gateway is to be asked now, and whether it may have been asked before."""

    gateway: str
    act: str
    charge: Charge
    repeated: bool


def begin_refund(*, refund_id: int) -> Asking | None:
    """Write down that a refund is about to be sent; None where it has ended already."""
    refund = session.get(Refund, refund_id, populate_existing=True)
    if refund is None:
        raise NotFound(_("There is no refund %(id)s.", id=refund_id))
    if refund.state not in (RefundState.APPROVED, RefundState.SENT):
        return None
    payment = session.get_one(Payment, refund.payment_id)
    asking = Asking(
        gateway=payment.gateway or "",
        act="refund",
        charge=Charge(
            our_reference=refund.client_id,
            payment=payment.external_reference,
            amount_minor=refund.amount_minor,
            currency=payment.currency,
            reason=refund.reason,
        ),
        repeated=refund.state is RefundState.SENT,
    )
    refund.state = RefundState.SENT
    session.flush()
    return asking


def end_refund(*, refund_id: int, answer: Answer) -> None:
    """Write down how a refund ended; while nothing is known it stays sent."""
    if answer.outcome is Outcome.DONE:
        settle(refund_id=refund_id, external_reference=answer.external_id)
    elif answer.outcome is Outcome.REFUSED:
        fail(refund_id=refund_id, message=answer.message or _("The gateway refused."))


def begin_command(*, command_id: int) -> Asking | None:
    """Write down that a capture or void is about to be asked for; None where it has ended."""
    command = session.get(GatewayCommand, command_id, populate_existing=True)
    if command is None:
        raise NotFound(_("There is no command %(id)s.", id=command_id))
    if command.state not in (CommandState.READY, CommandState.SENT):
        return None
    payment = session.get_one(Payment, command.payment_id)
    asking = Asking(
        gateway=payment.gateway or "",
        act=command.kind.value,
        charge=Charge(
            our_reference=command.client_id,
            payment=payment.external_reference,
            amount_minor=command.amount_minor,
            currency=payment.currency,
        ),
        repeated=command.state is CommandState.SENT,
    )
    command.state = CommandState.SENT
    session.flush()
    return asking


def end_command(*, command_id: int, answer: Answer) -> None:
    """Write down how a capture or void ended; while nothing is known it stays sent."""
    if answer.outcome is Outcome.UNKNOWN:
        return
    done = answer.outcome is Outcome.DONE
    command = session.execute(
        update(GatewayCommand)
        .where(GatewayCommand.id == command_id, GatewayCommand.state == CommandState.SENT)
        .values(
            state=CommandState.DONE if done else CommandState.REFUSED,
            message=answer.message or None,
        )
        .returning(GatewayCommand.payment_id, GatewayCommand.kind, GatewayCommand.amount_minor)
        .execution_options(synchronize_session=False)
    ).first()
    if command is None or command.kind is not CommandKind.CAPTURE:
        return
    if done:
        session.add(
            PaymentEntry(
                payment_id=command.payment_id,
                kind=EntryKind.CAPTURED,
                amount_minor=command.amount_minor,
                external_reference=answer.external_id,
                actor="gateway",
            )
        )
        add_captured(
            payment_id=command.payment_id,
            amount_minor=command.amount_minor,
            asked_minor=command.amount_minor,
        )
        return
    row = session.execute(
        update(Payment)
        .where(Payment.id == command.payment_id)
        .values(capturing_minor=Payment.capturing_minor - command.amount_minor)
        .returning(Payment.ref_kind, Payment.ref_id)
        .execution_options(synchronize_session=False)
    ).one()
    publish(PaymentChanged(reference=Reference(*row)))
