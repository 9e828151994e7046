"""What comes back in part: paid back at what it was paid, counted anew, or only together."""

import random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import close_session
from modules import invoicing
from modules.orders.proving import prove_orders
from modules.payments.queries import prove_payments
from tests.orders.cast import DRESS, SHIRT, place, post, read, ship_all, stock_the_shop
from tests.orders.screens import page, words
from tests.promotions.cast import published

pytestmark = pytest.mark.usefixtures("app")
TENTH: dict[str, Any] = {"benefits": [{"kind": "percent", "rate_bp": 1_000}]}
FROM_THREE: dict[str, Any] = TENTH | {
    "conditions": [{"kind": "quantity_at_least", "count": 3}],
    "refund_policy": "recalculate",
}


@pytest.fixture(autouse=True)
def shop(app: Flask) -> None:
    stock_the_shop(shirts=60, dresses=60)


def shipped(api: FlaskClient, shirts: int = 3, dresses: int = 0) -> Any:
    """Return an order that was paid in full and has left."""
    goods = [{"sku": SHIRT, "quantity": shirts}, {"sku": DRESS, "quantity": dresses}]
    order = place(
        api,
        lines=[one for one in goods if one["quantity"]],
        shipping={"method": "courier", "price_minor": 0},
        payment=None,
    )
    total = order["totals"]["total_minor"]
    paid = {"method": "transfer", "amount_minor": total, "state": "captured"}
    post(api, f"/orders/{order['id']}/payments", paid, status=201)
    ship_all(api, order)
    close_session()
    return read(api, order)


def ask(api: FlaskClient, order: Any, counts: dict[int, int], status: int = 201) -> Any:
    lines = [
        {"line": order["lines"][place]["id"], "quantity": count, "reason": "too large"}
        for place, count in counts.items()
        if count
    ]
    close_session()
    return post(api, f"/orders/{order['id']}/returns", {"lines": lines}, status=status)


def give_back(api: FlaskClient, order: Any, counts: dict[int, int]) -> int:
    """Take units back and pay back what they give; return how much that was."""
    wanted = ask(api, order, counts)
    lines = [
        {"line": order["lines"][place]["id"], "quantity": count, "verdict": "sellable"}
        for place, count in counts.items()
        if count
    ]
    taken = post(api, f"/returns/{wanted['id']}/receipt", {"lines": lines})
    amount = int(taken["credit_minor"])
    payment = order["payments"][0]["id"]
    if amount:
        body = {"amount_minor": amount, "reason": "came back"}
        post(api, f"/payments/{payment}/refunds", body, status=201)
    close_session()
    return amount


def test_a_piece_gives_back_what_it_was_paid_unless_the_promotion_says_otherwise(
    api: FlaskClient,
) -> None:
    published(**(FROM_THREE | {"refund_policy": "keep"}))
    order = shipped(api)
    assert order["totals"]["total_minor"] == 3 * 79_90 - 23_97
    assert give_back(api, order, {0: 1}) == 71_91


def test_below_the_threshold_the_rest_is_priced_anew_and_the_invoice_says_so(
    api: FlaskClient,
) -> None:
    published(**FROM_THREE)
    order = shipped(api)
    paid = order["totals"]["total_minor"]
    assert give_back(api, order, {0: 1}) == paid - 2 * 79_90
    after = read(api, order)
    assert after["totals"]["total_minor"] == 2 * 79_90
    [correction] = [one for one in after["documents"] if one["kind"] == "correction"]
    close_session()
    document = invoicing.get_document(int(correction["id"]))
    assert document.gross_minor == 2 * 79_90 - paid
    close_session()
    assert give_back(api, order, {0: 1}) == 79_90
    assert give_back(api, order, {0: 1}) == 79_90
    assert [*prove_orders(), *prove_payments()] == []


def test_above_the_threshold_nothing_is_kept_back(api: FlaskClient) -> None:
    published(**FROM_THREE)
    order = shipped(api, shirts=4)
    assert give_back(api, order, {0: 1}) == 71_91


def test_the_page_says_how_much_less_goes_back(api: FlaskClient, client_as: Any) -> None:
    published(**FROM_THREE)
    order = shipped(api)
    ask(api, order, {0: 1})
    shown = page(client_as("store_manager"), f"/orders/{order['id']}")
    assert "15.98" in words(shown.xpath("//dialog[starts-with(@id, 'receive-')]")[0])
    [amount] = shown.xpath("//input[contains(@name, 'refunds-0-amount_minor')]/@value")
    assert amount == "55.93"


def test_what_was_sold_together_comes_back_together(api: FlaskClient) -> None:
    together: dict[str, Any] = {
        "conditions": [{"kind": "contains", "filter": {"skus": [SHIRT, DRESS]}, "count": 2}],
        "refund_policy": "return_together",
    }
    published(**(TENTH | together))
    order = shipped(api, shirts=1, dresses=1)
    refused = ask(api, order, {0: 1}, status=409)
    assert "1 more" in refused["detail"]
    wanted = ask(api, order, {0: 1, 1: 1})
    half = {"lines": [{"line": order["lines"][0]["id"], "quantity": 1, "verdict": "sellable"}]}
    post(api, f"/returns/{wanted['id']}/receipt", half, status=409)
    close_session()
    whole = {
        "lines": [
            {"line": one["id"], "quantity": 1, "verdict": "sellable"} for one in order["lines"]
        ]
    }
    taken = post(api, f"/returns/{wanted['id']}/receipt", whole)
    assert taken["credit_minor"] == order["totals"]["total_minor"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("policy", ["keep", "recalculate"])
def test_every_chain_of_returns_sums_to_what_was_paid(
    api: FlaskClient, policy: str, seed: int
) -> None:
    chance = random.Random(seed)
    published("COUNT", **(FROM_THREE | {"refund_policy": policy}))
    published(
        "SUM",
        phase="order",
        conditions=[{"kind": "subtotal_at_least", "amount_minor": chance.randint(200, 900) * 100}],
        benefits=[{"kind": "amount", "amount_minor": chance.randint(1, 9_999)}],
        refund_policy=chance.choice(["keep", "recalculate"]),
    )
    left = {0: chance.randint(1, 5), 1: chance.randint(1, 4)}
    order = shipped(api, shirts=left[0], dresses=left[1])
    paid, back = order["totals"]["total_minor"], 0
    while any(left.values()):
        counts = {place: chance.randint(0, count) for place, count in left.items()}
        if any(counts.values()):
            back += give_back(api, order, counts)
            left = {place: left[place] - counts[place] for place in left}
    assert back == paid
    assert [*prove_orders(), *prove_payments()] == []
