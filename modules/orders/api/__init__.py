"""Orders for programs. Each file is one resource; all stand on one blueprint."""

from modules.orders.api import orders, parcels, quotes, returns, simulations
from modules.orders.api.base import api

__all__ = ["api", "orders", "parcels", "quotes", "returns", "simulations"]
