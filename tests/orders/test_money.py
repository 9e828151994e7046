"""Money of orders through every mixture of parts: nothing is lost, nothing goes back twice."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.db import transact
from modules import catalog, invoicing, payments
from modules.catalog import NewVariant
from modules.orders.models import OrderLine
from modules.orders.quoting import Cart, CartLine, quote, split_into_units
from modules.orders.units import worth
from tests.orders.cast import (
    DRESS,
    SHIRT,
    place,
    post,
    read,
    receive,
    ship_all,
    stock_the_shop,
)
from tests.orders.test_flow import assert_ledgers_agree

RIBBON = "RI-BON"


def sell_ribbon() -> None:
    """Ribbon by the millimetre, 10.01 for a metre."""

    def make() -> None:
        catalog.create_product(
            code="RI",
            name="Ribbon",
            tax_rate_bp=2300,
            variants=[NewVariant(sku=RIBBON, price_minor=1_001, per=1000)],
        )

    transact(make)
    receive({RIBBON: 10_000})


def bring_back(
    api: FlaskClient, order: dict[str, Any], count: int, refund: int | None = None
) -> dict[str, Any]:
    """Return units of the first line, and pay back over the first payment."""
    line = order["lines"][0]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": line, "quantity": count, "reason": "x"}]},
        status=201,
    )
    body: dict[str, Any] = {"lines": [{"line": line, "quantity": count, "verdict": "sellable"}]}
    if refund is not None:
        body["refund"] = [{"payment": order["payments"][0]["id"], "amount_minor": refund}]
    return post(api, f"/returns/{wanted['id']}/receipt", body)


def test_parts_of_goods_sold_by_measure_sum_to_the_whole(api: FlaskClient) -> None:
    sell_ribbon()
    order = place(
        api,
        lines=[{"sku": RIBBON, "quantity": 1_000}],
        shipping={"method": "pickup"},
        payment={"method": "transfer", "amount_minor": 1_001, "state": "captured"},
    )
    line = order["lines"][0]["id"]
    post(
        api,
        f"/orders/{order['id']}/cancellation",
        {"reason": "too long", "lines": [{"line": line, "quantity": 500}]},
    )
    ship_all(api, order)
    order = read(api, order)
    bring_back(api, order, 300)
    bring_back(api, order, 200)

    order = read(api, order)
    assert order["totals"]["total_minor"] == 0
    assert sum(tax["gross_minor"] for tax in order["taxes"]) == 0
    assert_ledgers_agree()


@given(
    st.integers(1, 5_000),
    st.integers(0, 10**7),
    st.sampled_from([1, 1000]),
    st.lists(st.floats(0, 1), max_size=5),
)
def test_units_cut_anywhere_are_worth_the_line(
    quantity: int, gross: int, per: int, cuts: list[float]
) -> None:
    line = OrderLine(quantity=quantity, per=per, gross_minor=gross)
    ranges: Any = split_into_units(quantity=quantity, per=per, gross_minor=gross, discount_minor=0)
    places = sorted({0, quantity, *(int(one * quantity) for one in cuts)})
    parts = [worth(line, ranges, before + 1, until) for before, until in pairwise(places)]
    assert sum(parts) == gross
    assert all(part >= 0 for part in parts)


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 20)), min_size=1, max_size=8),
    st.sampled_from([0, 500, 800, 2300]),
    st.integers(0, 5_000),
)
def test_net_prices_cost_their_sum_and_the_tax_of_it(
    lines: list[tuple[int, int]], rate: int, delivery: int
) -> None:
    found = quote(
        Cart(
            currency="PLN",
            list_currency="PLN",
            net=True,
            shipping_minor=delivery,
            shipping_rate_bp=rate,
            lines=[
                CartLine(sku="x", quantity=count, rate_bp=rate, given_price_minor=price)
                for price, count in lines
            ],
        )
    )
    net = sum(price * count for price, count in lines) + delivery
    assert sum(tax.net_minor for tax in found.taxes) == net
    assert found.total_minor == net + (net * rate + 5_000) // 10_000


def test_delivery_is_taxed_at_the_standard_rate_whatever_is_delivered(api: FlaskClient) -> None:
    def make() -> None:
        catalog.create_product(
            code="BO",
            name="Book",
            tax_rate_bp=500,
            variants=[NewVariant(sku="BO-1", price_minor=2_100)],
        )

    transact(make)
    receive({"BO-1": 1})
    order = place(api, lines=[{"sku": "BO-1", "quantity": 1}], payment=None)
    assert {tax["rate_bp"]: tax["tax_minor"] for tax in order["taxes"]} == {500: 100, 2300: 279}


def test_money_that_is_on_its_way_back_pays_for_no_parcel(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = read(api, place(api))
    payment = order["payments"][0]["id"]
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    post(api, f"/parcels/{parcel['id']}/pick", {})
    post(api, f"/parcels/{parcel['id']}/pack", {})
    post(api, f"/payments/{payment}/refunds", {"amount_minor": 75_280}, status=201)

    refused = post(api, f"/parcels/{parcel['id']}/ship", {"tracking_number": "T"}, status=409)

    assert refused["code"] == "not_paid"
    run_jobs()
    assert_ledgers_agree()


def test_an_order_is_cancelled_while_its_refund_is_under_way_and_pays_back_once(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = read(api, place(api))
    payment = order["payments"][0]["id"]
    post(api, f"/payments/{payment}/refunds", {"amount_minor": 70_000}, status=201)

    post(api, f"/orders/{order['id']}/cancellation", {"reason": "changed her mind"})
    run_jobs()

    order = read(api, order)
    assert (order["status"], order["payment_status"]) == ("cancelled", "refunded")
    assert [one["amount_minor"] for one in order["payments"][0]["refunds"]] == [70_000, 5_280]
    assert_ledgers_agree()


def test_what_was_refunded_by_hand_is_not_refunded_again_with_the_return(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api, lines=[{"sku": SHIRT, "quantity": 3}], payment=None)
    post(
        api,
        f"/orders/{order['id']}/payments",
        {"method": "paper_card", "amount_minor": 3 * 7_990 + 1_490},
        status=201,
    )
    ship_all(api, order)
    order = read(api, order)
    line, payment = order["lines"][0]["id"], order["payments"][0]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": line, "quantity": 2, "reason": "small"}]},
        status=201,
    )
    one = {"lines": [{"line": line, "quantity": 1, "verdict": "sellable"}]}
    post(api, f"/returns/{wanted['id']}/receipt", one)
    post(api, f"/payments/{payment}/refunds", {"amount_minor": 7_990}, status=201)

    both = one | {"refund": [{"payment": payment, "amount_minor": 2 * 7_990}]}
    refused = post(api, f"/returns/{wanted['id']}/receipt", both, status=409)
    assert refused["code"] == "too_many"
    post(
        api,
        f"/returns/{wanted['id']}/receipt",
        one | {"refund": [{"payment": payment, "amount_minor": 7_990}]},
    )
    run_jobs()

    order = read(api, order)
    assert order["totals"]["balance_minor"] == 0
    assert (order["status"], order["returns"][0]["state"]) == ("closed", "settled")
    assert_ledgers_agree()


def test_a_line_that_comes_back_for_two_reasons_comes_back_whole(api: FlaskClient) -> None:
    stock_the_shop()
    order = read(api, place(api))
    ship_all(api, order)
    dress = order["lines"][1]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {
            "lines": [
                {"line": dress, "quantity": 1, "reason": "too long"},
                {"line": dress, "quantity": 1, "reason": "a stain"},
            ]
        },
        status=201,
    )

    received = post(
        api,
        f"/returns/{wanted['id']}/receipt",
        {
            "lines": [
                {"line": dress, "quantity": 1, "verdict": "sellable"},
                {"line": dress, "quantity": 1, "verdict": "damaged"},
            ]
        },
    )

    assert received["state"] == "received"
    assert [line["received"] for line in received["lines"]] == [1, 1]
    units = read(api, order)["lines"][1]["units"]
    assert (units["returned"], units["return_requested"]) == (2, 0)
    assert_ledgers_agree()


def test_each_invoice_says_paid_of_money_that_no_other_has_used(
    app: Flask, api: FlaskClient, token_for: Callable[..., str]
) -> None:
    stock_the_shop()
    order = place(
        api,
        lines=[{"sku": DRESS, "quantity": 2}],
        shipping={"method": "pickup"},
        payment={"method": "paper_card", "amount_minor": 40_000},
    )
    line = order["lines"][0]["id"]
    for _part in range(2):
        parcel = post(
            api,
            f"/orders/{order['id']}/parcels",
            {"lines": [{"line": line, "quantity": 1}]},
            status=201,
        )
        post(api, f"/parcels/{parcel['id']}/pick", {})
        post(api, f"/parcels/{parcel['id']}/pack", {})
        post(api, f"/parcels/{parcel['id']}/ship", {"override": "He pays in the shop."})

    documents = [one for one in read(api, order)["documents"] if one["kind"] == "invoice"]
    paid = [invoicing.get_document(int(one["id"])).data["paid_minor"] for one in documents]
    assert paid == [32_900, 7_100]


def test_cancelling_lets_go_of_what_was_promised_and_gives_back_what_was_taken(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(
        api, payment={"method": "transfer", "amount_minor": 75_280, "state": "authorized"}
    )
    payment = read(api, order)["payments"][0]["id"]
    post(api, f"/payments/{payment}/captures", {"amount_minor": 40_000}, status=201)

    post(api, f"/orders/{order['id']}/cancellation", {"reason": "changed her mind"})
    run_jobs()

    order = read(api, order)
    assert order["totals"]["balance_minor"] == 0
    assert order["payments"][0]["amount_minor"] == 40_000  # the rest is let go
    assert order["payments"][0]["refunded_minor"] == 40_000
    assert_ledgers_agree()


def test_what_costs_nothing_is_paid_and_leaves(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(
        api,
        lines=[{"sku": SHIRT, "quantity": 1, "unit_price_minor": 0}],
        shipping={"method": "courier", "price_minor": 0},
        payment=None,
    )
    assert order["payment_status"] == "paid"
    ship_all(api, order)
    assert read(api, order)["status"] == "closed"
    assert_ledgers_agree()


def test_a_refund_goes_over_two_payments(api: FlaskClient, run_jobs: Callable[[], None]) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "paper_card", "amount_minor": 50_000})
    post(
        api,
        f"/orders/{order['id']}/payments",
        {"method": "transfer", "amount_minor": 25_280, "state": "captured"},
        status=201,
    )
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "changed her mind"})
    run_jobs()

    order = read(api, order)
    assert [one["refunded_minor"] for one in order["payments"]] == [50_000, 25_280]
    assert order["payment_status"] == "refunded"
    assert_ledgers_agree()


@pytest.mark.parametrize("paid", [80_000, 75_281])
def test_more_than_was_asked_for_keeps_the_order_open_until_it_is_given_back(
    api: FlaskClient, run_jobs: Callable[[], None], paid: int
) -> None:
    stock_the_shop()
    order = read(api, place(api, payment={"method": "paper_card", "amount_minor": paid}))
    assert order["payment_status"] == "overpaid"
    ship_all(api, order)
    assert read(api, order)["status"] == "placed"
    payment = order["payments"][0]["id"]
    post(api, f"/payments/{payment}/refunds", {"amount_minor": paid - 75_280}, status=201)
    run_jobs()
    assert read(api, order)["status"] == "closed"
    assert payments.get_payment(int(payment)).refunded_minor == paid - 75_280
    assert_ledgers_agree()


def test_an_unknown_way_to_pay_later_is_pointed_at_where_it_was_sent(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment=None)

    body = {"method": "shells", "amount_minor": 1}
    refused = post(api, f"/orders/{order['id']}/payments", body, status=422)

    assert [error["pointer"] for error in refused["errors"]] == ["/method"]
