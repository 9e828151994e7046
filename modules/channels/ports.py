"""What channels need of a shop or marketplace that sells for us."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


class Outcome(enum.StrEnum):
    """How a call ended. UNKNOWN: it may have had its effect; what is absolute is sent again."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    sku: str
    quantity: int
    unit_price_minor: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelPayment:
    """`state` is captured, authorized or expected; `method` a code of ours."""

    method: str
    amount_minor: int
    state: str
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChannelOrder:
    """An order as the shop took it, in our words. Amounts in minor units, with VAT."""

    external_id: str
    revision: str
    """Changes whenever the shop changed the order; with the id it names this very state of it."""
    placed_at: datetime
    currency: str
    buyer: Mapping[str, Any]
    """name, email?, phone?, marketplace_id?, company?, vat_id?"""
    lines: Sequence[ChannelLine]
    shipping_method: str
    shipping_minor: int
    shipping_address: Mapping[str, Any] | None = None
    billing_address: Mapping[str, Any] | None = None
    pickup_point: str | None = None
    payment: ChannelPayment | None = None
    note: str | None = None
    cancelled: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "placed_at": self.placed_at.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ChannelOrder":
        values = dict(kept)
        values["placed_at"] = datetime.fromisoformat(values["placed_at"])
        values["lines"] = [ChannelLine(**line) for line in values["lines"]]
        if values.get("payment"):
            values["payment"] = ChannelPayment(**values["payment"])
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """An order that the shop has and whose words could not be mapped: a person looks at it."""

    external_id: str
    revision: str
    message: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """What happened at the shop after a place, oldest first, and the place after it."""

    orders: Sequence[ChannelOrder | Unreadable]
    cursor: str | None
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """How many pieces the shop may sell: absolute, never a difference."""

    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OfferResult:
    sku: str
    outcome: Outcome
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the shop says of something that it was told about one order."""

    outcome: Outcome
    message: str = ""


class SalesChannel(ABC):
    """
    A shop that takes orders for us. A call never takes longer than seconds.

    A call that certainly had no effect since the shop could not be reached raises
    `connectors.PartnerDown`.
    """

    @abstractmethod
    def pull_orders(self, cursor: str | None) -> OrderPage:
        """Return new and changed orders after a place; from the beginning without one."""

    @abstractmethod
    def push_stock(self, offers: Sequence[Offer], *, seen: str | None) -> Sequence[OfferResult]:
        """
        Say how many pieces may be sold.

        `seen` is the place up to which we have read the orders: what was sold after it is not in
        these numbers yet, and the shop (or its connector) takes it off.
        """

    @abstractmethod
    def push_tracking(self, external_id: str, *, carrier: str, tracking_number: str) -> Told:
        """Say that a parcel of an order is on its way; saying it twice changes nothing."""

    @abstractmethod
    def push_cancellation(self, external_id: str, *, reason: str) -> Told:
        """Say that an order will not be sent; saying it twice changes nothing."""
