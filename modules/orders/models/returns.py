"""Units that come back: asked for, received with a verdict each, credited at what was paid."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.orders.numbers import return_number


class ReturnState(enum.StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    SETTLED = "settled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Verdict(enum.StrEnum):
    SELLABLE = "sellable"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    MISSING = "missing"
    KEPT = "kept"
    LOST = "lost"


class Return(Model):
    """A wish to give units back, and what came of it."""

    __tablename__ = "return"
    __table_args__ = (Index("ix_return_state", "state", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    state: Mapped[ReturnState] = mapped_column(default=ReturnState.REQUESTED)
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    received_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    credit_minor: Mapped[int] = mapped_column(default=0)
    """Worth of the units that were taken back, at what was paid for them."""
    refunded_minor: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None]

    @property
    def number(self) -> str:
        return return_number(self.id)


class ReturnLine(Model):
    """So many units of one order line that somebody wants to give back."""

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND received >= 0 AND received <= quantity", name="received"),
    )

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str]


class ReturnedUnits(Model):
    """Units received under one verdict; credited ones name their numbers of the sold line."""

    __tablename__ = "returned_units"

    id: Mapped[Id]
    return_line_id: Mapped[int] = mapped_column(ForeignKey("return_line.id"), index=True)
    quantity: Mapped[int]
    verdict: Mapped[Verdict]
    first: Mapped[int | None]
    last: Mapped[int | None]
    credit_minor: Mapped[int] = mapped_column(default=0)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
