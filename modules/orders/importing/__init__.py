"""`orders import`: a CSV of orders from an earlier system, one line a row of it."""

from modules.orders.importing.rows import Refusal, Row
from modules.orders.importing.table import Table, read_file
from modules.orders.importing.taking import ImportedOrders, import_orders

__all__ = ["ImportedOrders", "Refusal", "Row", "Table", "import_orders", "read_file"]
