"""Loyalty: points as lots in a ledger, how they are earned, spent and taken back, and tiers."""

from modules.loyalty.earning import EarnedLine, EarningRule, points_for
from modules.loyalty.lots import Balance, Consumption, Lot, ReturnPolicy, Terms, Wallet
from modules.loyalty.pooling import PoolMode, spend_from_pool
from modules.loyalty.referring import ReferralTerms, referral_rewards
from modules.loyalty.rewards import PointsPaid, points_for_payment
from modules.loyalty.tiers import (
    DowngradePolicy,
    Tier,
    missing_to_keep,
    tier_after_review,
    tier_for,
)

__all__ = [
    "Balance",
    "Consumption",
    "DowngradePolicy",
    "EarnedLine",
    "EarningRule",
    "Lot",
    "PointsPaid",
    "PoolMode",
    "ReferralTerms",
    "ReturnPolicy",
    "Terms",
    "Tier",
    "Wallet",
    "missing_to_keep",
    "points_for",
    "points_for_payment",
    "referral_rewards",
    "spend_from_pool",
    "tier_after_review",
    "tier_for",
]
