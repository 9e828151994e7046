"""Who is in a programme: members, their cards, tiers, households and who brought them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.loyalty.pooling import PoolMode


class MemberState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"
    """Earns and spends nothing; what was there stays in the ledger until it expires."""
    MERGED = "merged"
    """The points moved to the member who took this one over."""


class CardState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"


class Household(Model):
    """Members who spend from one pool; each keeps the points that he earned."""

    __tablename__ = "loyalty_household"

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"), index=True)
    name: Mapped[str]
    mode: Mapped[PoolMode] = mapped_column(default=PoolMode.OWN_FIRST)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Member(Model):
    """One customer in one programme."""

    __tablename__ = "loyalty_member"
    __table_args__ = (
        UniqueConstraint("customer_id", "program_id"),
        Index("ix_loyalty_member_program_id_id", "program_id", "id"),
        Index(
            "ix_loyalty_member_tier_until",
            "tier_until",
            sqlite_where=text("tier_until IS NOT NULL"),
            postgresql_where=text("tier_until IS NOT NULL"),
        ),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
    )

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[MemberState] = mapped_column(default=MemberState.ACTIVE)
    is_staff: Mapped[bool] = mapped_column(default=False)
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_tier.id"), index=True)
    tier_until: Mapped[date | None]
    """The last day of the period that a tier was earned for; the grace comes after it."""
    household_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_household.id"), index=True)
    heads_household: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_member.id"), index=True)
    """Always an active one, so that one step resolves it."""
    referral_code: Mapped[str] = mapped_column(unique=True)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]


class TierChange(Model):
    """Which tier a member was in from when, and what decided it."""

    __tablename__ = "loyalty_tier_change"
    __table_args__ = (Index("ix_loyalty_tier_change_member_id", "member_id", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"))
    from_tier_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_tier.id"))
    to_tier_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_tier.id"))
    reason: Mapped[str]
    """"reached", "review", "return", "merged"."""
    metric: Mapped[int]
    """What the metric stood at."""
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str]


class Card(Model):
    """A number that names a member: EAN-13, printed on plastic or shown on a phone."""

    __tablename__ = "loyalty_card"
    __table_args__ = (
        CheckConstraint("(state = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"), index=True)
    state: Mapped[CardState] = mapped_column(default=CardState.ACTIVE)
    is_virtual: Mapped[bool] = mapped_column(default=False)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_card.id"))
    reason: Mapped[str | None]
    """Why it was blocked or replaced."""
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class Referral(Model):
    """Who brought whom; both are paid once, when the friend's first kept order is old enough."""

    __tablename__ = "loyalty_referral"
    __table_args__ = (
        CheckConstraint("referrer_id <> friend_id", name="two_people"),
        Index(
            "ix_loyalty_referral_open",
            "id",
            sqlite_where=text("paid_at IS NULL"),
            postgresql_where=text("paid_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    referrer_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"), index=True)
    friend_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"), unique=True)
    registered_on: Mapped[date]
    paid_at: Mapped[datetime | None]
    """Also where it was closed because the referrer had enough of them in that month."""
    is_paid: Mapped[bool] = mapped_column(default=False)
