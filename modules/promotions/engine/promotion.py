"""A promotion as the engine takes it: one published version, plain and frozen."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.cart import Key
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.offers import Phase


class Trigger(StrEnum):
    """What makes a promotion a candidate for applying."""

    AUTO = "auto"
    CODE = "code"
    MANUAL = "manual"


class GroupMode(StrEnum):
    """What happens where several promotions of a group fit."""

    STACK = "stack"
    BEST_FOR_CUSTOMER = "best_for_customer"
    FIRST_BY_PRIORITY = "first_by_priority"
    MOST = "most"
    """The first so many by priority."""
    BEST_COMBINATION = "best_combination"
    """The exact best of all combinations, for at most `EXACT` members that fit."""


class RefundPolicy(StrEnum):
    """What a partial return does to the promotion that the whole had."""

    KEEP = "keep"
    RECALCULATE = "recalculate"
    RETURN_TOGETHER = "return_together"


EXACT = 8
"""A search of all combinations of more promotions than these would take too long at a till."""


@dataclass(frozen=True, kw_only=True)
class Group:
    id: str
    mode: GroupMode = GroupMode.STACK
    most: int = 1
    """With `MOST`: how many may apply."""
    priority: int = 0
    """Where among the other promotions of a phase it is decided; its own, so that a member that
    is refused moves nothing."""
    place: int = -1
    """Among equal priorities: before which place of the book."""
    same_units: bool = False
    """The mode holds among promotions that want the same units, not in the whole cart."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When it is valid: [from, to), on these weekdays, at these hours, but not on these days."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = "UTC"
    """In which the weekdays, hours and days are read."""
    weekdays: frozenset[int] = frozenset()
    """0 is Monday; none is every day."""
    hours: tuple[tuple[time, time], ...] = ()
    """[from, to) of a day; a span that ends before it begins goes over midnight."""
    not_on: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where and for whom; an empty set is everybody and everywhere."""

    channels: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    till_groups: frozenset[str] = frozenset()
    price_lists: frozenset[str] = frozenset()
    currency: str = ""
    groups: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    needs_card: bool = False


@dataclass(frozen=True, kw_only=True)
class Limits:
    """
    How often it may be used, and what it may cost in all; None is without limit.

    The engine does not count: `Remaining` tells it what is left.
    """

    uses: int | None = None
    uses_per_customer: int | None = None
    uses_per_code: int | None = None
    """Of a code that is written on the promotion; codes of a batch have their own."""
    uses_per_day: int | None = None
    budget_minor: int | None = None
    budget_per_month_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Promotion:
    id: Key
    version: int = 1
    phase: Phase
    benefits: tuple[Benefit, ...]
    conditions: tuple[Condition, ...] = ()
    priority: int = 0
    """The higher comes first; equals come in the order of the book."""
    trigger: Trigger = Trigger.AUTO
    codes: frozenset[str] = frozenset()
    """Codes that are its own; single codes of a batch stand in a table and are given as facts."""
    schedule: Schedule = field(default_factory=Schedule)
    scope: Scope = field(default_factory=Scope)
    paused: bool = False
    group: str = ""
    exclusive: bool = False
    tags: frozenset[str] = frozenset()
    allow_tags: frozenset[str] | None = None
    """It combines only with promotions of one of these tags; None with all."""
    deny_tags: frozenset[str] = frozenset()
    once_per_product: bool = False
    """It takes only units that no other promotion has made cheaper."""
    most_minor: int | None = None
    """What it may take off one order."""
    limits: Limits = field(default_factory=Limits)
    margin_bp: int | None = None
    """No price falls under cost and so much more."""
    refund_policy: RefundPolicy = RefundPolicy.KEEP

    def combines_with(self, other: "Promotion") -> bool:
        """Test whether neither forbids the other."""
        return self._bears(other) and other._bears(self)

    def _bears(self, other: "Promotion") -> bool:
        if not self.deny_tags.isdisjoint(other.tags):
            return False
        return self.allow_tags is None or not self.allow_tags.isdisjoint(other.tags)


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What is left of a promotion's limits when the cart is priced; None is without limit."""

    uses: int | None = None
    uses_of_customer: int | None = None
    uses_of_code: int | None = None
    uses_today: int | None = None
    budget_minor: int | None = None
    period_budget_minor: int | None = None
    needs_customer: bool = False
    """It is limited by customer, and nobody knows who buys."""


UNLIMITED = Remaining()
