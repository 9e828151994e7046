"""The tables of customers: who they are, how they are known, and what they allowed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, search
from app.db import Id, Model


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class Customer(Model):
    """One person or company, whatever the channels through which they buy."""

    __tablename__ = "customer"
    __table_args__ = (Index("ix_customer_updated_at_id", "updated_at", "id"),)

    id: Mapped[Id]
    kind: Mapped[CustomerKind] = mapped_column(default=CustomerKind.PERSON)
    name: Mapped[str]
    email: Mapped[str | None]
    """The identity to write to, kept here for lists; the identities are the truth."""
    phone: Mapped[str | None]
    vat_id: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="pl")
    """The language of what we send, two letters."""
    note: Mapped[str] = mapped_column(default="")
    warning: Mapped[str] = mapped_column(default="")
    """What staff must know before they sell; shown on top of the card."""
    sales_blocked: Mapped[bool] = mapped_column(default=False)
    birthday: Mapped[str | None]
    """Month and day, "MM-DD"; nobody needs the year."""
    search: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    archived_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """The customer who took this one over; always a live one, so that one step resolves it."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def number(self) -> str:
        """Return what people quote: "C-17"."""
        return f"C-{self.id}"

    @property
    def is_live(self) -> bool:
        return self.archived_at is None and self.merged_into_id is None


search.make_searchable(Customer.__table__)  # type: ignore[arg-type]


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    MARKETPLACE = "marketplace"
    VAT = "vat"


_VERIFIED = text("verified_at IS NOT NULL AND ended_at IS NULL AND channel_id IS NULL")
_VERIFIED_THERE = text("verified_at IS NOT NULL AND ended_at IS NULL AND channel_id IS NOT NULL")
_IN_USE = text("ended_at IS NULL")
_IN_USE_ANYWHERE = text("ended_at IS NULL AND channel_id IS NULL")


class Identity(Model):
    """
    One thing by which a customer is known, normalised so that equal ones are equal texts.

    A verified one belongs to one live customer; an unverified one may stand at several. Those of
    a customer who is archived are ended, so no question about the customer is needed here.
    """

    __tablename__ = "customer_identity"
    __table_args__ = (
        Index(
            "uq_customer_identity_verified",
            "kind",
            "value",
            unique=True,
            sqlite_where=_VERIFIED,
            postgresql_where=_VERIFIED,
        ),
        Index(
            "uq_customer_identity_verified_there",
            "kind",
            "value",
            "channel_id",
            unique=True,
            sqlite_where=_VERIFIED_THERE,
            postgresql_where=_VERIFIED_THERE,
        ),
        Index(
            "uq_customer_identity_once",
            "customer_id",
            "kind",
            "value",
            unique=True,
            sqlite_where=_IN_USE_ANYWHERE,
            postgresql_where=_IN_USE_ANYWHERE,
        ),
        Index(
            "ix_customer_identity_in_use",
            "value",
            "kind",
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
        CheckConstraint("(kind = 'marketplace') = (channel_id IS NOT NULL)", name="its_channel"),
    )

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[IdentityKind]
    value: Mapped[str]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    """The marketplace that gave this id; ids of two marketplaces are different things."""
    verified_at: Mapped[datetime | None]
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class Address(Model):
    """Where a customer lives, works or wants the parcel."""

    __tablename__ = "customer_address"

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    company: Mapped[str | None]
    street: Mapped[str]
    street2: Mapped[str | None]
    postal_code: Mapped[str]
    city: Mapped[str]
    region: Mapped[str | None]
    country: Mapped[str] = mapped_column(default="PL")
    phone: Mapped[str | None]
    email: Mapped[str | None]


class Consent(Model):
    """One answer of a customer to one question. Rows are only added: the newest one holds."""

    __tablename__ = "customer_consent"
    __table_args__ = (Index("ix_customer_consent_of", "customer_id", "purpose", "channel"),)

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str]
    channel: Mapped[str]
    """Through what we may write: email, sms, phone, post."""
    given: Mapped[bool]
    wording: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str]


class Note(Model):
    """What somebody wrote down about a customer on a day."""

    __tablename__ = "customer_note"

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str]


class Stage(StrEnum):
    """How a customer stands to the shop, by what they bought and when."""

    POTENTIAL = "potential"
    FIRST = "first"
    REPEATING = "repeating"
    CORE = "core"
    ESCAPING = "escaping"
    LOST = "lost"


class CustomerFact(Model):
    """What floors above have learned of a customer and floors below may need."""

    __tablename__ = "customer_fact"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id"), primary_key=True, autoincrement=False
    )
    stage: Mapped[str | None]
    overlays: Mapped[list[str]] = mapped_column(default=list)
    segments: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


class CustomerGroup(Model):
    """Customers with whom something special is agreed: employees, clubs, tradespeople."""

    __tablename__ = "customer_group"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class GroupMember(Model):
    """One customer in one group."""

    __tablename__ = "customer_group_member"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id"), primary_key=True, autoincrement=False
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("customer_group.id"), primary_key=True, autoincrement=False, index=True
    )


class SuggestionState(StrEnum):
    OPEN = "open"
    DISMISSED = "dismissed"


class DuplicateSuggestion(Model):
    """Two customers who may be one person; a pair is suggested once, whatever was decided then."""

    __tablename__ = "customer_duplicate"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="lower_first"),
    )

    id: Mapped[Id]
    first_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    reason: Mapped[str]
    """The kinds of keys that both were seen with: "email", "phone,card"."""
    state: Mapped[SuggestionState] = mapped_column(default=SuggestionState.OPEN)
    suggested_at: Mapped[datetime] = mapped_column(default=clock.now)
