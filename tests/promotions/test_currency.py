"""Amounts of promotions are the company's: a cart in another currency is not measured by them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from modules import catalog
from modules.pricing import Entry
from modules.promotions.currency import in_its_currency
from modules.promotions.definition import read_promotion
from tests.orders.cast import SHIRT, post, stock_the_shop
from tests.pricing.cast import make_list
from tests.promotions.cast import published

PERCENT = {"kind": "percent", "rate_bp": 1_000}


def test_ten_zlotys_are_not_ten_euros(app: Any, api: FlaskClient) -> None:
    stock_the_shop()
    key = catalog.get_variant(SHIRT).id
    close_session()
    make_list("EUR", Entry(variant_id=key, price_minor=2_000), currency="EUR")
    published("TEN", conditions=[], benefits=[{"kind": "amount", "amount_minor": 1_000}])
    published("TENTH", conditions=[], benefits=[PERCENT])
    published("CAPPED", conditions=[], benefits=[PERCENT], limits={"budget_minor": 10_000})
    body = {"channel": "web", "lines": [{"sku": SHIRT, "quantity": 1}]}
    told = post(api, "/quotes", body | {"currency": "EUR"})
    assert [one["promotion"] for one in told["applied"]] == ["TENTH"]
    assert told["total_minor"] == 1_800
    assert {one["reason"] for one in told["rejected"]} == {"currency_mismatch"}
    ours = post(api, "/quotes", body | {"currency": "PLN"})
    assert {one["promotion"] for one in ours["applied"]} == {"TEN", "TENTH", "CAPPED"}


@pytest.mark.parametrize(
    ("said", "bound"),
    [
        ({"benefits": [PERCENT]}, ""),
        ({"benefits": [PERCENT | {"most_minor": 500}]}, "PLN"),
        ({"benefits": [PERCENT | {"filter": {"least_price_minor": 500}}]}, "PLN"),
        ({"benefits": [PERCENT], "most_minor": 500}, "PLN"),
        ({"benefits": [PERCENT], "margin_bp": 0}, "PLN"),
        ({"benefits": [PERCENT], "scope": {"currency": "EUR"}, "most_minor": 500}, "EUR"),
        (
            {
                "benefits": [
                    {
                        "kind": "tiered_percent",
                        "steps": [{"from": 2, "gives": 500}],
                        "measure": "quantity",
                    }
                ]
            },
            "",
        ),
        (
            {"benefits": [{"kind": "tiered_percent", "steps": [{"from": 9_000, "gives": 500}]}]},
            "PLN",
        ),
        (
            {
                "benefits": [PERCENT],
                "conditions": [
                    {
                        "kind": "any_of",
                        "conditions": [{"kind": "subtotal_at_least", "amount_minor": 5}],
                    }
                ],
            },
            "PLN",
        ),
    ],
)
def test_what_names_an_amount_counts_in_the_money_of_the_company(
    said: dict[str, Any], bound: str
) -> None:
    promotion = read_promotion({"phase": "line"} | said, key=1)
    assert in_its_currency(promotion, "PLN").scope.currency == bound
