"""What is done with the goods of an order: allocations, parcels, and holds that stop the work."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.orders.numbers import parcel_number


class AllocationState(enum.StrEnum):
    BACKORDERED = "backordered"
    RESERVED = "reserved"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    RELEASED = "released"


BEFORE_SHIPPED = (
    AllocationState.BACKORDERED,
    AllocationState.RESERVED,
    AllocationState.PICKING,
    AllocationState.PICKED,
    AllocationState.PACKED,
)


class Allocation(Model):
    """Some units of a line that share a fate: one location, one reservation, one parcel."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(state IN ('backordered', 'released')) OR reservation_id IS NOT NULL",
            name="reserved_has_a_reservation",
        ),
        Index(
            "ix_allocation_backordered",
            "variant_id",
            "id",
            sqlite_where=text("state = 'backordered'"),
            postgresql_where=text("state = 'backordered'"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    state: Mapped[AllocationState]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    reservation_id: Mapped[int | None] = mapped_column(
        ForeignKey("stock_reservation.id"), index=True
    )
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"), index=True)


class ParcelState(enum.StrEnum):
    OPEN = "open"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Parcel(Model):
    """Goods of one order that leave one location together."""

    __tablename__ = "parcel"
    __table_args__ = (Index("ix_parcel_state", "state", "location_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    state: Mapped[ParcelState] = mapped_column(default=ParcelState.OPEN)
    service: Mapped[str | None]
    tracking_number: Mapped[str | None] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    packed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    picker: Mapped[str | None]
    override_reason: Mapped[str | None]

    @property
    def number(self) -> str:
        return parcel_number(self.id)


class HoldKind(enum.StrEnum):
    PAYMENT_REVIEW = "payment_review"
    FRAUD = "fraud"
    ADDRESS = "address"
    STOCK = "stock"
    CREDIT_LIMIT = "credit_limit"
    CUSTOMER_REQUEST = "customer_request"
    UNMAPPED = "unmapped"
    UNKNOWN_OUTCOME = "unknown_outcome"
    MANUAL = "manual"


class Hold(Model):
    """A reason why nobody starts to pick this order or hands it over."""

    __tablename__ = "hold"
    __table_args__ = (
        Index(
            "ix_hold_open",
            "order_id",
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[HoldKind]
    reason: Mapped[str]
    owner: Mapped[str | None]
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    opened_by: Mapped[str]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]
