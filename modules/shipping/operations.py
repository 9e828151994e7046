"""Asking for labels, handing over, and following parcels. Nothing here talks to a carrier."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, outbox
from app.db import database, session
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.shipping.errors import AlreadyAsked, AlreadyHandedOver
from modules.shipping.events import LabelFailed, LabelMade, ShipmentMoved
from modules.shipping.models import Shipment, ShipmentEvent
from modules.shipping.ports import CarrierAnswer, ShipmentRequest, ShipmentState, TrackEvent
from modules.shipping.queries import OVER, get_shipment

_WITH_US = (ShipmentState.DRAFT, ShipmentState.CREATED, ShipmentState.LABEL_READY)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a carrier is to be asked now, and whether it may have been asked before."""

    carrier: str
    request: ShipmentRequest
    our_reference: str
    external_id: str | None
    repeated: bool


def request_label(
    *,
    reference: Reference,
    store_id: int,
    carrier: str,
    service: str,
    request: ShipmentRequest,
) -> int:
    """
    Ask a carrier for the label of a parcel; a job does it. Return the shipment's id.

    :raises AlreadyAsked: the parcel has a label or one is being made
    """
    shipment_id = _new_shipment(
        reference=reference,
        store_id=store_id,
        carrier=carrier,
        service=service,
        request=request.as_json(),
        state=ShipmentState.DRAFT,
    )
    if shipment_id is None:
        raise AlreadyAsked(_("This parcel has a label already, or one is being made."))
    outbox.enqueue(
        "shipping.make_label",
        {"shipment_id": shipment_id},
        title=_("Label for %(number)s", number=request.order_number),
        order_key=f"{reference.kind}:{reference.id}",
        priority=10,
    )
    return shipment_id


def set_tracking_number(
    *, reference: Reference, store_id: int, tracking_number: str, carrier_name: str = ""
) -> int:
    """
    Write down the number of a label that was made elsewhere; return the shipment's id.

    :raises AlreadyAsked: the parcel has a label of ours, or one is being made
    """
    shipment_id = _new_shipment(
        reference=reference,
        store_id=store_id,
        carrier=None,
        service=carrier_name,
        request=None,
        state=ShipmentState.LABEL_READY,
        tracking_number=tracking_number,
    )
    if shipment_id is not None:
        return shipment_id
    changed = session.scalar(
        update(Shipment)
        .where(
            Shipment.ref_kind == reference.kind,
            Shipment.ref_id == reference.id,
            Shipment.state.not_in(OVER),
            Shipment.carrier.is_(None),
        )
        .values(tracking_number=tracking_number)
        .returning(Shipment.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise AlreadyAsked(
            _("This parcel has a label of ours. Cancel it before you write down another number.")
        )
    return int(changed)


def hand_over(*, reference: Reference) -> bool:
    """
    Give a parcel to the carrier; the carrier is told by a job. False where it has no shipment.

    A parcel that was handed over stays so.
    """
    now = _this_second()
    row = session.execute(
        update(Shipment)
        .where(
            Shipment.ref_kind == reference.kind,
            Shipment.ref_id == reference.id,
            Shipment.state.in_(_WITH_US),
            Shipment.tracking_number.is_not(None),
        )
        .values(state=ShipmentState.HANDED_OVER, moved_at=now)
        .returning(Shipment.id, Shipment.carrier, Shipment.external_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return False
    _keep_event(row.id, ShipmentState.HANDED_OVER, raw="handed over", place="", at=now)
    if row.carrier and row.external_id:
        outbox.enqueue(
            "shipping.announce_hand_over",
            {"shipment_id": row.id},
            order_key=f"{reference.kind}:{reference.id}",
        )
    publish(
        ShipmentMoved(
            reference=reference, shipment_id=row.id, state=ShipmentState.HANDED_OVER, at=now
        )
    )
    return True


def cancel(*, reference: Reference) -> bool:
    """
    Give up the label of a parcel; the carrier is told by a job. False where there is none.

    :raises AlreadyHandedOver: the carrier has the parcel
    """
    shipment = session.scalar(
        select(Shipment)
        .where(
            Shipment.ref_kind == reference.kind,
            Shipment.ref_id == reference.id,
            Shipment.state.not_in(OVER),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if shipment is None:
        return False
    if shipment.state not in _WITH_US:
        raise AlreadyHandedOver(_("The carrier has this parcel: its label cannot be cancelled."))
    shipment.state = ShipmentState.CANCELLED
    shipment.moved_at = _this_second()
    if shipment.carrier and shipment.asked_at:
        outbox.enqueue(
            "shipping.cancel_label",
            {"shipment_id": shipment.id},
            order_key=f"{reference.kind}:{reference.id}",
        )
    session.flush()
    return True


# --- the steps of a label ---------------------------------------------------------------------


def begin_asking(*, shipment_id: int) -> Asking | None:
    """Write down that the carrier is about to be asked; None where there is nothing to ask."""
    shipment = get_shipment(shipment_id)
    if shipment.state not in (ShipmentState.DRAFT, ShipmentState.CREATED):
        return None
    assert shipment.carrier is not None
    assert shipment.request is not None
    asking = Asking(
        carrier=shipment.carrier,
        request=ShipmentRequest.from_json(shipment.request),
        our_reference=shipment.our_reference,
        external_id=shipment.external_id,
        repeated=shipment.asked_at is not None,
    )
    if shipment.asked_at is None:
        shipment.asked_at = clock.now()
        session.flush()
    return asking


def note_created(*, shipment_id: int, answer: CarrierAnswer) -> None:
    """Keep the carrier's own name of a parcel that it accepted."""
    session.execute(
        update(Shipment)
        .where(
            Shipment.id == shipment_id,
            Shipment.state.in_((ShipmentState.DRAFT, ShipmentState.CREATED)),
        )
        .values(
            state=ShipmentState.CREATED,
            external_id=answer.external_id,
            tracking_number=answer.tracking_number,
        )
    )


def refuse_label(*, shipment_id: int, reason: str) -> None:
    """Write down that the carrier refused; the parcel may be asked for again."""
    row = session.execute(
        update(Shipment)
        .where(
            Shipment.id == shipment_id,
            Shipment.state.in_((ShipmentState.DRAFT, ShipmentState.CREATED)),
        )
        .values(state=ShipmentState.REJECTED, failure=reason, moved_at=_this_second())
        .returning(Shipment.ref_kind, Shipment.ref_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is not None:
        publish(LabelFailed(reference=Reference(*row), shipment_id=shipment_id, reason=reason))


def keep_label(*, shipment_id: int, label_file: str) -> None:
    """Write down that the label is there."""
    row = session.execute(
        update(Shipment)
        .where(Shipment.id == shipment_id, Shipment.state == ShipmentState.CREATED)
        .values(state=ShipmentState.LABEL_READY, label_file=label_file, moved_at=_this_second())
        .returning(Shipment.ref_kind, Shipment.ref_id, Shipment.tracking_number)
        .execution_options(synchronize_session=False)
    ).first()
    if row is not None:
        publish(
            LabelMade(
                reference=Reference(row.ref_kind, row.ref_id),
                shipment_id=shipment_id,
                tracking_number=row.tracking_number,
            )
        )


def note_seen(*, shipment_id: int, seen: TrackEvent) -> bool:
    """
    Keep what a carrier saw of a parcel; test whether it was news.

    The state moves only with the time of the event: what arrives late pulls nothing back.
    """
    if not _keep_event(shipment_id, seen.state, raw=seen.raw, place=seen.place, at=seen.at):
        return False
    row = session.execute(
        update(Shipment)
        .where(
            Shipment.id == shipment_id,
            Shipment.moved_at <= seen.at,
            Shipment.state.not_in((*OVER, seen.state)),
        )
        .values(state=seen.state, moved_at=seen.at)
        .returning(Shipment.ref_kind, Shipment.ref_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is not None:
        publish(
            ShipmentMoved(
                reference=Reference(*row), shipment_id=shipment_id, state=seen.state, at=seen.at
            )
        )
    return True


# --- what the parts above share ---------------------------------------------------------------


def _this_second() -> datetime:
    # Carriers tell whole seconds: what they see in the second of our own act is not before it.
    return clock.now().replace(microsecond=0)


def _insert_into(model: Any) -> Any:
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    return insert(model.__table__)


def _new_shipment(*, reference: Reference, **values: Any) -> int | None:
    """Return the id of a new shipment; None where the parcel has one that is not over."""
    now = clock.now()
    shipment_id: int | None = session.execute(
        _insert_into(Shipment)
        .values(
            ref_kind=reference.kind,
            ref_id=reference.id,
            our_reference=str(uuid.uuid4()),
            created_at=now,
            moved_at=now.replace(microsecond=0),
            **values,
        )
        .on_conflict_do_nothing()
        .returning(Shipment.__table__.c.id)
    ).scalar()
    return shipment_id


def _keep_event(
    shipment_id: int, state: ShipmentState, *, raw: str, place: str, at: datetime
) -> bool:
    kept = session.execute(
        _insert_into(ShipmentEvent)
        .values(
            shipment_id=shipment_id,
            state=state,
            raw=raw,
            place=place,
            at=at,
            recorded_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(ShipmentEvent.__table__.c.id)
    ).scalar()
    return kept is not None
