"""Payments: money promised, taken and given back, and what is still owed."""

from modules.payments.bulk import TABLES, NewPayment, PaidOrder, load_past, record_many
from modules.payments.errors import (
    AlreadyRecorded,
    NotCapturable,
    NotRefundable,
    NotVoidable,
)
from modules.payments.events import PaymentChanged
from modules.payments.giftcards import CREDIT as STORE_CREDIT
from modules.payments.giftcards import METHOD as GIFT_CARD
from modules.payments.giftcards import (
    GiftCard,
    GiftCardEntry,
    GiftCardKey,
    cards_to_pay_with,
    credits_to_pay_with,
)
from modules.payments.giftcards import is_unused as is_unused_gift_card
from modules.payments.giftcards import issue as issue_gift_card
from modules.payments.giftcards import may_be_handed_out as may_gift_card_be_handed_out
from modules.payments.giftcards import redeem as pay_by_gift_card
from modules.payments.giftcards import sell as sell_gift_card
from modules.payments.giftcards import sold_units as sold_gift_cards
from modules.payments.giftcards import take_back as take_gift_cards_back
from modules.payments.methods import own_method_names
from modules.payments.models import Payment, PaymentKind, PaymentState, RefundState
from modules.payments.operations import (
    capture,
    prepare_payment,
    record_payment,
    record_with_thing,
    void,
)
from modules.payments.ports import Answer, BankFile, BankTransfer, Charge, Gateway, Outcome
from modules.payments.queries import (
    PaymentTotals,
    entries_of,
    get_payment,
    get_refund,
    list_payments,
    list_receivables,
    totals_from,
    totals_of,
    totals_of_many,
)
from modules.payments.receivables import open_receivable, quote_also, settle_receivable
from modules.payments.refunds import check_refund, request_refund, retry_refund

__all__ = [
    "TABLES",
    "AlreadyRecorded",
    "Answer",
    "BankFile",
    "BankTransfer",
    "Charge",
    "GIFT_CARD",
    "Gateway",
    "GiftCard",
    "GiftCardEntry",
    "GiftCardKey",
    "NewPayment",
    "PaidOrder",
    "load_past",
    "NotCapturable",
    "NotRefundable",
    "NotVoidable",
    "Outcome",
    "Payment",
    "PaymentChanged",
    "PaymentKind",
    "PaymentState",
    "PaymentTotals",
    "RefundState",
    "STORE_CREDIT",
    "capture",
    "cards_to_pay_with",
    "credits_to_pay_with",
    "check_refund",
    "entries_of",
    "get_payment",
    "get_refund",
    "is_unused_gift_card",
    "issue_gift_card",
    "list_payments",
    "list_receivables",
    "may_gift_card_be_handed_out",
    "open_receivable",
    "own_method_names",
    "pay_by_gift_card",
    "quote_also",
    "prepare_payment",
    "record_many",
    "record_payment",
    "record_with_thing",
    "request_refund",
    "retry_refund",
    "sell_gift_card",
    "settle_receivable",
    "sold_gift_cards",
    "take_gift_cards_back",
    "totals_from",
    "totals_of",
    "totals_of_many",
    "void",
]
