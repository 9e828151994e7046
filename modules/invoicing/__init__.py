"""
Invoicing: invoices, corrections, packing slips and labels, issued once and kept for good.

What stands here is what other modules may use.
"""

from modules.invoicing.content import CorrectedLine, DocumentLine, Party, SlipLine
from modules.invoicing.errors import CannotCorrect, NothingToInvoice
from modules.invoicing.models import Document, DocumentKind
from modules.invoicing.operations import (
    issue_correction,
    issue_invoice,
    issue_packing_slip,
    store_label,
)
from modules.invoicing.queries import DocumentRef, documents_of, get_document, pdf_of

__all__ = [
    "CannotCorrect",
    "CorrectedLine",
    "Document",
    "DocumentKind",
    "DocumentLine",
    "DocumentRef",
    "NothingToInvoice",
    "Party",
    "SlipLine",
    "documents_of",
    "get_document",
    "issue_correction",
    "issue_invoice",
    "issue_packing_slip",
    "pdf_of",
    "store_label",
]
