"""What a promotion would have done to orders of the past: asked once, worked out by a job, kept."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class PromotionReplay(Model):
    """One replay: of which orders, with what the promotion said then, and what came out."""

    __tablename__ = "promotion_replay"
    __table_args__ = (CheckConstraint("since <= until", name="span"),)

    id: Mapped[Id]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    promotion_version: Mapped[int]
    definition: Mapped[dict[str, Any]]
    """As it was when somebody asked: a draft changes, what was tried does not."""
    since: Mapped[date]
    until: Mapped[date]
    """The last day, of the company."""
    job_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    """Nothing before the job has come to its end."""
