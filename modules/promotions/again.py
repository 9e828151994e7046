"""What promotions of a past sale give on what is left of it: for goods that come back in part."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, tuple_

from app.db import session
from modules.promotions.definition import read_promotion
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import Cart, CartLine
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Limits, Promotion, Schedule, Scope, Trigger
from modules.promotions.engine.results import Result
from modules.promotions.engine.settings import Kind, settings_of
from modules.promotions.models import PromotionVersion

_OF_GOODS = frozenset(
    {
        "contains",
        "covers",
        "distinct_products",
        "quantity_at_least",
        "quantity_between",
        "subtotal_at_least",
    }
)
"""Conditions that goods which go back can break; the buyer, the day and the shop stay what they
were."""
Applied = tuple[int, int]
"""A promotion and its version."""


def promotions_of(applied: Collection[Applied]) -> Mapping[int, Promotion]:
    """Return promotions as they stood when they were applied, by key."""
    if not applied:
        return {}
    named = tuple_(PromotionVersion.promotion_id, PromotionVersion.number)
    rows = session.scalars(select(PromotionVersion).where(named.in_(sorted(applied))))
    return {
        one.promotion_id: read_promotion(one.definition, key=one.promotion_id, version=one.number)
        for one in rows
    }


def apply_again(
    promotions: Iterable[Promotion], lines: Sequence[CartLine], *, currency: str, moment: datetime
) -> Result:
    """Return what these promotions give on goods today, whoever bought them, when and where."""
    book = compile_book([_bare(one) for one in promotions if one.phase is not Phase.SHIPPING])
    return evaluate(book, Cart(currency=currency, moment=moment, lines=lines))


def _bare(promotion: Promotion) -> Promotion:
    return replace(
        promotion,
        trigger=Trigger.AUTO,
        codes=frozenset(),
        schedule=Schedule(),
        scope=Scope(),
        limits=Limits(),
        group="",
        margin_bp=None,
        conditions=tuple(one for one in promotion.conditions if _asks_only_goods(one)),
    )


def _asks_only_goods(condition: Condition) -> bool:
    inside: list[Condition] = []
    for setting in settings_of(condition):
        value = getattr(condition, setting.name)
        if setting.kind is Kind.CONDITION:
            inside.append(value)
        elif setting.kind is Kind.CONDITIONS:
            inside += value
    if inside:
        return all(_asks_only_goods(one) for one in inside)
    return condition.kind in _OF_GOODS
