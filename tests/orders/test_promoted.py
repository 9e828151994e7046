"""What promotions did to orders: the figures on their page, by day and product, and as a file."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import close_session, session, transact
from modules.orders.models import LineAdjustment, Order
from modules.orders.promoted import results_of, rows_of
from tests.orders.cast import DRESS, SHIRT, place, post, stock_the_shop
from tests.orders.screens import page, words
from tests.promotions.cast import published

SignIn = Callable[..., FlaskClient]
WARSAW = ZoneInfo("Europe/Warsaw")
pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop(shirts=40, dresses=40)


def order(api: FlaskClient, *goods: tuple[str, int]) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": count} for sku, count in goods]
    return place(api, payment=None, lines=lines)


def placed_on(placed: dict[str, Any], moment: datetime) -> None:
    """Put an order on another day, as an import of history would."""

    def move() -> None:
        session.get_one(Order, int(placed["id"])).placed_at = moment

    close_session()
    transact(move)


def test_the_page_tells_what_came_of_it(api: FlaskClient, client_as: SignIn) -> None:
    """Two dresses and a shirt, a tenth off: 592.20 and 71.91 are left of 737.90."""
    published()
    order(api, (SHIRT, 1), (DRESS, 2))
    order(api, (DRESS, 1))
    order(api, (SHIRT, 1))  # too little for it
    gone = order(api, (DRESS, 1))
    post(api, f"/orders/{gone['id']}/cancellation", {"reason": "changed_mind"})
    close_session()
    manager = client_as("marketing_manager")
    shown = words(page(manager, "/promotions/AUTUMN").get_element_by_id("results"))
    assert "Orders with it 2" in shown
    assert "106.69" in shown  # 79.00 - 5.21 of the shirt: 7.99 + 65.80 + 32.90
    assert "960.21" in shown  # 71.91 + 592.20 + 296.10
    assert "4 pieces" in shown
    # Without VAT 58.46 + 481.46 + 240.73; they cost 39.95 + 329.00 + 164.50.
    assert "247.20" in shown
    assert client_as("clerk").get("/orders/promotions/AUTUMN/results.csv").status_code == 403


def test_who_does_not_see_costs_gets_no_margin(api: FlaskClient, client_as: SignIn) -> None:
    published()
    order(api, (DRESS, 1))
    answer = client_as("shift_lead").get("/orders/promotions/AUTUMN/results.csv")
    [head, row] = csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert head[-1] == "Taken off"
    assert row[1:] == [DRESS, "Maja linen dress", "PLN", "1", "1", "296.10", "32.90"]
    answer = client_as("marketing_manager").get("/orders/promotions/AUTUMN/results.csv")
    [head, row] = csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert head[-3:] == ["Sales without VAT", "Cost", "Margin"]
    assert row[-3:] == ["240.73", "164.50", "76.23"]


def test_a_day_is_that_of_the_company(api: FlaskClient) -> None:
    made = published()
    late = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # half past midnight of the 25th
    for ago, moment in enumerate((late, late + timedelta(days=1), late - timedelta(days=200))):
        placed_on(order(api, (DRESS, 1 + ago)), moment)
    close_session()
    found = results_of(made.id, zone=WARSAW)
    assert [(str(day), one.units) for day, _currency, one in found.days] == [("2026-10-25", 3)]
    assert found.totals["PLN"].units == 6
    days = [(str(row.day), row.product.figures.units) for row in rows_of(made.id, zone=WARSAW)]
    assert sum(units for _day, units in days) == 6
    assert days[0][0] == "2026-04-08"


def test_what_is_told_adds_up_to_what_is_kept(api: FlaskClient) -> None:
    """An order with several lines and a delivery for nothing is counted once."""
    made = published(phase="shipping", benefits=[{"kind": "free_delivery"}])
    published("TENTH")
    order(api, (SHIRT, 2), (DRESS, 1))
    close_session()
    kept = session.scalars(
        select(LineAdjustment.amount_minor).where(LineAdjustment.promotion_id == made.id)
    ).all()
    found = results_of(made.id, zone=WARSAW)
    one = found.totals["PLN"]
    assert (one.orders, one.units, one.sales_minor) == (1, 0, 0)
    assert one.off_minor == sum(kept) == 1_490
    assert found.products == []


def test_the_figures_ask_the_same_few_questions_however_many_orders(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    made = published()
    asked = []
    for count in (1, 4):
        for _again in range(count):
            order(api, (SHIRT, 1), (DRESS, 1))
        close_session()
        with statements() as heard:
            results_of(made.id, zone=WARSAW)
        asked.append(len(heard))
    assert asked[0] == asked[1] <= 6, heard


def test_a_store_sees_its_own(api: FlaskClient) -> None:
    made = published()
    order(api, (DRESS, 1))
    close_session()
    assert results_of(made.id, zone=WARSAW, stores=[]).totals == {}
    store = session.scalars(select(Order.store_id)).first()
    assert results_of(made.id, zone=WARSAW, stores=[store or 0]).totals["PLN"].orders == 1
