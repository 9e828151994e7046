"""What is told of an order when it comes in. Plain values, the same from every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """What the channel says was sold; `name` is its word for something that we do not know."""

    sku: str
    quantity: int
    unit_price_minor: int | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderedPayment:
    method: str
    amount_minor: int
    state: str | None = None  # "captured", "authorized", "expected"
    reference: str | None = None
    cards: Sequence[int] = ()
    """The gift cards that pay, with the method `gift_card`."""


@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """All that is known of an order when it comes in. Amounts in minor units."""

    channel: str
    lines: Sequence[OrderedLine]
    shipping_method: str
    external_id: str | None = None
    store: str | None = None
    placed_at: datetime | None = None
    currency: str | None = None
    net: bool = False
    buyer: Mapping[str, Any] = field(default_factory=dict)
    """customer_id?, card?, marketplace_id?, name?, email?, phone?, company?, vat_id?"""
    billing_address: Mapping[str, Any] | None = None
    shipping_address: Mapping[str, Any] | None = None
    shipping_minor: int = 0
    discount_minor: int = 0
    """Taken off the goods by hand, by a person who writes the order down."""
    discount_reason: str = ""
    pickup_point: str | None = None
    coupons: Sequence[str] = ()
    """Codes that the buyer gave."""
    points: int = 0
    """Loyalty points of the buyer that make it cheaper, in the programme's steps."""
    payment: OrderedPayment | None = None
    note: str | None = None
    language: str = "pl"

    @property
    def checkout(self) -> str:
        """The checkout that may have reserved codes, as its channel calls it."""
        return f"{self.channel} {self.external_id}" if self.external_id else ""
