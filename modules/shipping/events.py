"""What carriers make of parcels, for the floors above."""

from dataclasses import dataclass
from datetime import datetime

from app.reference import Reference


@dataclass(frozen=True, kw_only=True)
class LabelMade:
    """The carrier knows the parcel; its label can be read by `label_pdf(shipment_id)`."""

    reference: Reference
    shipment_id: int
    tracking_number: str


@dataclass(frozen=True, kw_only=True)
class LabelFailed:
    """The carrier refused the parcel; `reason` is what it said."""

    reference: Reference
    shipment_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ShipmentMoved:
    """The parcel is somewhere else: `state` is one of the words of `ShipmentState`."""

    reference: Reference
    shipment_id: int
    state: str
    at: datetime
