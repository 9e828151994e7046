"""The accounts at partners, how far each was read, what came in, and every call that was made."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from app.secret_box import SEALED


class AccountState(enum.StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    OFF = "off"


class InboxState(enum.StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class ConnectorAccount(Model):
    """
    One account at a partner, and how the partner has been lately.

    Five calls in a row without an answer let it rest until `resting_until`, so that a partner
    who is down is not hammered and our workers do not wait for it.
    """

    __tablename__ = "connector_account"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    connector: Mapped[str]
    """The code of the manifest."""
    name: Mapped[str]
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets: Mapped[str | None] = mapped_column(info=SEALED)
    """Sealed by app.secret_box; no page ever shows it."""
    failures: Mapped[int] = mapped_column(default=0)
    resting_until: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Cursor(Model):
    """How far something of an account was read; moved in the transaction that brings it in."""

    __tablename__ = "connector_cursor"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy

    account_id: Mapped[int] = mapped_column(ForeignKey("connector_account.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)


class InboxEvent(Model):
    """What a partner sent or we fetched, as it came; each is taken in once."""

    __tablename__ = "inbox_event"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index("ix_inbox_event_state", "source", "state"),
    )

    id: Mapped[Id]
    source: Mapped[str]
    event_id: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[str]
    state: Mapped[InboxState] = mapped_column(default=InboxState.NEW)
    message: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_at: Mapped[datetime | None]


class Exchange(Model):
    """One call to a partner: what for and how it ended, never what stood in it."""

    __tablename__ = "exchange"
    __table_args__ = (Index("ix_exchange_account", "account_id", "id"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("connector_account.id"))
    operation: Mapped[str]
    reference: Mapped[str] = mapped_column(index=True)
    """Our name for what the call was about."""
    outcome: Mapped[str]
    """done, refused, unknown, down or error."""
    message: Mapped[str] = mapped_column(default="")
    ms: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
