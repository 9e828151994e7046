"""Changes of loyalty. No function commits: the edge that called it does."""

from modules.loyalty.operations.members import (
    block_card,
    check_digit,
    enrol,
    found_household,
    issue_card,
    join_household,
    leave,
    leave_household,
    mark_staff,
    replace_card,
    unblock_card,
    usable_member,
)
from modules.loyalty.operations.merging import (
    NotTheSame,
    merge_customers,
    merge_members,
)
from modules.loyalty.operations.points import (
    ADJUST,
    adjust,
    earn,
    spend,
    spendable,
    undo_spend,
)
from modules.loyalty.operations.programs import (
    add_wallet,
    close_program,
    create_program,
    data_of,
    end_wallet,
    open_program,
    update_program,
)
from modules.loyalty.operations.promises import add_reward, end_reward, set_rules, set_tiers
from modules.loyalty.operations.purchases import (
    Bought,
    BoughtLine,
    Kept,
    count_purchase,
    keep_of_purchase,
    preview,
    record_purchase,
)
from modules.loyalty.operations.rebates import (
    PointsWanted,
    customer_of_card,
    give_back_share,
    points_offered,
    points_wanted,
)
from modules.loyalty.operations.referrals import (
    refer,
)
from modules.loyalty.operations.rewards import (
    claim_reward,
    tell_result,
    undo_claim,
)

__all__ = [
    "ADJUST",
    "Bought",
    "BoughtLine",
    "Kept",
    "NotTheSame",
    "PointsWanted",
    "add_reward",
    "add_wallet",
    "adjust",
    "block_card",
    "check_digit",
    "claim_reward",
    "close_program",
    "count_purchase",
    "create_program",
    "customer_of_card",
    "data_of",
    "earn",
    "end_reward",
    "end_wallet",
    "enrol",
    "found_household",
    "give_back_share",
    "issue_card",
    "join_household",
    "keep_of_purchase",
    "leave",
    "leave_household",
    "mark_staff",
    "merge_customers",
    "merge_members",
    "open_program",
    "points_offered",
    "points_wanted",
    "preview",
    "record_purchase",
    "refer",
    "replace_card",
    "set_rules",
    "set_tiers",
    "spend",
    "spendable",
    "tell_result",
    "unblock_card",
    "undo_claim",
    "undo_spend",
    "update_program",
    "usable_member",
]
