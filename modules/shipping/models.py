"""What carriers know of parcels, and every place where these were seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.shipping.ports import ShipmentState

_LIVE = text("state NOT IN ('rejected', 'cancelled')")


class Shipment(Model):
    """
    What a carrier knows of one parcel.

    `our_reference` is made before the carrier is called and is the name by which it is asked for
    again; `asked_at` says that the call may have been made.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        Index(
            "uq_shipment_reference",
            "ref_kind",
            "ref_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_shipment_reference", "ref_kind", "ref_id"),
        Index("ix_shipment_carrier", "carrier", "state"),
    )

    id: Mapped[Id]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    carrier: Mapped[str | None]
    """The code of the connector; null where a person wrote the tracking number down."""
    service: Mapped[str]
    state: Mapped[ShipmentState]
    our_reference: Mapped[str] = mapped_column(unique=True)
    request: Mapped[dict[str, Any] | None]
    asked_at: Mapped[datetime | None]
    external_id: Mapped[str | None]
    tracking_number: Mapped[str | None] = mapped_column(index=True)
    label_file: Mapped[str | None]
    """SHA-256 of the label, which is its name in the folder `labels`."""
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When the carrier says that the present state began; what is older changes it no more."""


class ShipmentEvent(Model):
    """One thing that was seen of a parcel, in the carrier's words and in ours."""

    __tablename__ = "shipment_event"
    __table_args__ = (UniqueConstraint("shipment_id", "at", "raw"),)

    id: Mapped[Id]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    state: Mapped[ShipmentState]
    raw: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
