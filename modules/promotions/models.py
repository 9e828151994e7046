"""The tables of promotions: who they are, what each version says, and which group decides."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.promotions import guards
from modules.promotions.engine.promotion import GroupMode


class PromotionState(StrEnum):
    DRAFT = "draft"
    """Never published: no cart knows of it."""
    ACTIVE = "active"
    """Published: it applies where its schedule, scope and conditions fit."""
    PAUSED = "paused"
    """Published, and stopped until somebody resumes it."""
    ENDED = "ended"
    """Over for good; orders that had it keep it."""
    ARCHIVED = "archived"


LIVE = (PromotionState.ACTIVE, PromotionState.PAUSED)


class PromotionRecord(Model):
    """A promotion: its code stays, what it says changes by versions."""

    __tablename__ = "promotion"
    __table_args__ = (
        Index("ix_promotion_updated_at_id", "updated_at", "id"),
        Index("ix_promotion_state_id", "state", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    """Of the version in force; of the draft where none was published yet."""
    state: Mapped[PromotionState] = mapped_column(default=PromotionState.DRAFT)
    live_number: Mapped[int | None]
    """The version in force."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """As the version says, for lists."""
    search: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PromotionVersion(Model):
    """What a promotion says: changed while it is a draft, never once it was published."""

    __tablename__ = "promotion_version"
    __table_args__ = (
        UniqueConstraint("promotion_id", "number"),
        CheckConstraint("number > 0", name="counts_from_one"),
    )

    id: Mapped[Id]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    number: Mapped[int]
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]


class PromotionGroup(Model):
    """Promotions of which not all apply together, and what happens where several fit."""

    __tablename__ = "promotion_group"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    """A sentence of the house, or somebody's own words."""
    mode: Mapped[GroupMode] = mapped_column(default=GroupMode.STACK)
    most: Mapped[int] = mapped_column(default=1)
    priority: Mapped[int] = mapped_column(default=0)
    same_units: Mapped[bool] = mapped_column(default=False)


class PromotionBook(Model):
    """One row: a mark that is another one after each change of what applies."""

    __tablename__ = "promotion_book"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    mark: Mapped[str]


for _dialect, _statements in (("sqlite", guards.SQLITE), ("postgresql", guards.POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            PromotionVersion.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
