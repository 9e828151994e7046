"""The screens of prices."""

from modules.pricing.views import lists, minimums, prices
from modules.pricing.views.blueprint import blueprint, find, names
from modules.pricing.views.slots import lowest_of, prices_of_product

__all__ = [
    "blueprint",
    "find",
    "lists",
    "lowest_of",
    "minimums",
    "names",
    "prices",
    "prices_of_product",
]
