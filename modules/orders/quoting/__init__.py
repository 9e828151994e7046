"""The one place where a price is composed: prices, then discounts, then VAT once per rate."""

from modules.orders.quoting.cart import Cart, CartLine, Quote, QuotedLine, UnitRange
from modules.orders.quoting.composing import quote, split_into_units

__all__ = ["Cart", "CartLine", "Quote", "QuotedLine", "UnitRange", "quote", "split_into_units"]
