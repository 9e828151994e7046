"""Pricing: what a thing costs before any cart, and what it cost before a reduction."""

from modules.pricing.base_price import (
    ChosenPrice,
    ListPrice,
    PriceRule,
    Specificity,
    base_price,
    price_with_margin,
    ruled_price,
)
from modules.pricing.catalogue import CatalogueOffer, ShelfPrice, shelf_price
from modules.pricing.prior_price import (
    Announced,
    PricePeriod,
    PriorRule,
    Window,
    announced_reduction,
    prior_price,
)

__all__ = [
    "Announced",
    "CatalogueOffer",
    "ChosenPrice",
    "ListPrice",
    "PricePeriod",
    "PriceRule",
    "PriorRule",
    "ShelfPrice",
    "Specificity",
    "Window",
    "announced_reduction",
    "base_price",
    "price_with_margin",
    "prior_price",
    "ruled_price",
    "shelf_price",
]
