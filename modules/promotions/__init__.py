"""Promotions: which offers a cart gets, what they take off, and why others did not apply."""

from modules.promotions.codes import generate_codes
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts, EnteredCode, Rebate
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.promotion import Promotion, Remaining
from modules.promotions.engine.results import Adjustment, PricedLine, Result, UnitRange
from modules.promotions.engine.verdicts import Reason, Status, Verdict
from modules.promotions.errors import TooManyCodes
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
    "PaidUnits",
    "PricedLine",
    "Promotion",
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
    "evaluate",
    "generate_codes",
    "ledger_of",
    "refund_of",
]
