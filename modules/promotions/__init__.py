"""Promotions: which offers a cart gets, what they take off, and why others did not apply."""

from modules.promotions.codes import generate_codes
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts, EnteredCode, Rebate
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.promotion import Promotion, Remaining
from modules.promotions.engine.results import Adjustment, PricedLine, Result, UnitRange
from modules.promotions.engine.verdicts import Reason, Status, Verdict
from modules.promotions.errors import TooManyCodes
from modules.promotions.events import (
    PromotionEnded,
    PromotionPaused,
    PromotionPublished,
    PromotionResumed,
)
from modules.promotions.operations import draft_promotion, publish_promotion
from modules.promotions.published import Label, Published, published
from modules.promotions.reasons import reason_words
from modules.promotions.refunds import (
    PaidUnits,
    Refund,
    RefundPolicy,
    UnitLedger,
    ledger_of,
    refund_of,
)

__all__ = [
    "Adjustment",
    "Book",
    "Cart",
    "CartLine",
    "CustomerFacts",
    "EnteredCode",
    "Label",
    "PaidUnits",
    "PricedLine",
    "Promotion",
    "PromotionEnded",
    "PromotionPaused",
    "PromotionPublished",
    "PromotionResumed",
    "Published",
    "Reason",
    "Rebate",
    "Refund",
    "RefundPolicy",
    "Remaining",
    "Result",
    "Status",
    "TooManyCodes",
    "UnitLedger",
    "UnitRange",
    "Verdict",
    "compile_book",
    "draft_promotion",
    "evaluate",
    "generate_codes",
    "ledger_of",
    "publish_promotion",
    "published",
    "reason_words",
    "refund_of",
]
