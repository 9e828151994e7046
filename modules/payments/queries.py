"""Questions about money that was promised, taken and given back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import selectinload

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.module import Difference
from app.reference import Reference
from modules.payments.models import (
    CommandKind,
    CommandState,
    EntryKind,
    GatewayCommand,
    Payment,
    PaymentEntry,
    PaymentKind,
    PaymentState,
    Receivable,
    Refund,
    RefundState,
)


class PaymentTotals(NamedTuple):
    """
    What a thing's payments come to, in minor units.

    What is promised is told apart by who promised it: `authorized_minor` by a gateway or card,
    `cod_minor` by the courier who collects it, `pending_minor` by the buyer alone.
    """

    captured_minor: int = 0
    authorized_minor: int = 0
    pending_minor: int = 0
    cod_minor: int = 0
    refunded_minor: int = 0
    refunding_minor: int = 0
    voided: bool = False
    """Whether there were payments, and all of them were let go."""


_PENDING = (PaymentState.CREATED, PaymentState.PENDING)
_OVER = (PaymentState.VOIDED, PaymentState.EXPIRED, PaymentState.FAILED)
_OPEN = Payment.amount_minor - Payment.captured_minor
_IS_COD = (Payment.kind == PaymentKind.COD) & (Payment.state == PaymentState.AUTHORIZED)
_IS_PROMISED = (Payment.kind != PaymentKind.COD) & (Payment.state == PaymentState.AUTHORIZED)
_IS_PENDING = Payment.state.in_(_PENDING)
_IS_OVER = Payment.state.in_(_OVER)


def _sum(value: Any, condition: Any = None) -> Any:
    return func.coalesce(func.sum(value if condition is None else case((condition, value))), 0)


_TOTALS = (
    _sum(Payment.captured_minor),
    _sum(_OPEN, _IS_PROMISED),
    _sum(_OPEN, _IS_PENDING),
    _sum(_OPEN, _IS_COD),
    _sum(Payment.refunded_minor),
    _sum(Payment.refunding_minor),
    func.count(),
    _sum(1, _IS_OVER),
)
_TOTALS_OF = (
    select(Payment.ref_id, *_TOTALS)
    .where(
        Payment.ref_kind == bindparam("kind"),
        Payment.ref_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(Payment.ref_id)
)


def totals_of_many(references: Iterable[Reference]) -> dict[Reference, PaymentTotals]:
    """Return the totals of things of one kind; nothing for those that have no payment."""
    wanted = set(references)
    if not wanted:
        return {}
    kinds = {one.kind for one in wanted}
    assert len(kinds) == 1, "things of one kind at a time"
    kind = kinds.pop()
    rows = session.execute(_TOTALS_OF, {"kind": kind, "ids": sorted(one.id for one in wanted)})
    return {Reference(kind, row[0]): _totals(row[1:]) for row in rows}


def _totals(row: Sequence[Any]) -> PaymentTotals:
    *amounts, count, over = (int(value) for value in row)
    return PaymentTotals._make([*amounts, count > 0 and count == over])


def totals_of(reference: Reference) -> PaymentTotals:
    """Return what the payments of one thing come to, by one statement."""
    return totals_of_many([reference]).get(reference, PaymentTotals())


def totals_from(payment: Payment) -> PaymentTotals:
    """Return what `totals_of` answers for a thing that has this one payment."""
    open_minor = payment.amount_minor - payment.captured_minor
    promised = payment.state is PaymentState.AUTHORIZED
    by_courier = payment.kind is PaymentKind.COD
    return PaymentTotals(
        captured_minor=payment.captured_minor,
        authorized_minor=open_minor if promised and not by_courier else 0,
        pending_minor=open_minor if payment.state in _PENDING else 0,
        cod_minor=open_minor if promised and by_courier else 0,
        refunded_minor=payment.refunded_minor,
        refunding_minor=payment.refunding_minor,
        voided=payment.state in _OVER,
    )


def list_payments(reference: Reference) -> Sequence[Payment]:
    """Return the payments of a thing, oldest first, with their refunds."""
    return session.scalars(
        select(Payment)
        .where(Payment.ref_kind == reference.kind, Payment.ref_id == reference.id)
        .order_by(Payment.id)
        .options(selectinload(Payment.refunds))
        .execution_options(populate_existing=True)
    ).all()


def get_payment(payment_id: int) -> Payment:
    """
    Return one payment with its refunds.

    :raises NotFound: there is none with that id
    """
    found = session.scalar(
        select(Payment)
        .where(Payment.id == payment_id)
        .options(selectinload(Payment.refunds))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no payment %(id)s.", id=payment_id))
    return found


def get_refund(refund_id: int) -> Refund:
    """
    Return one refund.

    :raises NotFound: there is none with that id
    """
    if refund := session.get(Refund, refund_id, populate_existing=True):
        return refund
    raise NotFound(_("There is no refund %(id)s.", id=refund_id))


def entries_of(payment_id: int) -> Sequence[PaymentEntry]:
    """Return what happened to a payment, oldest first."""
    return session.scalars(
        select(PaymentEntry).where(PaymentEntry.payment_id == payment_id).order_by(PaymentEntry.id)
    ).all()


def list_receivables(reference: Reference) -> Sequence[Receivable]:
    """Return what is or was owed for a thing, oldest first."""
    return session.scalars(
        select(Receivable)
        .where(Receivable.ref_kind == reference.kind, Receivable.ref_id == reference.id)
        .order_by(Receivable.id)
    ).all()


# --- proofs -----------------------------------------------------------------------------------

_UNDER_WAY = (RefundState.APPROVED, RefundState.SENT)


def _sums(model: Any, amount: Any, condition: Any) -> Any:
    return (
        select(model.payment_id.label("payment_id"), func.sum(amount).label("total"))
        .where(condition)
        .group_by(model.payment_id)
        .subquery()
    )


def prove_payments() -> Iterator[Difference]:
    """Yield every payment whose sums are not those of its entries, refunds and commands."""
    asked = (
        GatewayCommand.state.in_((CommandState.READY, CommandState.SENT)),
        GatewayCommand.kind == CommandKind.CAPTURE,
    )
    facts: Mapping[str, tuple[Any, Any]] = {
        "captured_minor": (
            Payment.captured_minor,
            _sums(PaymentEntry, PaymentEntry.amount_minor, PaymentEntry.kind == EntryKind.CAPTURED),
        ),
        "refunded_minor": (
            Payment.refunded_minor,
            _sums(Refund, Refund.amount_minor, Refund.state == RefundState.SETTLED),
        ),
        "refunding_minor": (
            Payment.refunding_minor,
            _sums(Refund, Refund.amount_minor, Refund.state.in_(_UNDER_WAY)),
        ),
        "capturing_minor": (
            Payment.capturing_minor,
            _sums(GatewayCommand, GatewayCommand.amount_minor, asked[0] & asked[1]),
        ),
    }
    for name, (kept, sums) in facts.items():
        total = func.coalesce(sums.c.total, 0)
        rows = session.execute(
            select(Payment.id, total, kept)
            .outerjoin(sums, sums.c.payment_id == Payment.id)
            .where(kept != total)
            .order_by(Payment.id)
            .limit(100)
        )
        for payment_id, expected, found in rows:
            yield Difference(
                ledger="payments",
                entry=f"payment {payment_id} {name}",
                expected=int(expected),
                found=found,
            )
    too_much = select(Payment.id, Payment.captured_minor, Payment.refunded_minor).where(
        Payment.refunded_minor + Payment.refunding_minor > Payment.captured_minor
    )
    for payment_id, captured, refunded in session.execute(too_much):
        yield Difference(
            ledger="payments",
            entry=f"payment {payment_id} refunded at most what was captured",
            expected=captured,
            found=refunded,
        )
