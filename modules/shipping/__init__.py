"""Shipping: what carriers know of parcels, from the label to the door."""

from modules.shipping.errors import AlreadyAsked, AlreadyHandedOver, NoLabel
from modules.shipping.events import LabelFailed, LabelMade, ShipmentMoved
from modules.shipping.models import Shipment
from modules.shipping.operations import cancel, hand_over, request_label, set_tracking_number
from modules.shipping.ports import (
    Address,
    Carrier,
    CarrierAnswer,
    Complaint,
    Outcome,
    ShipmentRequest,
    ShipmentState,
    TrackEvent,
)
from modules.shipping.queries import (
    events_of,
    get_shipment,
    label_job,
    label_pdf,
    shipment_of,
    shipments_of,
)

__all__ = [
    "Address",
    "AlreadyAsked",
    "AlreadyHandedOver",
    "Carrier",
    "CarrierAnswer",
    "Complaint",
    "LabelFailed",
    "LabelMade",
    "NoLabel",
    "Outcome",
    "Shipment",
    "ShipmentMoved",
    "ShipmentRequest",
    "ShipmentState",
    "TrackEvent",
    "cancel",
    "events_of",
    "get_shipment",
    "hand_over",
    "label_job",
    "label_pdf",
    "request_label",
    "set_tracking_number",
    "shipment_of",
    "shipments_of",
]
