"""Gift cards and store credit: money that the company owes to whoever holds the card."""

from modules.payments.giftcards.errors import CardUnusable, NotEnoughOnCard, WrongCard
from modules.payments.giftcards.models import (
    CardEntryKind,
    CardState,
    GiftCard,
    GiftCardEntry,
    GiftCardKey,
)
from modules.payments.giftcards.operations import (
    ISSUE,
    KIND,
    adjust,
    block,
    expire_cards,
    extend,
    give_back,
    issue,
    unblock,
)
from modules.payments.giftcards.proving import prove_gift_cards
from modules.payments.giftcards.queries import (
    credits_of,
    entries_of_card,
    get_card,
    last_entry_id,
    list_cards,
    state_of,
)
from modules.payments.giftcards.redeeming import CREDIT, METHOD, redeem
from modules.payments.giftcards.secrets import (
    NewCode,
    has_pin,
    may_be_handed_out,
    may_reveal,
    reveal,
)
from modules.payments.giftcards.selling import hand_out, is_unused, sell, sold_units, take_back
from modules.payments.giftcards.trying import (
    card_of_code,
    cards_to_pay_with,
    credits_to_pay_with,
)

__all__ = [
    "CREDIT",
    "ISSUE",
    "KIND",
    "METHOD",
    "CardEntryKind",
    "CardState",
    "CardUnusable",
    "GiftCard",
    "GiftCardEntry",
    "GiftCardKey",
    "NewCode",
    "NotEnoughOnCard",
    "WrongCard",
    "adjust",
    "block",
    "card_of_code",
    "cards_to_pay_with",
    "credits_of",
    "credits_to_pay_with",
    "entries_of_card",
    "expire_cards",
    "extend",
    "get_card",
    "hand_out",
    "has_pin",
    "give_back",
    "is_unused",
    "issue",
    "last_entry_id",
    "list_cards",
    "may_be_handed_out",
    "may_reveal",
    "prove_gift_cards",
    "redeem",
    "reveal",
    "sell",
    "sold_units",
    "state_of",
    "take_back",
    "unblock",
]
