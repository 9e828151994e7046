"""What shipping needs of a carrier."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


class Outcome(enum.StrEnum):
    """How a call ended. UNKNOWN: it may have had its effect, so ask before it is repeated."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class ShipmentState(enum.StrEnum):
    """Where a shipment is, in words that every carrier's own are mapped to."""

    DRAFT = "draft"
    CREATED = "created"
    LABEL_READY = "label_ready"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    DELIVERY_FAILED = "delivery_failed"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Address:
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    company: str | None = None
    street2: str | None = None
    region: str | None = None
    phone: str | None = None
    email: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Address":
        """Return the address that a mapping holds; what it lacks is empty."""
        wanted = cls.__dataclass_fields__
        kept = {key: value for key, value in values.items() if key in wanted}
        needed = dict.fromkeys(("name", "street", "postal_code", "city", "country"), "")
        return cls(**(needed | {key: value for key, value in kept.items() if value is not None}))


@dataclass(frozen=True, kw_only=True)
class ShipmentRequest:
    """What a carrier is asked to carry, from whom to whom."""

    sender: Address
    recipient: Address
    order_number: str
    service: str = ""
    point: str | None = None
    weight_grams: int | None = None
    cod_minor: int = 0
    currency: str = "PLN"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ShipmentRequest":
        rest = {key: value for key, value in kept.items() if key not in ("sender", "recipient")}
        return cls(
            sender=Address.of(kept["sender"]), recipient=Address.of(kept["recipient"]), **rest
        )


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What is wrong with a request: the field where the carrier names one, its code and words."""

    text: str
    field: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class CarrierAnswer:
    """
    What the carrier says of one parcel.

    DONE without a tracking number means that it was accepted and is still being made: it is asked
    for again by our reference.
    """

    outcome: Outcome
    external_id: str | None = None
    tracking_number: str | None = None
    complaints: Sequence[Complaint] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class TrackEvent:
    tracking_number: str
    state: ShipmentState
    raw: str
    at: datetime
    place: str = ""


class Carrier(ABC):
    """
    A partner that carries parcels. A call never takes longer than seconds.

    A call that certainly had no effect since the partner could not be reached raises
    `connectors.PartnerDown`; one that may have had it answers UNKNOWN.
    """

    @abstractmethod
    def create(self, request: ShipmentRequest, *, our_reference: str) -> CarrierAnswer:
        """Announce a parcel."""

    @abstractmethod
    def find(self, our_reference: str) -> CarrierAnswer | None:
        """Return what became of the parcel that we named so; None if it never arrived."""

    @abstractmethod
    def label(self, external_id: str) -> bytes:
        """Return the label as a PDF."""

    @abstractmethod
    def cancel(self, external_id: str) -> CarrierAnswer:
        """Take a parcel back that was not handed over."""

    @abstractmethod
    def hand_over(self, external_ids: Sequence[str]) -> None:
        """Tell that these parcels wait at the ramp; telling it twice changes nothing."""

    @abstractmethod
    def track(self, tracking_numbers: Sequence[str]) -> Sequence[TrackEvent]:
        """Return everything that is known of these parcels, oldest first."""
