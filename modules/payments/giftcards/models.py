"""Gift cards with what is on them, and the ledger behind every sum."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from app.secret_box import SEALED
from modules.payments.giftcards import guards


class CardState(StrEnum):
    """Derived, never stored: see `queries.state_of`."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class CardEntryKind(StrEnum):
    ISSUE = "issue"
    REDEEM = "redeem"
    GIVE_BACK = "give_back"
    EXPIRE = "expire"
    ADJUST = "adjust"


class GiftCard(Model):
    """
    Money that the company owes to whoever holds the card; without a number it is store credit.

    Code and PIN stand here only as marks made with a key that is sealed: whoever steals the
    database can pay with none of the cards.
    """

    __tablename__ = "gift_card"
    __table_args__ = (
        CheckConstraint("balance_minor >= 0", name="balance"),
        CheckConstraint(
            "code_mark IS NOT NULL AND last_four IS NOT NULL AND pin_mark IS NOT NULL"
            " OR code_mark IS NULL AND last_four IS NULL AND pin_mark IS NULL"
            " AND customer_id IS NOT NULL",
            name="has_a_number_or_an_owner",
        ),
        Index("ix_gift_card_sold", "sold_ref_kind", "sold_ref_id"),
        Index(
            "ix_gift_card_expiring",
            "expires_on",
            sqlite_where=text("balance_minor > 0"),
            postgresql_where=text("balance_minor > 0"),
        ),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(unique=True)
    code_mark: Mapped[str | None] = mapped_column(unique=True)
    last_four: Mapped[str | None] = mapped_column(index=True)
    pin_mark: Mapped[str | None]
    currency: Mapped[str]
    balance_minor: Mapped[int]
    issued_minor: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    """Where it was sold; it pays in every store."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    sold_ref_kind: Mapped[str | None]
    sold_ref_id: Mapped[int | None]
    """The thing with which it was sold, or for which the credit was given."""
    expires_on: Mapped[date | None]
    """The first day on which it no longer pays."""
    blocked_at: Mapped[datetime | None]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    handed_out_by: Mapped[str | None]
    """Who read the code of a card that was sold: once, for who issued it was the house."""
    handed_out_at: Mapped[datetime | None]


class GiftCardEntry(Model):
    """One movement of a card's money: written once, never changed."""

    __tablename__ = "gift_card_entry"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0 AND balance_minor >= 0", name="amounts"),
        Index("ix_gift_card_entry_card_id_id", "card_id", "id"),
        Index("ix_gift_card_entry_ref", "ref_kind", "ref_id"),
    )

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("gift_card.id"))
    kind: Mapped[CardEntryKind]
    amount_minor: Mapped[int]
    """What came onto the card; negative: what left it."""
    balance_minor: Mapped[int]
    """What was on the card after it."""
    ref_kind: Mapped[str | None]
    ref_id: Mapped[int | None]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class GiftCardKey(Model):
    """The one key with which codes and PINs are marked; sealed, so that it can be sealed anew."""

    __tablename__ = "gift_card_key"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    sealed: Mapped[str] = mapped_column(info=SEALED)


for _dialect, _statements in (("sqlite", guards.SQLITE), ("postgresql", guards.POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            GiftCardEntry.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
