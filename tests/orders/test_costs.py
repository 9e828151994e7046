"""What an order's intake costs: a fixed count of statements, whatever the number of lines."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import transact
from modules import orders
from tests.orders.cast import ADDRESS, DRESS, SHIRT, stock_the_shop

MOST = 15


def _given(lines: int, external_id: str) -> orders.PlaceOrder:
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
