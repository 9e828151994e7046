"""A programme: its terms, and the wallets that each of its members has."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.pooling import PoolMode
from modules.loyalty.tiers import DowngradePolicy, TierMetric, TierWindow
from modules.loyalty.validity import Validity


class ProgramState(StrEnum):
    DRAFT = "draft"
    """Being set up: nobody joins, nothing earns."""
    ACTIVE = "active"
    CLOSED = "closed"
    """Nothing earns any more; what members have can be spent until it expires."""


class JoinPolicy(StrEnum):
    ASKED = "asked"
    """Who is enrolled by staff, a card or a program."""
    FIRST_ORDER = "first_order"
    """Every known customer, with the first order in its scope."""


class EarnBase(StrEnum):
    PAID = "paid"
    """Of what is really paid for goods."""
    BEFORE_DISCOUNTS = "before_discounts"


class CountsFrom(StrEnum):
    """When the days begin after which pending points can be used."""

    PLACED = "placed"
    SHIPPED = "shipped"


class SpendAs(StrEnum):
    REBATE = "rebate"
    """Like a discount computed last: it lowers the base of VAT."""
    REWARDS = "rewards"
    """Not on orders: only by claiming rewards."""


class WalletKind(StrEnum):
    POINTS = "points"
    """What can be spent."""
    STATUS = "status"
    """Earned beside the points, never spent: it decides the tier."""
    STAMPS = "stamps"
    """One for so many pieces, by rules; spent on rewards."""


class Program(Model):
    """The terms of a programme, as they are today; awards keep those of their day."""

    __tablename__ = "loyalty_program"
    __table_args__ = (
        CheckConstraint("earn_per_minor > 0 AND earn_points >= 0", name="ratio"),
        CheckConstraint("pending_days >= 0 AND valid_for >= 0", name="days"),
        CheckConstraint("step_points >= 0 AND step_minor >= 0", name="steps"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit_name: Mapped[str]
    """What its points are called: "points", "stars"."""
    currency: Mapped[str]
    """The money whose spending earns."""
    state: Mapped[ProgramState] = mapped_column(default=ProgramState.DRAFT)
    channels: Mapped[list[str]] = mapped_column(default=list)
    """Codes; none means all of them. So for stores."""
    stores: Mapped[list[str]] = mapped_column(default=list)
    joins: Mapped[JoinPolicy] = mapped_column(default=JoinPolicy.ASKED)

    earn_base: Mapped[EarnBase] = mapped_column(default=EarnBase.PAID)
    earn_points: Mapped[int] = mapped_column(default=1)
    """So many points for each `earn_per_minor`."""
    earn_per_minor: Mapped[int] = mapped_column(default=100)
    least_order_minor: Mapped[int] = mapped_column(default=0)
    most_per_receipt: Mapped[int | None]
    most_per_day: Mapped[int | None]
    excluded_categories: Mapped[list[str]] = mapped_column(default=list)
    staff_excluded: Mapped[bool] = mapped_column(default=True)
    """Purchases of members marked as staff earn nothing."""

    counts_from: Mapped[CountsFrom] = mapped_column(default=CountsFrom.SHIPPED)
    pending_days: Mapped[int] = mapped_column(default=0)
    validity: Mapped[Validity] = mapped_column(default=Validity.FOREVER)
    valid_for: Mapped[int] = mapped_column(default=0)
    """Days, months or years, as `validity` says."""
    return_policy: Mapped[ReturnPolicy] = mapped_column(default=ReturnPolicy.WITHIN_BALANCE)

    spend_as: Mapped[SpendAs] = mapped_column(default=SpendAs.REBATE)
    step_points: Mapped[int] = mapped_column(default=0)
    """On an order points are spent in whole steps: `step_points` are worth `step_minor`."""
    step_minor: Mapped[int] = mapped_column(default=0)

    tier_metric: Mapped[TierMetric] = mapped_column(default=TierMetric.SPEND)
    tier_window: Mapped[TierWindow] = mapped_column(default=TierWindow.ROLLING_MONTHS)
    tier_months: Mapped[int] = mapped_column(default=12)
    """How long a rolling window is, and how long a tier holds then."""
    downgrade: Mapped[DowngradePolicy] = mapped_column(default=DowngradePolicy.ONE_DOWN)
    grace_days: Mapped[int] = mapped_column(default=0)
    returns_lower_tier: Mapped[bool] = mapped_column(default=False)
    """A return reviews the tier at once, not only at the end of its period."""

    pool_mode: Mapped[PoolMode] = mapped_column(default=PoolMode.OWN_FIRST)
    referrer_points: Mapped[int] = mapped_column(default=0)
    friend_points: Mapped[int] = mapped_column(default=0)
    referral_days: Mapped[int] = mapped_column(default=30)
    """How long after the friend's first order both are paid."""
    referrals_per_month: Mapped[int | None]

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ProgramWallet(Model):
    """One kind of points that each member of a programme has."""

    __tablename__ = "loyalty_wallet"
    __table_args__ = (UniqueConstraint("program_id", "code"),)

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[WalletKind] = mapped_column(default=WalletKind.POINTS)
    archived_at: Mapped[datetime | None]
