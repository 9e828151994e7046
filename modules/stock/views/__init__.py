"""The screens of stock; each file holds those of one kind of record."""

from modules.stock.views import counts, items, receipts, transfers
from modules.stock.views.blueprint import blueprint

__all__ = ["blueprint", "counts", "items", "receipts", "transfers"]
