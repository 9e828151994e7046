"""Parcels for programs: open, pick, pack, label, ship."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.access import scope
from app.actor import current_actor
from app.api import answers, writes
from app.models import Job
from app.reference import Reference
from modules import invoicing, organization, shipping
from modules.orders import presenting, shapes
from modules.orders.api.base import READ, WRITE, api, counted, location_id
from modules.orders.models import Parcel
from modules.orders.operations import fulfilling, shipping_out
from modules.orders.queries import (
    allocations_in,
    check_visible,
    find_parcel_id,
    get_order,
    get_parcel,
    visible_order,
)

_WITHOUT_LABEL = (shipping.ShipmentState.REJECTED, shipping.ShipmentState.CANCELLED)


@api.post("/orders/<order>/parcels")
@api.input(shapes.ParcelIn, arg_name="body")
@answers(201)
@scope(WRITE)
@writes
def open_parcel(order: str, body: shapes.ParcelIn) -> Any:
    """Put reserved units of one location into a new parcel."""
    found = visible_order(order, WRITE)
    parcel_id = fulfilling.open_parcel(
        order_id=found.id,
        location_id=location_id(body.location),
        lines=counted(found.id, body.lines),
        service=body.service,
    )
    return _parcel(get_parcel(parcel_id)), 201


@api.post("/parcels/<parcel>/pick")
@api.input(shapes.WorkIn, arg_name="body")
@scope(WRITE)
@writes
def pick(parcel: str, body: shapes.WorkIn) -> Any:
    """Note units as picked (default: all of the parcel)."""
    found = _visible_parcel(parcel)
    fulfilling.pick(parcel_id=found.id, lines=counted(found.order_id, body.lines))
    return _parcel(get_parcel(found.id)), 200


@api.post("/parcels/<parcel>/pack")
@api.input(shapes.WorkIn, arg_name="body")
@scope(WRITE)
@writes
def pack(parcel: str, body: shapes.WorkIn) -> Any:
    """Note picked units as packed (default: all of the parcel)."""
    found = _visible_parcel(parcel)
    fulfilling.pack(parcel_id=found.id, lines=counted(found.order_id, body.lines))
    return _parcel(get_parcel(found.id)), 200


@api.post("/parcels/<parcel>/label")
@api.input(shapes.LabelIn, arg_name="body")
@answers(200, 202)
@scope(WRITE)
@writes
def make_label(parcel: str, body: shapes.LabelIn) -> Any:
    """Ask the carrier for the label: 202 while a job does it, 200 when it is there."""
    found = _visible_parcel(parcel)
    reference = Reference("parcel", found.id)
    shipment = shipping.shipment_of(reference)
    if shipment is None or shipment.state in _WITHOUT_LABEL or shipment.carrier is None:
        fulfilling.ask_for_label(parcel_id=found.id, service=body.service, point=body.point)
        shipment = shipping.shipment_of(reference)
    papers = invoicing.documents_of(reference)
    labels = [one for one in papers if one.kind is invoicing.DocumentKind.LABEL]
    answer = _parcel(get_parcel(found.id)) | {"job": _job(shipping.label_job(reference))}
    if shipment is not None and shipment.label_file is not None and labels:
        return answer | {"document": presenting.document_body(labels[-1])}, 200
    return answer, 202, {"Retry-After": "1"}


def _job(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None  # it is long over, and its row was tidied away
    return {"id": str(job.id), "kind": job.kind, "state": job.state.value}


@api.post("/parcels/<parcel>/ship")
@api.input(shapes.ShipIn, arg_name="body")
@scope(WRITE)
@writes
def ship(parcel: str, body: shapes.ShipIn) -> Any:
    """Hand the packed parcel over; its invoice is issued in the same act."""
    found = _visible_parcel(parcel)
    shipping_out.ship(
        parcel_id=found.id, tracking_number=body.tracking_number, override=body.override
    )
    return _parcel(get_parcel(found.id)), 200


@api.get("/parcels/<parcel>")
@scope(READ)
def show_parcel(parcel: str) -> ResponseReturnValue:
    """Return a parcel by id or number."""
    return _parcel(_visible_parcel(parcel, READ))


def _visible_parcel(text: str, permission: str = WRITE) -> Parcel:
    parcel = get_parcel(find_parcel_id(text))
    stores = current_actor().stores(permission)
    if stores is not None and parcel.store_id not in stores:
        check_visible(get_order(parcel.order_id), permission)
    return parcel


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return presenting.parcel_body(
        parcel,
        allocations_in(parcel.id),
        location=organization.location_by_id(parcel.location_id).code,
        shipment=shipping.shipment_of(Reference("parcel", parcel.id)),
    )
