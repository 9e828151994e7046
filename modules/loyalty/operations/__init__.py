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

__all__ = [
    "add_reward",
    "add_wallet",
    "block_card",
    "check_digit",
    "close_program",
    "create_program",
    "data_of",
    "end_reward",
    "end_wallet",
    "enrol",
    "found_household",
    "issue_card",
    "join_household",
    "leave",
    "leave_household",
    "mark_staff",
    "open_program",
    "replace_card",
    "set_rules",
    "set_tiers",
    "unblock_card",
    "update_program",
    "usable_member",
]
