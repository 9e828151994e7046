"""Who trades in a simulation: a shopper, a clerk at the packing table, and the returns desk."""

from modules.orders.actors.clerk import Clerk
from modules.orders.actors.desk import ReturnsDesk
from modules.orders.actors.shopper import Shopper

__all__ = ["Clerk", "ReturnsDesk", "Shopper"]
