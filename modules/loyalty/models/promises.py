"""What a programme promises beside its ratio: rules, tiers, rewards and what was claimed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class RuleKind(StrEnum):
    MULTIPLIER = "multiplier"
    """The ratio times so much, for a category or a product."""
    FIXED = "fixed"
    """So many points for each piece of a category or a product."""
    EVENT = "event"
    """So many points when something happens."""


class RuleEvent(StrEnum):
    REGISTRATION = "registration"
    FIRST_ORDER = "first_order"
    NTH_ORDER = "nth_order"


class Rule(Model):
    """An earning rule; those of a higher priority are asked first, and one that stops ends it."""

    __tablename__ = "loyalty_rule"
    __table_args__ = (
        CheckConstraint("multiplier_bp >= 0 AND points >= 0", name="no_taking"),
        CheckConstraint("(kind = 'event') = (event IS NOT NULL)", name="its_event"),
        Index("ix_loyalty_rule_program_id", "program_id", "priority"),
    )

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    wallet_id: Mapped[int | None] = mapped_column(ForeignKey("loyalty_wallet.id"))
    """None: those of points and of status; stamps are earned by rules that name their wallet."""
    name: Mapped[str]
    kind: Mapped[RuleKind]
    category: Mapped[str | None]
    sku: Mapped[str | None]
    """Neither category nor SKU: all goods that earn."""
    multiplier_bp: Mapped[int] = mapped_column(default=10_000)
    points: Mapped[int] = mapped_column(default=0)
    event: Mapped[RuleEvent | None]
    nth: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=0)
    stops: Mapped[bool] = mapped_column(default=False)
    """Goods that it fits are not given to rules of a lower priority."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The first day on which it no longer holds."""
    archived_at: Mapped[datetime | None]

    def holds_on(self, day: date) -> bool:
        """Test whether it holds on a day."""
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or day < self.ends_on)


class ProgramTier(Model):
    """A tier of a programme, and what its members have of it."""

    __tablename__ = "loyalty_tier"
    __table_args__ = (
        UniqueConstraint("program_id", "code"),
        UniqueConstraint("program_id", "threshold"),
        CheckConstraint("threshold >= 0 AND multiplier_bp >= 0", name="amounts"),
    )

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    code: Mapped[str]
    name: Mapped[str]
    threshold: Mapped[int]
    """Of the programme's metric: minor units spent, points, or orders."""
    multiplier_bp: Mapped[int] = mapped_column(default=10_000)
    price_list: Mapped[str | None]
    """The code of a price list that its members have."""


class RewardKind(StrEnum):
    STORE_CREDIT = "store_credit"
    COUPON = "coupon"
    """A code of a promotion, which promotions issue when they hear of the claim."""
    GOODS = "goods"
    """Handed over at the counter, or a donation: nothing but the points moves."""


class Reward(Model):
    """What members get for points, beside paying with them."""

    __tablename__ = "loyalty_reward"
    __table_args__ = (
        UniqueConstraint("program_id", "code"),
        CheckConstraint("points > 0", name="costs"),
        CheckConstraint("stock IS NULL OR claimed <= stock", name="stock"),
    )

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    wallet_id: Mapped[int] = mapped_column(ForeignKey("loyalty_wallet.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[RewardKind]
    points: Mapped[int]
    amount_minor: Mapped[int | None]
    """How much store credit it is."""
    promotion: Mapped[str | None]
    """The code of the promotion whose coupon it is."""
    valid_days: Mapped[int | None]
    """How long the credit, or the coupon, can be used."""
    stock: Mapped[int | None]
    """How many there are at all; None: as many as are claimed."""
    claimed: Mapped[int] = mapped_column(default=0)
    most_per_member: Mapped[int | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Claim(Model):
    """A reward that a member took; the entry that paid for it refers to this row."""

    __tablename__ = "loyalty_claim"
    __table_args__ = (Index("ix_loyalty_claim_member_id", "member_id", "reward_id"),)

    id: Mapped[Id]
    reward_id: Mapped[int] = mapped_column(ForeignKey("loyalty_reward.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"))
    points: Mapped[int]
    client_id: Mapped[str] = mapped_column(unique=True)
    result: Mapped[str] = mapped_column(default="")
    """What came of it, as staff read it: the number of the credit, or the coupon's code."""
    claimed_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]
    actor: Mapped[str]
