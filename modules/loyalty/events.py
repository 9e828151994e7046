"""What loyalty tells the floors above it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TierChanged:
    """A member came into another tier; None is none."""

    member_id: int
    customer_id: int
    from_tier: str | None
    to_tier: str | None


@dataclass(frozen=True, kw_only=True)
class RewardClaimed:
    """A member took a reward; promotions issues its coupon."""

    claim_id: int
    member_id: int
    customer_id: int
    reward: str
    promotion: str | None
    valid_days: int | None
