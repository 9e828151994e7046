"""The bulk path: payments of the past, many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table

from app.actor import current_actor
from app.bulk import insert_keyed, insert_many
from app.bulk_load import load_rows, next_key
from app.reference import Reference
from modules.payments.models import (
    EntryKind,
    Payment,
    PaymentEntry,
    PaymentKind,
    PaymentState,
    Refund,
    RefundState,
)


@dataclass(frozen=True, kw_only=True)
class NewPayment:
    """A payment that is brought in with many others, as it was in an earlier system."""

    reference: Reference
    store_id: int
    method: str
    kind: str
    amount_minor: int
    currency: str
    at: datetime
    gateway: str | None = None
    external_reference: str | None = None
    refunded_minor: int = 0


class PaidOrder(NamedTuple):
    """A payment of the past among a million; its moment is in the driver's own type."""

    ref_id: int
    store_id: int
    method: str
    kind: str
    amount_minor: int
    refunded_minor: int
    at: Any


_PAYMENT, _ENTRY, _REFUND = (
    cast(Table, model.__table__) for model in (Payment, PaymentEntry, Refund)
)
TABLES = (_PAYMENT, _ENTRY, _REFUND)


def load_past(paid: Sequence[PaidOrder], *, ref_kind: str, currency: str) -> None:
    """Write down payments of the past by the million (`app.bulk_load`), taken in full."""
    first, actor = next_key(_PAYMENT), str(current_actor())
    load_rows(
        _PAYMENT,
        (
            *("id", "ref_kind", "ref_id", "store_id", "method", "kind", "currency", "state"),
            *("amount_minor", "captured_minor", "capturing_minor", "refunded_minor"),
            *("refunding_minor", "created_at"),
        ),
        (
            (key, ref_kind, one.ref_id, one.store_id, one.method, one.kind, currency, "captured")
            + (one.amount_minor, one.amount_minor, 0, one.refunded_minor, 0, one.at)
            for key, one in enumerate(paid, first)
        ),
    )
    load_rows(
        _ENTRY,
        ("payment_id", "kind", "amount_minor", "actor", "at"),
        ((key, "captured", one.amount_minor, actor, one.at) for key, one in enumerate(paid, first)),
    )
    load_rows(
        _REFUND,
        (
            *("payment_id", "client_id", "ref_kind", "ref_id", "amount_minor", "reason"),
            *("state", "actor", "created_at", "settled_at"),
        ),
        (
            (key, str(uuid.uuid4()), ref_kind, one.ref_id, one.refunded_minor, "imported")
            + ("settled", actor, one.at, one.at)
            for key, one in enumerate(paid, first)
            if one.refunded_minor
        ),
    )


def record_many(*, payments: Sequence[NewPayment]) -> list[int]:
    """
    Write down payments of the past, taken in full, and return their ids in order.

    Nobody is told: what they belong to is brought in by the same act.
    """
    if not payments:
        return []
    ids = insert_keyed(
        cast(Table, Payment.__table__),
        [
            {
                "ref_kind": one.reference.kind,
                "ref_id": one.reference.id,
                "store_id": one.store_id,
                "method": one.method,
                "kind": PaymentKind(one.kind),
                "gateway": one.gateway,
                "currency": one.currency,
                "amount_minor": one.amount_minor,
                "captured_minor": one.amount_minor,
                "refunded_minor": one.refunded_minor,
                "state": PaymentState.CAPTURED,
                "external_reference": one.external_reference,
                "created_at": one.at,
            }
            for one in payments
        ],
    )
    insert_many(
        cast(Table, PaymentEntry.__table__),
        [
            {
                "payment_id": payment_id,
                "kind": EntryKind.CAPTURED,
                "amount_minor": one.amount_minor,
                "external_reference": one.external_reference,
                "actor": str(current_actor()),
                "at": one.at,
            }
            for payment_id, one in zip(ids, payments, strict=True)
        ],
    )
    refunds = [
        {
            "payment_id": payment_id,
            "client_id": str(uuid.uuid4()),
            "ref_kind": one.reference.kind,
            "ref_id": one.reference.id,
            "amount_minor": one.refunded_minor,
            "reason": "imported",
            "state": RefundState.SETTLED,
            "actor": str(current_actor()),
            "created_at": one.at,
            "settled_at": one.at,
        }
        for payment_id, one in zip(ids, payments, strict=True)
        if one.refunded_minor
    ]
    insert_many(cast(Table, Refund.__table__), refunds)
    return ids
