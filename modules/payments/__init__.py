"""Payments: money promised, taken and given back, and what is still owed."""

from modules.payments.bulk import TABLES, NewPayment, PaidOrder, load_past, record_many
from modules.payments.errors import (
    AlreadyRecorded,
    NotCapturable,
    NotRefundable,
    NotVoidable,
)
from modules.payments.events import PaymentChanged
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
    "Gateway",
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
    "capture",
    "check_refund",
    "entries_of",
    "get_payment",
    "get_refund",
    "list_payments",
    "list_receivables",
    "open_receivable",
    "quote_also",
    "prepare_payment",
    "record_many",
    "record_payment",
    "record_with_thing",
    "request_refund",
    "retry_refund",
    "settle_receivable",
    "totals_from",
    "totals_of",
    "totals_of_many",
    "void",
]
