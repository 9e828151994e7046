"""The one place where a price is composed: prices, then discounts, then VAT once per rate."""

from modules.orders.quoting.cart import (
    Adjusted,
    Cart,
    CartLine,
    Facts,
    Gift,
    Judged,
    Quote,
    QuotedLine,
    UnitRange,
)
from modules.orders.quoting.composing import quote, split_into_units
from modules.orders.quoting.gathering import Goods, Wanted, gather, price
from modules.orders.quoting.simulating import LinePart, Simulation, Traced, simulate

__all__ = [
    "Adjusted",
    "Cart",
    "CartLine",
    "Facts",
    "Gift",
    "Goods",
    "Judged",
    "LinePart",
    "Quote",
    "QuotedLine",
    "Simulation",
    "Traced",
    "UnitRange",
    "Wanted",
    "gather",
    "price",
    "quote",
    "simulate",
    "split_into_units",
]
