"""
The ledger of points: entries that never change, the lots they make, and what is left of them.

Of each account (a member's wallet) these hold, and `prove_points` shows it:
points, pending and debt are the sums of its entries; what is left of a lot is the sum of the
entries that name the lot, less what its uses took.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.loyalty import guards


class EntryKind(StrEnum):
    EARN_PENDING = "earn_pending"
    """A lot came; it becomes usable by an `activate`, perhaps at once."""
    ACTIVATE = "activate"
    SPEND = "spend"
    UNSPEND = "unspend"
    EXPIRE = "expire"
    REVERSE = "reverse"
    """Taken back because their purchase came back."""
    ADJUST = "adjust"
    TRANSFER = "transfer"
    DEBT = "debt"
    """Owed: there was less left than had to be taken back."""
    DEBT_REPAY = "debt_repay"


class Account(Model):
    """What one member has in one wallet: the sums of its entries, kept by the same statements."""

    __tablename__ = "loyalty_account"
    __table_args__ = (
        UniqueConstraint("member_id", "wallet_id"),
        CheckConstraint("points >= 0 AND pending >= 0 AND debt >= 0", name="never_below_zero"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"))
    wallet_id: Mapped[int] = mapped_column(ForeignKey("loyalty_wallet.id"), index=True)
    points: Mapped[int] = mapped_column(default=0)
    """What is left in lots that can be used."""
    pending: Mapped[int] = mapped_column(default=0)
    debt: Mapped[int] = mapped_column(default=0)

    @property
    def balance(self) -> int:
        """Return what can be spent; below zero where points are owed."""
        return self.points - self.debt


class Entry(Model):
    """One movement of an account: written once, never changed."""

    __tablename__ = "loyalty_entry"
    __table_args__ = (
        Index("ix_loyalty_entry_account_id_id", "account_id", "id"),
        Index("ix_loyalty_entry_ref", "ref_kind", "ref_id"),
        CheckConstraint("points <> 0 OR pending <> 0 OR debt <> 0", name="moves"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("loyalty_account.id"))
    kind: Mapped[EntryKind]
    points: Mapped[int] = mapped_column(default=0)
    """The change of what is in usable lots; so `pending` and `debt` of theirs."""
    pending: Mapped[int] = mapped_column(default=0)
    debt: Mapped[int] = mapped_column(default=0)
    balance: Mapped[int]
    """What could be spent after it."""
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_lot.id"))
    """The one lot that it is about; where it took from several, their uses name it."""
    ref_kind: Mapped[str | None]
    ref_id: Mapped[int | None]
    key: Mapped[str] = mapped_column(unique=True)
    """The same act, told twice, is written once."""
    effective_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_on: Mapped[date | None]
    """Of a lot that came: the first day on which it can no longer be used."""
    actor: Mapped[str]
    note: Mapped[str | None]


class LotRow(Model):
    """Points that came together, and what is left of them."""

    __tablename__ = "loyalty_lot"
    __table_args__ = (
        CheckConstraint("points > 0 AND 0 <= remaining AND remaining <= points", name="remaining"),
        Index(
            "ix_loyalty_lot_open",
            "account_id",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
        Index(
            "ix_loyalty_lot_pending",
            "active_on",
            sqlite_where=text("remaining > 0 AND is_pending"),
            postgresql_where=text("remaining > 0 AND is_pending"),
        ),
        Index(
            "ix_loyalty_lot_expiring",
            "expires_on",
            sqlite_where=text("remaining > 0 AND NOT is_pending"),
            postgresql_where=text("remaining > 0 AND NOT is_pending"),
        ),
        Index("ix_loyalty_lot_ref", "ref_kind", "ref_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("loyalty_account.id"))
    ref_kind: Mapped[str | None]
    ref_id: Mapped[int | None]
    points: Mapped[int]
    remaining: Mapped[int]
    expired: Mapped[int] = mapped_column(default=0)
    """How many of them nobody used in time."""
    is_pending: Mapped[bool] = mapped_column(default=True)
    earned_on: Mapped[date]
    active_on: Mapped[date | None]
    """From when they can be used; None while nobody knows: the goods have not left."""
    expires_on: Mapped[date | None]
    """The first day on which they can no longer be used."""


class LotUse(Model):
    """So many points that an entry took from a lot; below zero: that it gave back to it."""

    __tablename__ = "loyalty_lot_use"
    __table_args__ = (
        PrimaryKeyConstraint("entry_id", "lot_id"),
        CheckConstraint("points <> 0", name="takes"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("loyalty_entry.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("loyalty_lot.id"), index=True)
    points: Mapped[int]


class Purchase(Model):
    """
    What a member bought and has kept of it; what it earns is worked out anew when some comes back.

    The terms and the lines are those of its day: a programme that changes later changes nothing.
    """

    __tablename__ = "loyalty_purchase"
    __table_args__ = (
        UniqueConstraint("ref_kind", "ref_id", "program_id"),
        Index("ix_loyalty_purchase_member_id_bought_on", "member_id", "bought_on"),
    )

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"))
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    bought_on: Mapped[date]
    counted_on: Mapped[date | None]
    """The day from which it counts for a tier and its pending days run; None until it leaves."""
    spent_minor: Mapped[int]
    """What was paid for the goods that are kept."""
    points: Mapped[int]
    """What they earn in the wallet of points."""
    terms: Mapped[dict[str, Any]]
    lines: Mapped[list[dict[str, Any]]]


for _dialect, _statements in (("sqlite", guards.on_sqlite), ("postgresql", guards.on_postgresql)):
    for _model in (Entry, LotUse):
        for _statement in _statements(_model.__tablename__):
            event.listen(
                _model.__table__,
                "after_create",
                DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
            )
