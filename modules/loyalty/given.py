"""What the operations on a programme take: terms, tiers, rules, rewards as somebody set them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.models import (
    CountsFrom,
    EarnBase,
    JoinPolicy,
    RewardKind,
    RuleEvent,
    RuleKind,
    SpendAs,
    Validity,
)
from modules.loyalty.pooling import PoolMode
from modules.loyalty.tiers import DowngradePolicy, TierMetric, TierWindow


@dataclass(frozen=True, kw_only=True)
class ProgramData:
    """The terms of a programme; the fields are those of `models.Program`."""

    name: str
    unit_name: str = "points"
    currency: str = "PLN"
    channels: Sequence[str] = ()
    stores: Sequence[str] = ()
    joins: JoinPolicy = JoinPolicy.ASKED
    earn_base: EarnBase = EarnBase.PAID
    earn_points: int = 1
    earn_per_minor: int = 100
    least_order_minor: int = 0
    most_per_receipt: int | None = None
    most_per_day: int | None = None
    excluded_categories: Sequence[str] = ()
    staff_excluded: bool = True
    counts_from: CountsFrom = CountsFrom.SHIPPED
    pending_days: int = 0
    validity: Validity = Validity.FOREVER
    valid_for: int = 0
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE
    spend_as: SpendAs = SpendAs.REBATE
    step_points: int = 0
    step_minor: int = 0
    tier_metric: TierMetric = TierMetric.SPEND
    tier_window: TierWindow = TierWindow.ROLLING_MONTHS
    tier_months: int = 12
    downgrade: DowngradePolicy = DowngradePolicy.ONE_DOWN
    grace_days: int = 0
    returns_lower_tier: bool = False
    pool_mode: PoolMode = PoolMode.OWN_FIRST
    referrer_points: int = 0
    friend_points: int = 0
    referral_days: int = 30
    referrals_per_month: int | None = None


@dataclass(frozen=True, kw_only=True)
class TierData:
    """A tier; one whose code stands already is changed, one that is not named any more goes."""

    code: str
    name: str
    threshold: int
    multiplier_bp: int = 10_000
    price_list: str | None = None


@dataclass(frozen=True, kw_only=True)
class RuleData:
    name: str
    kind: RuleKind
    wallet: str | None = None
    """The code of the wallet into which it pays; None: points and status."""
    category: str | None = None
    sku: str | None = None
    multiplier_bp: int = 10_000
    points: int = 0
    event: RuleEvent | None = None
    nth: int | None = None
    priority: int = 0
    stops: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RewardData:
    code: str
    name: str
    kind: RewardKind
    points: int
    wallet: str = "points"
    amount_minor: int | None = None
    promotion: str | None = None
    valid_days: int | None = None
    stock: int | None = None
    most_per_member: int | None = None
