"""Promotions: which offers a cart gets, what they take off, and why others did not apply."""

from modules.promotions.again import apply_again, promotions_of
from modules.promotions.codes import generate_codes
from modules.promotions.coupons import (
    CodeBatch,
    CodeState,
    Entered,
    KnownCode,
    Left,
    PromotionCode,
    PromotionUse,
    Sale,
    Use,
    left_for,
    look_up,
    make_batch,
    note_guesses,
    plain_codes,
    redeem,
    refuse_guessing,
    take_free_code,
)
from modules.promotions.coupons import give_back as give_back_uses
from modules.promotions.coupons import release as release_code
from modules.promotions.coupons import reserve as reserve_code
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts, EnteredCode, Rebate
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.promotion import Limits, Promotion, Remaining
from modules.promotions.engine.results import Adjustment, PricedLine, Result, UnitRange
from modules.promotions.engine.verdicts import Reason, Status, Verdict
from modules.promotions.errors import TooManyCodes, UsedUp
from modules.promotions.events import (
    PromotionEnded,
    PromotionPaused,
    PromotionPublished,
    PromotionResumed,
)
from modules.promotions.models import PromotionRecord, PromotionVersion
from modules.promotions.operations import draft_promotion, publish_promotion
from modules.promotions.past import Past, changes_shelf, was_in_play
from modules.promotions.published import Label, Published, published
from modules.promotions.queries import get_promotion, get_promotion_by_code
from modules.promotions.reasons import reason_words
from modules.promotions.refunds import (
    PaidUnits,
    Refund,
    RefundPolicy,
    UnitLedger,
    ledger_of,
    refund_of,
)
from modules.promotions.refusals import Told, words_to_buyer
from modules.promotions.shelf import Cut, Shelved
from modules.promotions.trying import list_drafts, published_with, tried_version

__all__ = [
    "Adjustment",
    "Book",
    "Cart",
    "CartLine",
    "Cut",
    "CodeBatch",
    "CodeState",
    "CustomerFacts",
    "Entered",
    "EnteredCode",
    "KnownCode",
    "Label",
    "Left",
    "Limits",
    "PaidUnits",
    "PricedLine",
    "Promotion",
    "PromotionCode",
    "PromotionEnded",
    "PromotionPaused",
    "PromotionPublished",
    "PromotionResumed",
    "PromotionUse",
    "Published",
    "Reason",
    "Rebate",
    "Refund",
    "RefundPolicy",
    "Remaining",
    "Shelved",
    "Result",
    "Sale",
    "Status",
    "TooManyCodes",
    "UnitLedger",
    "UnitRange",
    "Use",
    "UsedUp",
    "Verdict",
    "apply_again",
    "compile_book",
    "draft_promotion",
    "evaluate",
    "generate_codes",
    "get_promotion",
    "get_promotion_by_code",
    "give_back_uses",
    "ledger_of",
    "left_for",
    "look_up",
    "make_batch",
    "note_guesses",
    "plain_codes",
    "publish_promotion",
    "list_drafts",
    "promotions_of",
    "published",
    "published_with",
    "reason_words",
    "redeem",
    "refund_of",
    "refuse_guessing",
    "release_code",
    "reserve_code",
    "take_free_code",
    "Told",
    "Past",
    "PromotionRecord",
    "PromotionVersion",
    "changes_shelf",
    "was_in_play",
    "tried_version",
    "words_to_buyer",
]
