"""The table of what goes beyond somebody's limits and waits for a second person, or did."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class ApprovalState(enum.StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_WAITS = text("state = 'waiting'")


class Approval(Model):
    """
    An act that one person asked for and another decides: the operation's arguments, kept.

    It is carried out in the transaction that approves it, so it happens once or not at all.
    """

    __tablename__ = "approval"
    __table_args__ = (
        # The last guard: whatever a screen lets through, nobody approves what he asked for.
        CheckConstraint("asked_by <> decided_by", name="second_person"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('approved', 'refused'))", name="by_whom"
        ),
        Index("ix_approval_reference", "ref_kind", "ref_id"),
        Index("ix_approval_state", "state", "id"),
        Index(
            "uq_approval_waiting",
            "fingerprint",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    id: Mapped[Id]
    act: Mapped[str]
    """The name of the act in the house's list: who carries it out."""
    arguments: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    """The same act of the same record is asked for once while it waits."""
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    store_id: Mapped[int]
    amounts: Mapped[dict[str, Any]]
    """Limit -> how much of it the act takes; only those that are beyond the asker."""
    currency: Mapped[str | None]
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    """Why it was refused, as the second person wrote it."""
