"""What orders announce to the floors above. An event is a fact: past tense, and frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class OrderPlaced:
    order_id: int
    channel_id: int
    store_id: int
    customer_id: int | None
    total_minor: int
    currency: str
    placed_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderCancelled:
    """All or some units were cancelled; `whole` tells which."""

    order_id: int
    channel_id: int
    external_id: str | None
    whole: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParcelShipped:
    order_id: int
    parcel_id: int
    channel_id: int
    external_id: str | None
    carrier: str
    tracking_number: str | None


@dataclass(frozen=True, kw_only=True)
class ReturnedLine:
    order_line_id: int
    variant_id: int | None
    quantity: int
    verdict: str
    credit_minor: int


@dataclass(frozen=True, kw_only=True)
class UnitsReturned:
    order_id: int
    return_id: int
    lines: Sequence[ReturnedLine]
