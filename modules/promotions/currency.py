"""In which currency a promotion counts: amounts that it names are the company's, unless it says."""

from dataclasses import replace
from typing import Any

from modules.promotions.engine.benefits.tiered import Measure
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion
from modules.promotions.engine.settings import Kind, settings_of

_NESTED = frozenset({Kind.FILTER, Kind.FILTERS, Kind.PARTS, Kind.CONDITION, Kind.CONDITIONS})


def in_its_currency(promotion: Promotion, company_currency: str) -> Promotion:
    """
    Return a promotion that a cart of another currency does not reach, where it names amounts.

    10.00 off are 10.00 of the company's money: of a cart in euros they would be four times that.
    The price on the shelf tells the currencies apart itself.
    """
    if promotion.scope.currency or promotion.phase is Phase.CATALOGUE or not _says(promotion):
        return promotion
    return replace(promotion, scope=replace(promotion.scope, currency=company_currency))


def _says(promotion: Promotion) -> bool:
    own, limits = promotion, promotion.limits
    amounts = (own.most_minor, own.margin_bp, limits.budget_minor, limits.budget_per_month_minor)
    return any(one is not None for one in amounts) or any(
        names_amounts(one) for one in (*own.conditions, *own.benefits)
    )


def names_amounts(thing: Any) -> bool:
    """Test whether a condition, a benefit or a filter names an amount of money."""
    for one in settings_of(thing):
        value = getattr(thing, one.name)
        if one.kind is Kind.MONEY and value:
            return True
        if one.kind is Kind.STEPS and (
            one.unit == "minor" or getattr(thing, "measure", None) is Measure.AMOUNT
        ):
            return True
        if one.kind in _NESTED and value is not None:
            inner = value if isinstance(value, tuple | list | frozenset) else (value,)
            if any(names_amounts(part) for part in inner):
                return True
    return False
