"""What orders and quotes cost where price lists hold: the same, and both say which list it was."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session, transact
from modules import catalog, customers
from modules.orders.proving import prove_orders
from modules.pricing import Entry
from modules.pricing.minimums import minimums_version, set_minimums
from tests.orders.cast import DRESS, SHIRT, order_body, place, post, stock_the_shop
from tests.orders.screens import page, words
from tests.pricing.cast import change, make_list
from tests.promotions.cast import published

pytestmark = pytest.mark.usefixtures("shop")
QUOTE = {
    "channel": "web",
    "currency": "PLN",
    "lines": [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 2}],
}


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop(shirts=50, dresses=50)


def key_of(sku: str) -> int:
    close_session()
    found = catalog.variants_for_sale([sku])[sku].id
    close_session()
    return found


def prices(body: dict[str, Any]) -> list[tuple[int, str | None]]:
    return [(line["unit_price_minor"], line["price_list"]) for line in body["lines"]]


def quote(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    return post(api, "/quotes", QUOTE | changes)


def test_a_quote_and_the_order_have_the_price_of_the_list(api: FlaskClient) -> None:
    usual = [(7_990, None), (32_900, None)]
    assert prices(quote(api)) == usual
    made = make_list("WEB", Entry(variant_id=key_of(SHIRT), price_minor=7_000), channels=["web"])
    listed = [(7_000, "WEB"), (32_900, None)]
    assert prices(quote(api)) == listed
    placed = place(api, payment=None)
    assert prices(placed) == listed
    assert placed["totals"]["goods_minor"] == 7_000 + 2 * 32_900
    change(made, active=False)
    assert prices(quote(api)) == usual
    close_session()
    assert prices(api.get(f"/api/v1/orders/{placed['id']}").json or {}) == listed
    assert list(prove_orders()) == []


def test_the_page_of_an_order_names_the_list(
    api: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    make_list("WEB-AUTUMN", Entry(variant_id=key_of(SHIRT), price_minor=7_000))
    placed = place(api, payment=None)
    assert "WEB-AUTUMN" in words(page(client_as("clerk"), f"/orders/{placed['id']}"))


def test_a_price_that_the_channel_gave_stays(api: FlaskClient) -> None:
    make_list("WEB", Entry(variant_id=key_of(SHIRT), price_minor=7_000))
    placed = place(
        api, payment=None, lines=[{"sku": SHIRT, "quantity": 1, "unit_price_minor": 9_900}]
    )
    assert prices(placed) == [(9_900, None)]


def test_another_currency_is_sold_where_a_list_has_prices_in_it(api: FlaskClient) -> None:
    body = order_body(currency="EUR", payment=None, lines=[{"sku": SHIRT, "quantity": 1}])
    refused = api.post("/api/v1/orders", json=body)
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "no_price")
    make_list("EURO", Entry(variant_id=key_of(SHIRT), price_minor=1_999), currency="EUR")
    placed = post(api, "/orders", body, status=201)
    assert prices(placed) == [(1_999, "EURO")]
    mixed = api.post("/api/v1/orders", json=order_body(currency="EUR", payment=None))
    assert (mixed.json or {})["code"] == "no_price"


def test_a_group_and_a_contract_price_their_customers(api: FlaskClient) -> None:
    def make() -> int:
        buyer = customers.create_customer(name="Ewa Żak")
        customers.create_group(code="staff", name="Staff")
        customers.set_groups(customer_id=buyer.id, codes=["staff"])
        return buyer.id

    buyer = transact(make)
    make_list("STAFF", Entry(variant_id=key_of(SHIRT), price_minor=6_000), groups=["staff"])
    deal = {"customers": [buyer], "rank": 1}
    make_list("DEAL", Entry(variant_id=key_of(DRESS), price_minor=20_000), **deal)
    known = {"customer": {"id": str(buyer)}}
    assert prices(quote(api)) == [(7_990, None), (32_900, None)]
    assert prices(quote(api, **known)) == [(6_000, "STAFF"), (20_000, "DEAL")]
    assert prices(place(api, payment=None, **known)) == [(6_000, "STAFF"), (20_000, "DEAL")]


def test_a_promotion_begins_at_the_list_price_and_stops_at_the_minimum(api: FlaskClient) -> None:
    make_list("WEB", Entry(variant_id=key_of(SHIRT), price_minor=7_000))
    published(conditions=[], benefits=[{"kind": "percent", "rate_bp": 5_000}])
    assert [one["discount_minor"] for one in quote(api)["lines"]] == [3_500, 32_900]
    close_session()
    version = minimums_version()
    close_session()
    least: dict[int, int | None] = {key_of(SHIRT): 6_000}
    transact(lambda: set_minimums(version=version, minimums=least))
    assert [one["discount_minor"] for one in quote(api)["lines"]] == [1_000, 32_900]
