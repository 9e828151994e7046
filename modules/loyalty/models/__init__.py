"""The tables of loyalty: programmes and what they promise, members, and the ledger of points."""

from modules.loyalty.models.ledger import (
    Account,
    Entry,
    EntryKind,
    LotRow,
    LotUse,
    Purchase,
)
from modules.loyalty.models.member import (
    Card,
    CardState,
    Household,
    Member,
    MemberState,
    Referral,
    TierChange,
)
from modules.loyalty.models.program import (
    CountsFrom,
    EarnBase,
    JoinPolicy,
    Program,
    ProgramState,
    ProgramWallet,
    SpendAs,
    WalletKind,
)
from modules.loyalty.models.promises import (
    Claim,
    ProgramTier,
    Reward,
    RewardKind,
    Rule,
    RuleEvent,
    RuleKind,
)
from modules.loyalty.validity import Validity

__all__ = [
    "Account",
    "Card",
    "CardState",
    "Claim",
    "CountsFrom",
    "EarnBase",
    "Entry",
    "EntryKind",
    "Household",
    "JoinPolicy",
    "LotRow",
    "LotUse",
    "Member",
    "MemberState",
    "Program",
    "ProgramState",
    "ProgramTier",
    "ProgramWallet",
    "Purchase",
    "Referral",
    "Reward",
    "RewardKind",
    "Rule",
    "RuleEvent",
    "RuleKind",
    "SpendAs",
    "TierChange",
    "Validity",
    "WalletKind",
]
