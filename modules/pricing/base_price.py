"""Which price list a unit price comes from. Pure, and always a whole minor unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from app.money import half_up


@dataclass(frozen=True, kw_only=True)
class ListPrice:
    """One price of one SKU on one list; what is empty asks for nothing."""

    price_list: str
    sku: str
    price_minor: int
    least_quantity: int = 1
    currency: str = ""
    rank: int = 0
    """The list of the highest rank that fits decides; the others are not looked at."""
    groups: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    """No longer at this moment."""


class ChosenPrice(NamedTuple):
    price_list: str
    unit_price_minor: int


def base_price(
    prices: Iterable[ListPrice],
    *,
    sku: str,
    quantity: int,
    at: datetime,
    currency: str = "",
    groups: frozenset[str] = frozenset(),
    channel: str = "",
    store: str = "",
) -> ChosenPrice | None:
    """
    Return the unit price of the highest rank that fits, the lowest within it; None without any.

    All units have the price of the step that their quantity reaches. Of equal prices the earlier
    stands.
    """
    found: ListPrice | None = None
    for price in prices:
        fits = (
            price.sku == sku
            and price.least_quantity <= quantity
            and (not price.currency or price.currency == currency)
            and (not price.groups or not price.groups.isdisjoint(groups))
            and (not price.channels or channel in price.channels)
            and (not price.stores or store in price.stores)
            and (price.valid_from is None or price.valid_from <= at)
            and (price.valid_to is None or at < price.valid_to)
        )
        if fits and (
            found is None or (-price.rank, price.price_minor) < (-found.rank, found.price_minor)
        ):
            found = price
    return None if found is None else ChosenPrice(found.price_list, found.price_minor)


class Specificity(IntEnum):
    """How closely a rule means a variant; the closer one decides."""

    EVERYTHING = 0
    BRAND = 1
    CATEGORY = 2
    TEMPLATE = 3
    VARIANT = 4


@dataclass(frozen=True, kw_only=True)
class PriceRule:
    """A list that says so many per cent under a base price; `word` names what it means."""

    price_list: str
    specificity: Specificity
    word: str = ""
    rate_bp: int
    priority: int = 0


class RuledPrice(NamedTuple):
    unit_price_minor: int
    rate_bp: int
    price_list: str


def ruled_price(
    base_minor: int,
    rules: Iterable[PriceRule],
    *,
    sku: str,
    template: str = "",
    categories: frozenset[str] = frozenset(),
    brand: str = "",
) -> RuledPrice:
    """Return the price by the closest rule: of equals the higher priority, then the larger cut."""
    words = {
        Specificity.EVERYTHING: frozenset([""]),
        Specificity.BRAND: frozenset([brand]),
        Specificity.CATEGORY: categories,
        Specificity.TEMPLATE: frozenset([template]),
        Specificity.VARIANT: frozenset([sku]),
    }
    fitting = [rule for rule in rules if rule.word in words[rule.specificity]]
    if not fitting:
        return RuledPrice(base_minor, 0, "")
    rule = max(fitting, key=lambda one: (one.specificity, one.priority, one.rate_bp))
    price = half_up(base_minor * (10_000 - rule.rate_bp), 10_000)
    return RuledPrice(price, rule.rate_bp, rule.price_list)


def price_with_margin(base_minor: int, *, margin_bp: int, discount_bp: int = 0) -> tuple[int, int]:
    """Return (unit price, discount in it): first the margin on the base, then the discount."""
    raised = half_up(base_minor * (10_000 + margin_bp), 10_000)
    price = half_up(raised * (10_000 - discount_bp), 10_000)
    return price, raised - price
