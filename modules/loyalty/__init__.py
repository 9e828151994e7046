"""
Loyalty: points as lots in a ledger, how they are earned, spent and taken back, and tiers.

The rules are pure functions; the tables carry what they compute.
"""

from modules.loyalty.earning import EarnedLine, EarningRule, points_for
from modules.loyalty.events import RewardClaimed, TierChanged
from modules.loyalty.facts import LoyaltyFacts, facts_of
from modules.loyalty.given import ProgramData, RewardData, RuleData, TierData
from modules.loyalty.lots import Balance, Consumption, Lot, ReturnPolicy, Terms, Wallet
from modules.loyalty.models import Card, Member, Program
from modules.loyalty.operations import (
    Bought,
    BoughtLine,
    Kept,
    add_reward,
    claim_reward,
    count_purchase,
    create_program,
    enrol,
    issue_card,
    keep_of_purchase,
    merge_customers,
    open_program,
    preview,
    record_purchase,
    set_rules,
    set_tiers,
    spend,
    spendable,
    tell_result,
    undo_spend,
    usable_member,
)
from modules.loyalty.operations.rebates import (
    PointsWanted,
    customer_of_card,
    give_back_share,
    points_offered,
    points_wanted,
)
from modules.loyalty.pooling import PoolMode, spend_from_pool
from modules.loyalty.presence import OPEN_PROGRAMS, take_open
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
    "OPEN_PROGRAMS",
    "Balance",
    "Bought",
    "BoughtLine",
    "Card",
    "Consumption",
    "DowngradePolicy",
    "EarnedLine",
    "EarningRule",
    "Kept",
    "Lot",
    "LoyaltyFacts",
    "Member",
    "PointsPaid",
    "PointsWanted",
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
    "claim_reward",
    "count_purchase",
    "create_program",
    "customer_of_card",
    "enrol",
    "facts_of",
    "give_back_share",
    "holdings_of",
    "issue_card",
    "keep_of_purchase",
    "list_programs",
    "member_of_card",
    "memberships_of",
    "merge_customers",
    "missing_to_keep",
    "open_program",
    "points_for",
    "points_for_payment",
    "points_offered",
    "points_wanted",
    "preview",
    "record_purchase",
    "referral_rewards",
    "set_rules",
    "set_tiers",
    "spend",
    "spend_from_pool",
    "spendable",
    "tell_result",
    "tier_after_review",
    "tier_for",
    "undo_spend",
    "take_open",
    "usable_member",
]
