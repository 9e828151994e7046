"""
Loyalty: points as lots in a ledger, how they are earned, spent and taken back, and tiers.

The rules are pure functions; the tables carry what they compute.
"""

from modules.loyalty.earning import EarnedLine, EarningRule, points_for
from modules.loyalty.events import RewardClaimed, TierChanged
from modules.loyalty.given import ProgramData, RewardData, RuleData, TierData
from modules.loyalty.lots import Balance, Consumption, Lot, ReturnPolicy, Terms, Wallet
from modules.loyalty.models import Card, Member, Program
from modules.loyalty.operations import (
    add_reward,
    create_program,
    enrol,
    issue_card,
    open_program,
    set_rules,
    set_tiers,
    usable_member,
)
from modules.loyalty.pooling import PoolMode, spend_from_pool
from modules.loyalty.queries import holdings_of, list_programs, member_of_card, memberships_of
from modules.loyalty.referring import ReferralTerms, referral_rewards
from modules.loyalty.rewards import PointsPaid, points_for_payment
from modules.loyalty.tiers import (
    DowngradePolicy,
    Tier,
    TierMetric,
    TierWindow,
    missing_to_keep,
    tier_after_review,
    tier_for,
)

__all__ = [
    "Balance",
    "Card",
    "Consumption",
    "DowngradePolicy",
    "EarnedLine",
    "EarningRule",
    "Lot",
    "Member",
    "PointsPaid",
    "PoolMode",
    "Program",
    "ProgramData",
    "ReferralTerms",
    "ReturnPolicy",
    "RewardClaimed",
    "RewardData",
    "RuleData",
    "Terms",
    "Tier",
    "TierChanged",
    "TierData",
    "TierMetric",
    "TierWindow",
    "Wallet",
    "add_reward",
    "create_program",
    "enrol",
    "holdings_of",
    "issue_card",
    "list_programs",
    "member_of_card",
    "memberships_of",
    "missing_to_keep",
    "open_program",
    "points_for",
    "points_for_payment",
    "referral_rewards",
    "set_rules",
    "set_tiers",
    "spend_from_pool",
    "tier_after_review",
    "tier_for",
    "usable_member",
]
