"""What programs send and get of programmes and members."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.api import AnyId, Code, Count, Currency, In, Line, Minor, Out
from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.models import (
    CardState,
    CountsFrom,
    EarnBase,
    EntryKind,
    JoinPolicy,
    MemberState,
    ProgramState,
    RewardKind,
    RuleEvent,
    RuleKind,
    SpendAs,
    Validity,
    WalletKind,
)
from modules.loyalty.pooling import PoolMode
from modules.loyalty.tiers import DowngradePolicy, TierMetric, TierWindow

Days = Annotated[int, Field(ge=0, le=3650, strict=True)]
Bp = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Codes = Annotated[list[Code], Field(max_length=100)]
ClientId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(description="Yours, unique: the same one is done once."),
]


class TierIn(In):
    code: Code
    name: Line
    threshold: Minor
    """Of the metric: minor units spent, points, or orders."""
    multiplier_bp: Bp = 10_000


class RuleIn(In):
    name: Line
    kind: RuleKind
    wallet: Code | None = None
    category: Line | None = None
    sku: Code | None = None
    multiplier_bp: Bp = 10_000
    points: Count = 0
    event: RuleEvent | None = None
    nth: Annotated[int, Field(ge=1, le=1_000)] | None = None
    priority: Annotated[int, Field(ge=-1_000, le=1_000)] = 0
    stops: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


class RewardIn(In):
    code: Code
    name: Line
    kind: RewardKind
    points: Annotated[int, Field(ge=1, le=10**9, strict=True)]
    wallet: Code = "points"
    amount_minor: Minor | None = None
    promotion: Code | None = None
    valid_days: Days | None = None
    stock: Count | None = None
    most_per_member: Count | None = None


class WalletIn(In):
    code: Code
    name: Line
    kind: WalletKind


class TermsIn(In):
    """The terms; what is left out is as the house usually has it, or (in a change) as it was."""

    unit_name: Line = "points"
    currency: Currency = "PLN"
    channels: Codes = Field(default_factory=list)
    stores: Codes = Field(default_factory=list)
    joins: JoinPolicy = JoinPolicy.ASKED
    earn_base: EarnBase = EarnBase.PAID
    earn_points: Count = 1
    earn_per_minor: Annotated[int, Field(ge=1, le=10**12, strict=True)] = 100
    least_order_minor: Minor = 0
    most_per_receipt: Count | None = None
    most_per_day: Count | None = None
    excluded_categories: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    staff_excluded: bool = True
    counts_from: CountsFrom = CountsFrom.SHIPPED
    pending_days: Days = 0
    validity: Validity = Validity.FOREVER
    valid_for: Days = 0
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE
    spend_as: SpendAs = SpendAs.REBATE
    step_points: Count = 0
    step_minor: Minor = 0
    tier_metric: TierMetric = TierMetric.SPEND
    tier_window: TierWindow = TierWindow.ROLLING_MONTHS
    tier_months: Annotated[int, Field(ge=1, le=120, strict=True)] = 12
    downgrade: DowngradePolicy = DowngradePolicy.ONE_DOWN
    grace_days: Days = 0
    returns_lower_tier: bool = False
    pool_mode: PoolMode = PoolMode.OWN_FIRST
    referrer_points: Count = 0
    friend_points: Count = 0
    referral_days: Days = 30
    referrals_per_month: Count | None = None


class ProgramIn(TermsIn):
    code: Code
    name: Line
    wallets: Annotated[list[WalletIn], Field(max_length=10)] = Field(default_factory=list)
    """Beside the one of the points."""
    tiers: Annotated[list[TierIn], Field(max_length=20)] = Field(default_factory=list)
    rules: Annotated[list[RuleIn], Field(max_length=100)] = Field(default_factory=list)
    rewards: Annotated[list[RewardIn], Field(max_length=100)] = Field(default_factory=list)
    open: bool = True
    """False: a draft, in which nobody joins yet."""


class ProgramChangeIn(TermsIn):
    name: Line | None = None
    tiers: Annotated[list[TierIn], Field(max_length=20)] | None = None
    rules: Annotated[list[RuleIn], Field(max_length=100)] | None = None
    state: ProgramState | None = None


class TierOut(Out):
    code: str
    name: str
    threshold: int
    multiplier_bp: int


class RuleOut(Out):
    name: str
    kind: RuleKind
    wallet: str | None
    category: str | None
    sku: str | None
    multiplier_bp: int
    points: int
    event: RuleEvent | None
    nth: int | None
    priority: int
    stops: bool
    starts_on: date | None
    ends_on: date | None


class RewardOut(Out):
    code: str
    name: str
    kind: RewardKind
    points: int
    wallet: str
    amount_minor: int | None
    promotion: str | None
    valid_days: int | None
    stock: int | None
    claimed: int
    most_per_member: int | None


class WalletOut(Out):
    code: str
    name: str
    kind: WalletKind


class ProgramOut(Out):
    id: str
    code: str
    name: str
    state: ProgramState
    terms: dict[str, Any]
    wallets: list[WalletOut]
    tiers: list[TierOut]
    rules: list[RuleOut]
    rewards: list[RewardOut]
    members: int
    version: int
    created_at: datetime
    updated_at: datetime


class ProgramsOut(Out):
    items: list[ProgramOut]
    next_cursor: str | None


class MemberIn(In):
    customer: AnyId
    card: Code | None = None
    """A printed number; without one a new EAN-13 is made."""
    is_staff: bool = False
    referred_by: Code | None = None
    """The referral code of the member who brought this one."""


class AdjustmentIn(In):
    points: Annotated[int, Field(ge=-(10**9), le=10**9, strict=True)]
    """Below zero takes some."""
    reason: Line
    wallet: Code = "points"
    store: Code | None = None
    client_id: ClientId | None = None


class ClaimIn(In):
    reward: Code
    store: Code | None = None
    client_id: ClientId | None = None


class ExpiringOut(Out):
    on: date
    points: int


class HoldingOut(Out):
    wallet: str
    kind: WalletKind
    active: int
    """What can be spent; below zero where points are owed."""
    pending: int
    expiring: list[ExpiringOut]


class EntryOut(Out):
    id: str
    wallet: str
    kind: EntryKind
    points: int
    pending: int
    debt: int
    balance: int
    reference: dict[str, str] | None
    note: str | None
    at: datetime


class CardOut(Out):
    number: str
    state: CardState
    replaced_by: str | None


class MemberOut(Out):
    id: str
    program: str
    customer: str
    state: MemberState
    tier: str | None
    tier_until: date | None
    referral_code: str
    joined_at: datetime
    cards: list[CardOut]
    wallets: list[HoldingOut]
    entries: list[EntryOut]


class MembershipsOut(Out):
    items: list[MemberOut]


class ClaimOut(Out):
    id: str
    reward: str
    points: int
    result: str
    claimed_at: datetime
