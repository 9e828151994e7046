"""Stock for programs: levels to read, receipts, transfers and counts to write."""

from modules.stock.api import counts, levels, receipts, transfers
from modules.stock.api.blueprint import api

__all__ = ["api", "counts", "levels", "receipts", "transfers"]
