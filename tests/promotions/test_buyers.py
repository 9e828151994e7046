"""Promotions for some buyers: a group, a stage, a birthday, the first order, somebody long gone."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import close_session, transact
from modules.customers import operations
from tests.orders.cast import SHIRT, place, post, stock_the_shop
from tests.promotions.cast import published

EWA = "ewa@example.com"
CART = {"lines": [{"sku": SHIRT, "quantity": 1}], "payment": None}


@pytest.fixture
def ewa(app: Any) -> int:
    """A customer of the chess club, at the core, born today."""
    stock_the_shop(shirts=20, dresses=20)

    def make() -> int:
        operations.create_group(code="CLUB", name="Chess club")
        made = operations.create_customer(
            name="Ewa",
            contacts=operations.Contacts(emails=[EWA]),
            groups=["CLUB"],
            birthday=f"{clock.now():%m-%d}",
        )
        operations.set_facts(customer_id=made.id, stage="core", segments=["runners"])
        return made.id

    return transact(make)


def off(api: FlaskClient, email: str) -> int:
    close_session()
    placed = place(api, **CART, customer={"email": email, "name": "Somebody"})
    return int(placed["totals"]["discount_minor"])


@pytest.mark.usefixtures("ewa")
@pytest.mark.parametrize(
    "asked",
    [
        {"scope": {"groups": ["CLUB"]}},
        {"scope": {"stages": ["core"]}},
        {"scope": {"segments": ["runners"]}},
        {"conditions": [{"kind": "customer_is", "groups": ["CLUB"], "stages": ["core"]}]},
        {"conditions": [{"kind": "birthday", "days_before": 1, "days_after": 1}]},
    ],
)
def test_only_who_is_meant_gets_it(api: FlaskClient, asked: dict[str, Any]) -> None:
    published(**({"conditions": []} | asked))
    assert off(api, EWA) == 799
    assert off(api, "jan@example.com") == 0


def test_the_quote_knows_the_buyer_as_the_order_does(api: FlaskClient, ewa: int) -> None:
    published(conditions=[{"kind": "customer_is", "stages": ["core"]}])
    body = {"channel": "web", "currency": "PLN", "lines": CART["lines"]}
    for customer in ({"email": EWA}, {"id": f"C-{ewa}"}):
        close_session()
        asked = post(api, "/quotes", {**body, "customer": customer})
        assert [one["amount_minor"] for one in asked["applied"]] == [799]
    close_session()
    stranger = post(api, "/quotes", body)
    assert [one["reason"] for one in stranger["rejected"]] == ["segment_mismatch"]


@pytest.mark.usefixtures("ewa")
def test_the_first_order_gets_it_and_the_second_does_not(api: FlaskClient) -> None:
    published(conditions=[{"kind": "order_number", "number": 1}])
    assert [off(api, EWA), off(api, EWA)] == [799, 0]


def test_who_has_not_ordered_for_long_is_welcomed_back(
    api: FlaskClient, ewa: int, freeze: Any
) -> None:
    now = clock.now()
    published(conditions=[{"kind": "last_order", "least": 60}])
    assert off(api, EWA) == 0
    freeze(now + timedelta(days=59))
    assert off(api, EWA) == 0
    freeze(now + timedelta(days=59 + 61))
    assert off(api, EWA) == 799


@pytest.mark.usefixtures("ewa")
def test_who_is_not_asked_about_costs_no_question(api: FlaskClient, statements: Any) -> None:
    def asked(email: str) -> list[str]:
        close_session()
        with statements() as told:
            place(api, **CART, customer={"email": email, "name": "Ewa"})
        return [one for one in told if "customer_fact" in one]

    assert asked(EWA) == []
    published(conditions=[{"kind": "customer_is", "stages": ["core"]}])
    assert off(api, EWA) == 799
    assert len(asked(EWA)) == 1
