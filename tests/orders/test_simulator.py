"""The simulator: any cart, any time, any buyer, a draft too, told in words; nothing is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import close_session, session
from modules.orders.models import Order
from modules.orders.simulator_form import counted
from modules.promotions.engine.verdicts import Reason
from modules.promotions.reasons import WORDS
from modules.promotions.refusals import TO_BUYER
from tests.orders.cast import DRESS, SHIRT, place, post, stock_the_shop, told
from tests.orders.screens import fields, form_to, page, parsed, press, text_of, words
from tests.promotions.cast import draft, published

SignIn = Callable[..., FlaskClient]
pytestmark = pytest.mark.usefixtures("shop")
PAIR = [{"kind": "nth_unit", "number": 2, "rate_bp": 5_000}]


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop()


@pytest.fixture
def manager(client_as: SignIn) -> FlaskClient:
    return client_as("marketing_manager")


def try_it(manager: FlaskClient, goods: str, *, of: str = "", **typed: Any) -> Any:
    shown = page(manager, f"/orders/simulator?promotion={of}")
    answer = press(manager, form_to(shown, "/simulator#result"), goods=goods, **typed)
    assert answer.status_code == 200, text_of(answer)
    return parsed(answer).get_element_by_id("result")


def test_a_cart_is_tried_against_what_is_published(manager: FlaskClient) -> None:
    published()
    published("RICH", "From a thousand", conditions=[subtotal(100_000)])
    shown = try_it(manager, f"{SHIRT}\n{DRESS} 2", channel="web")
    costs, applied, refused = (words(shown.get_element_by_id(one)) for one in RESULT)
    assert "737.90" in costs
    assert "664.11" in costs
    assert "Autumn tenth version 1" in applied
    assert "Maja linen dress" in applied
    assert "65.80" in applied
    assert "From a thousand" in refused
    assert "The goods cost too little for it. 335.89 zł were missing." in plain(refused)
    assert "1 000.00 zł" in plain(refused)
    assert "needed 1 000.00 zł, there 664.11 zł, missing 335.89 zł" in plain(refused)
    assert "To the buyer: “335.89 zł more, and you get this offer.”" in plain(refused)
    close_session()
    assert session.scalar(select(func.count()).select_from(Order)) == 0


RESULT = ("price", "applied", "refused")


def subtotal(minor: int) -> dict[str, Any]:
    return {"kind": "subtotal_at_least", "amount_minor": minor}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_draft_is_tried_before_anybody_gets_it(manager: FlaskClient) -> None:
    draft("PAIR", "Second for half", conditions=[], benefits=PAIR)
    alone = try_it(manager, f"{SHIRT} 2")
    assert "Second for half" not in words(alone.get_element_by_id("applied"))
    [way] = page(manager, "/promotions/PAIR").xpath("//a[contains(., 'Try it')]")
    assert way.get("href") == "/orders/simulator?promotion=PAIR"
    tried = try_it(manager, f"{SHIRT} 2", of="PAIR")
    assert "Second for half" in words(tried.get_element_by_id("applied"))
    assert "119.85" in words(tried.get_element_by_id("price"))
    one = words(try_it(manager, SHIRT, of="PAIR").get_element_by_id("refused"))
    assert "needed 2, there 1, missing 1" in one


def test_what_a_cart_has_nothing_to_do_with_is_told_when_it_is_asked_about(
    manager: FlaskClient,
) -> None:
    only = {"kind": "percent", "rate_bp": 1_000, "filter": {"skus": [DRESS]}}
    draft("DRESSES", "Dresses", conditions=[], benefits=[only])
    shown = words(try_it(manager, SHIRT, of="DRESSES").get_element_by_id("refused"))
    assert "Dresses" in shown
    assert "None of the goods take part." in shown


def test_the_hour_the_store_and_the_buyer_are_supposed(manager: FlaskClient) -> None:
    published(
        "CORE",
        "Core on weekdays",
        conditions=[],
        schedule={"weekdays": [0, 1, 2, 3, 4], "zone": "Europe/Warsaw"},
        scope={"stages": ["core"]},
    )
    monday, sunday = "2026-11-23T12:00", "2026-11-22T12:00"
    shown = try_it(manager, SHIRT, at=monday, stage="core")
    assert "Core on weekdays" in words(shown.get_element_by_id("applied"))
    shown = try_it(manager, SHIRT, at=sunday, stage="core")
    assert "It holds on other days or at other hours." in words(shown)
    shown = try_it(manager, SHIRT, at=monday)
    assert "It is for other customers. Stages: Core" in words(shown)
    assert "To the buyer: “This offer is for other customers.”" in words(shown)


def test_what_was_typed_stays_where_it_is_wrong(manager: FlaskClient) -> None:
    form = form_to(page(manager, "/orders/simulator"), "/simulator#result")
    answer = press(manager, form, goods=f"{SHIRT} 2\nNOTHING 3", customer="C-999", coupons="A")
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Nothing that we sell is called “NOTHING”." in said
    assert "Nobody is known by this." in said
    kept = fields(form_to(parsed(answer), "/simulator#result"))
    assert kept["goods"].split() == [SHIRT, "2", "NOTHING", "3"]
    assert kept["coupons"] == "A"
    assert press(manager, form, goods="").status_code == 422


def test_rows_are_read_as_they_are_typed_and_scanned() -> None:
    for row in ("SH-1 2", "SH-1, 2", "SH-1;2", " SH-1  x2 ", "SH-1 x 2"):
        assert counted(row) == ("SH-1", 2)
    for row in ("SH-1", "5901234123457", "x2", "SH 12345"):
        assert counted(row) == (row, 1)


def test_a_program_asks_the_same(api: FlaskClient) -> None:
    published()
    draft("PAIR", "Second for half", conditions=[], benefits=PAIR, scope={"segments": ["vip"]})
    lines = [{"sku": SHIRT, "quantity": 2}]
    body = {"channel": "web", "currency": "PLN", "lines": lines, "promotion": "PAIR"}
    found = post(api, "/promotions/simulations", body)
    assert found["applied"] == []
    refused = {one["promotion"]: one for one in found["rejected"]}
    assert refused["PAIR"]["path"] == "scope.segments"
    assert refused["AUTUMN"]["shortfall"] == 4_020
    assert refused["AUTUMN"]["words"]["customer"].endswith("more, and you get this offer.")
    found = post(api, "/promotions/simulations", body | {"suppose": {"segments": ["vip"]}})
    [one] = found["applied"]
    assert one["parts"] == [{"sku": SHIRT, "amount_minor": 3_995}]
    assert found["total_minor"] == 11_985
    answer = api.post("/api/v1/promotions/simulations", json=body | {"promotion": "NONE"})
    assert (answer.status_code, told(answer)["errors"][0]["pointer"]) == (422, "/promotion")


def test_a_simulation_and_the_order_cost_the_same(api: FlaskClient) -> None:
    published()
    lines = [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 2}]
    shipping = {"method": "courier", "price_minor": 1_490}
    body = {"channel": "web", "currency": "PLN", "lines": lines, "shipping": shipping}
    found = post(api, "/promotions/simulations", body)
    placed = place(api, payment=None, lines=lines, shipping=shipping)
    assert found["total_minor"] == placed["totals"]["total_minor"]


def test_every_reason_is_said_to_both_sides_of_the_counter() -> None:
    assert set(WORDS) == set(TO_BUYER) == set(Reason)


def test_who_may_not_see_promotions_tries_none(client_as: SignIn) -> None:
    assert client_as("clerk").get("/orders/simulator").status_code == 403
