"""The bulk path: payments of the past, many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table

from app.actor import current_actor
from app.bulk import insert_keyed, insert_many
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
