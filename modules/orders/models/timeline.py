"""What happened to an order, in order: typed events with actor and moment, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class OrderEvent(Model):
    """One fact. `kind` is a word of `timeline.KINDS`; `data` holds its numbers."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_order", "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    kind: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
