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
from modules.pricing.book import MARK as PRICES_MARK
from modules.pricing.book import take_mark
from modules.pricing.catalogue import CatalogueOffer, ShelfPrice, shelf_price
from modules.pricing.entries import Entry, put_prices
from modules.pricing.errors import BelowMinimum
from modules.pricing.events import ListPricesChanged
from modules.pricing.looking_up import Priced, Wanted, prices_for
from modules.pricing.models import PriceList
from modules.pricing.operations import create_price_list, update_price_list
from modules.pricing.places import Place, list_places, place_of
from modules.pricing.presenting import present, present_no_more, presented_by
from modules.pricing.prior import announced, lowest_30_days, prior_prices
from modules.pricing.prior_price import (
    Announced,
    PricePeriod,
    PriorRule,
    Window,
    announced_reduction,
    prior_price,
)
from modules.pricing.queries import get_price_list_by_code

__all__ = [
    "PRICES_MARK",
    "Announced",
    "BelowMinimum",
    "CatalogueOffer",
    "ChosenPrice",
    "Entry",
    "ListPrice",
    "ListPricesChanged",
    "Place",
    "PriceList",
    "PricePeriod",
    "PriceRule",
    "Priced",
    "PriorRule",
    "ShelfPrice",
    "Specificity",
    "Wanted",
    "Window",
    "announced",
    "announced_reduction",
    "base_price",
    "create_price_list",
    "get_price_list_by_code",
    "list_places",
    "lowest_30_days",
    "place_of",
    "present",
    "present_no_more",
    "presented_by",
    "price_with_margin",
    "prices_for",
    "prior_price",
    "prior_prices",
    "put_prices",
    "ruled_price",
    "shelf_price",
    "take_mark",
    "update_price_list",
]
