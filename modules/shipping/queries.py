"""Questions about parcels on their way."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from app import outbox
from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.models import Job
from app.reference import Reference
from modules.shipping import labels
from modules.shipping.errors import NoLabel
from modules.shipping.models import Shipment, ShipmentEvent
from modules.shipping.ports import ShipmentState

OVER = (ShipmentState.REJECTED, ShipmentState.CANCELLED)
MOVING = (
    ShipmentState.LABEL_READY,
    ShipmentState.HANDED_OVER,
    ShipmentState.IN_TRANSIT,
    ShipmentState.OUT_FOR_DELIVERY,
    ShipmentState.READY_FOR_PICKUP,
    ShipmentState.DELAYED,
    ShipmentState.DELIVERY_FAILED,
    ShipmentState.RETURNING,
    ShipmentState.UNKNOWN,
)


def shipments_of(references: Iterable[Reference]) -> dict[Reference, Shipment]:
    """Return the last shipment of each thing, by one statement; those without one are missing."""
    wanted = sorted(set(references))
    if not wanted:
        return {}
    kinds = {one.kind for one in wanted}
    assert len(kinds) == 1, "things of one kind at a time"
    rows = session.scalars(
        select(Shipment)
        .where(Shipment.ref_kind == wanted[0].kind, Shipment.ref_id.in_([one.id for one in wanted]))
        .order_by(Shipment.id)
        .execution_options(populate_existing=True)
    )
    return {Reference(row.ref_kind, row.ref_id): row for row in rows}


def shipment_of(reference: Reference) -> Shipment | None:
    """Return the last shipment of a thing; None if no carrier was asked and no number is known."""
    return shipments_of([reference]).get(reference)


def label_job(reference: Reference) -> Job | None:
    """Return the job of the last label of a thing; None once it is tidied away."""
    return outbox.last_job(kind="shipping.make_label", order_key=f"{reference.kind}:{reference.id}")


def get_shipment(shipment_id: int) -> Shipment:
    """
    Return one shipment.

    :raises NotFound: there is none with that id
    """
    if shipment := session.get(Shipment, shipment_id, populate_existing=True):
        return shipment
    raise NotFound(_("There is no shipment %(id)s.", id=shipment_id))


def events_of(shipment_id: int) -> Sequence[ShipmentEvent]:
    """Return where a shipment was seen, oldest first."""
    return session.scalars(
        select(ShipmentEvent)
        .where(ShipmentEvent.shipment_id == shipment_id)
        .order_by(ShipmentEvent.at, ShipmentEvent.id)
    ).all()


def known_events(shipment_ids: Sequence[int]) -> set[tuple[int, datetime, str]]:
    """Return (shipment, when, raw words) of all that was seen of some shipments."""
    rows = session.execute(
        select(ShipmentEvent.shipment_id, ShipmentEvent.at, ShipmentEvent.raw).where(
            ShipmentEvent.shipment_id.in_(shipment_ids)
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


def label_pdf(shipment_id: int) -> bytes:
    """
    Return the label of a shipment.

    :raises NoLabel: it has none
    """
    shipment = get_shipment(shipment_id)
    if shipment.label_file is None:
        raise NoLabel(_("This parcel has no label yet."))
    return labels.read(shipment.label_file)


def list_moving() -> Sequence[tuple[int, str, str]]:
    """Return (id, carrier, tracking number) of what a carrier has or awaits, oldest first."""
    rows = session.execute(
        select(Shipment.id, Shipment.carrier, Shipment.tracking_number)
        .where(
            Shipment.state.in_(MOVING),
            Shipment.carrier.is_not(None),
            Shipment.tracking_number.is_not(None),
        )
        .order_by(Shipment.id)
    )
    return [(int(row[0]), str(row[1]), str(row[2])) for row in rows]
