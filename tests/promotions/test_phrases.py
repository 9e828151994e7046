"""A promotion reads as people say it, whatever is set."""

import pytest
from flask import Flask

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount, Each
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.benefits.nth_unit import NthUnit
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.conditions.customer_is import CustomerIs
from modules.promotions.engine.conditions.order_number import OrderNumber
from modules.promotions.engine.conditions.quantity_between import QuantityBetween
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.promotion import Schedule
from modules.promotions.words import Teller, valid_words

SHOES = Filter(categories=frozenset({"Shoes"}), not_on_sale=True)


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (Percent(rate_bp=750), "7.5% off"),
        (Percent(rate_bp=1_000, filter=SHOES), "10% off (Shoes; Without goods on sale)"),
        (Percent(rate_bp=1_000, most_minor=5_000), "10% off (At most: 50.00 zł)"),
        (Amount(amount_minor=500, each=Each.UNIT), "5.00 zł off each piece"),
        (NthUnit(number=2, rate_bp=5_000), "of every 2 pieces one 50% off"),
        (NthUnit(number=3, rate_bp=10_000), "of every 3 pieces one for nothing"),
        (BuyGet(buy_count=2), "buy 2, get 1 for nothing"),
        (CustomerIs(stages=frozenset({"core"})), "the buyer is: Core"),
        (CustomerIs(not_staff=True), "The buyer is (Nobody who works here)"),
        (OrderNumber(number=1), "the buyer’s first order"),
        (QuantityBetween(least=2, most=5), "from 2 to 5 pieces"),
    ],
)
def test_it_says_what_is_set(app: Flask, thing: Condition | Benefit, said: str) -> None:
    with app.test_request_context():
        told = Teller().thing(thing).replace("\u00a0%", "%").replace("\u00a0", " ")
    assert told.replace(" %", "%") == said


def test_days_in_a_row_are_told_from_the_first_to_the_last(app: Flask) -> None:
    with app.test_request_context():
        assert valid_words(Schedule(weekdays=frozenset(range(5)))) == ["Monday – Friday"]
        assert valid_words(Schedule(weekdays=frozenset({5, 6}))) == ["Saturday, Sunday"]
