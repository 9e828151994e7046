"""What an order's intake costs: a fixed count of statements, whatever the number of lines."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import transact
from modules import orders
from modules.orders import given
from tests.orders.cast import ADDRESS, DRESS, SHIRT, stock_the_shop

MOST = 15


def _given(lines: int, external_id: str, **more: Any) -> orders.PlaceOrder:
    skus = [SHIRT, DRESS]
    return orders.PlaceOrder(
        channel="web",
        external_id=external_id,
        currency="PLN",
        buyer={"email": "a.wisniewska@poczta.example", "name": "Agnieszka Wiśniewska"},
        shipping_address=ADDRESS,
        shipping_method="courier",
        shipping_minor=1_490,
        lines=[orders.OrderedLine(sku=skus[at % 2], quantity=1) for at in range(lines)],
        **more,
    )


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("lines", [1, 3, 20])
def test_an_order_of_a_known_customer_takes_fifteen_statements_at_most(
    lines: int, statements: Callable[[], Any], app: Flask
) -> None:
    stock_the_shop(shirts=100, dresses=100)
    transact(lambda: orders.place_order(_given(1, "first")))

    with statements() as asked:
        transact(lambda: orders.place_order(_given(lines, "second")))

    assert len(asked) <= MOST, "\n".join(asked)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("method", ["paper_card", "transfer", "cod"])
def test_a_payment_that_comes_with_an_order_takes_five_statements_more_at_most(
    method: str, statements: Callable[[], Any]
) -> None:
    stock_the_shop(shirts=100, dresses=100)
    transact(lambda: orders.place_order(_given(1, "first")))
    payment = given.OrderedPayment(method=method, amount_minor=40_890)

    with statements() as asked:
        transact(lambda: orders.place_order(_given(3, "second", payment=payment)))

    assert len(asked) <= MOST + 5, "\n".join(asked)


@pytest.mark.usefixtures("app")
def test_the_goods_are_taken_last_so_that_others_hardly_wait(
    statements: Callable[[], Any],
) -> None:
    stock_the_shop(shirts=100, dresses=100)
    payment = given.OrderedPayment(method="transfer", amount_minor=40_890)

    with statements() as asked:
        transact(lambda: orders.place_order(_given(3, "first", payment=payment)))

    taken = next(place for place, text in enumerate(asked) if "UPDATE stock_item" in text)
    assert len(asked) - taken <= 4, "\n".join(asked)
