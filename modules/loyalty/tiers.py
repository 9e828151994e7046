"""Which tier a member is in, and where a review leaves them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Tier(NamedTuple):
    name: str
    threshold: int
    """Of the metric: points, minor units spent, or orders."""


class TierMetric(StrEnum):
    """What decides the tier."""

    SPEND = "spend"
    POINTS = "points"
    ORDERS = "orders"


class TierWindow(StrEnum):
    """Over which time it is counted."""

    ROLLING_MONTHS = "rolling_months"
    CALENDAR_YEAR = "calendar_year"
    SINCE_JOINING = "since_joining"


class DowngradePolicy(StrEnum):
    """What happens at the end of a period to who no longer qualifies."""

    NONE = "none"
    BALANCE_BASED = "balance_based"
    ONE_DOWN = "one_down"


def tier_for(tiers: Sequence[Tier], metric: int) -> Tier | None:
    """Return the highest tier that is reached."""
    reached = [tier for tier in tiers if tier.threshold <= metric]
    return max(reached, key=lambda tier: tier.threshold, default=None)


def tier_after_review(
    tiers: Sequence[Tier], current: str, metric: int, policy: DowngradePolicy
) -> Tier | None:
    """Return the tier after a review: up at once, down as the policy says."""
    ladder = sorted(tiers, key=lambda tier: tier.threshold)
    place = next((at for at, tier in enumerate(ladder) if tier.name == current), -1)
    earned = tier_for(ladder, metric)
    target = ladder.index(earned) if earned is not None else -1
    if target < place:
        if policy is DowngradePolicy.NONE:
            target = place
        elif policy is DowngradePolicy.ONE_DOWN:
            target = max(target, place - 1)
    return ladder[target] if target >= 0 else None


def missing_to_keep(tiers: Sequence[Tier], current: str, metric: int) -> int:
    """Return how much of the metric is still needed to stay."""
    threshold = next((tier.threshold for tier in tiers if tier.name == current), 0)
    return max(0, threshold - metric)
