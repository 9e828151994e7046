"""Codes and limits on screens and for programs: made, seen, taken out, blocked."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import outbox
from app.db import close_session
from modules.promotions import queries
from tests.customers.cast import known
from tests.orders.cast import SHIRT, fetch, place, post, stock_the_shop
from tests.orders.screens import form_to, page, parsed, press, words
from tests.promotions.cast import published
from tests.promotions.coupons import BY_CODE, batch_of, use, used

SignIn = Callable[..., FlaskClient]


@pytest.mark.usefixtures("app")
def test_a_manager_builds_a_promotion_with_codes_and_limits(client_as: SignIn) -> None:
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/promotions/new"), "/promotions/new")
    typed = {
        "name": "Black days",
        "code": "BLACK",
        "needs_code": "y",
        "codes": "BLACK10, black20",
        "uses": "200",
        "uses_per_customer": "1",
        "uses_per_day": "50",
        "uses_per_code": "100",
        "budget_minor": "1000,00",
        "budget_per_month_minor": "400,00",
        "benefits-0-kind": "percent",
        "benefits-0-rate_bp": "10",
    }
    answer = press(manager, form, **typed)
    assert answer.status_code in (200, 302, 303), answer.get_data(as_text=True)[:2000]
    close_session()
    record = queries.get_promotion_by_code("BLACK")
    definition = queries.newest_versions([record.id])[record.id].definition
    assert definition["trigger"] == "code"
    assert definition["codes"] == ["BLACK10", "black20"]
    assert definition["limits"] == {
        "uses": 200,
        "uses_per_customer": 1,
        "uses_per_code": 100,
        "uses_per_day": 50,
        "budget_minor": 100_000,
        "budget_per_month_minor": 40_000,
    }
    shown = words(page(manager, "/promotions/BLACK"))
    for said in ("at most 200 uses", "1 for each customer", "50 a day", "BLACK10, black20"):
        assert said in shown
    again = form_to(page(manager, "/promotions/BLACK/edit"), "/edit")
    assert again.fields["uses"] == "200"
    assert again.fields["codes"] == "BLACK10, black20"


@pytest.mark.usefixtures("app")
def test_a_manager_makes_codes_and_sees_them(client_as: SignIn) -> None:
    made = published(**BY_CODE, limits={"uses": 4})
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/promotions/AUTUMN/codes"), "/promotions/AUTUMN/codes")
    refused = press(manager, form, name="Letters", pattern="A-##", count="5")
    assert refused.status_code == 422
    assert "could be guessed" in words(parsed(refused))
    made_now = press(manager, form, name="Letters", pattern="ABC-########", count="5")
    assert made_now.status_code in (302, 303)
    waiting = page(manager, "/promotions/AUTUMN/codes")
    assert "0 of 5" in words(waiting)
    assert waiting.get_element_by_id("pr-batches").get("hx-trigger") == "every 1s"
    close_session()
    outbox.run_due(owner="test")
    close_session()
    done = page(manager, "/promotions/AUTUMN/codes")
    assert "Letters ABC-######## 5 0" in words(done)
    assert done.get_element_by_id("pr-batches").get("hx-trigger") is None
    listed = page(manager, "/promotions/codes").xpath("//a[@class='q m code']")
    codes = [one.text for one in listed]
    assert len(codes) == 5
    assert used([use(made)], 1)
    assert "1 of 4" in words(page(manager, "/promotions/AUTUMN"))
    blocking = form_to(done, "/block")
    assert press(manager, blocking).status_code in (302, 303)
    assert "Blocked" in words(page(manager, "/promotions/AUTUMN/codes"))
    found = page(manager, f"/promotions/codes?q={codes[0].lower()}")
    assert f"{codes[0]} Blocked" in words(found)


@pytest.mark.usefixtures("app")
def test_only_who_makes_promotions_sees_codes(client_as: SignIn) -> None:
    published(**BY_CODE)
    keeper = client_as("store_manager")
    assert page(keeper, "/promotions/AUTUMN/codes") is not None
    assert keeper.get("/promotions/codes").status_code == 403
    assert keeper.post("/promotions/AUTUMN/codes").status_code in (400, 403)
    assert client_as("clerk").get("/promotions/AUTUMN/codes").status_code == 403


@pytest.mark.usefixtures("app")
def test_a_list_of_codes_tells_which_order_used_one(api: FlaskClient, client_as: SignIn) -> None:
    stock_the_shop()
    [code] = batch_of(published(**BY_CODE), 1)
    lines = [{"sku": SHIRT, "quantity": 1}]
    placed = place(api, payment=None, lines=lines, coupons=[code])
    close_session()
    shown = words(page(client_as("marketing_manager"), "/promotions/codes?state=redeemed"))
    assert f"{code} Used 1 {placed['number']}" in shown


@pytest.mark.usefixtures("app")
def test_programs_make_and_read_codes(api: FlaskClient) -> None:
    published(**BY_CODE)
    wanted: dict[str, Any] = {"count": 3, "prefix": "WIO-", "length": 8, "check": True}
    made = post(api, "/promotions/AUTUMN/codes", wanted, status=201)
    assert (made["wanted"], made["made"], made["pattern"]) == (3, 0, "WIO-########")
    close_session()
    outbox.run_due(owner="test")
    close_session()
    [batch] = fetch(api, "/promotions/AUTUMN/batches")["items"]
    assert (batch["id"], batch["made"], batch["used"]) == (made["id"], 3, 0)
    way = f"/promotions/AUTUMN/batches/{batch['id']}"
    first = fetch(api, f"{way}/codes", limit=2)
    rest = fetch(api, f"{way}/codes", cursor=first["next_cursor"])
    codes = [one["code"] for one in (*first["items"], *rest["items"])]
    assert len(set(codes)) == 3
    assert rest["next_cursor"] is None
    for form in ("csv", "xlsx"):
        file = api.get(f"/api/v1{way}/file?form={form}")
        assert file.status_code == 200
        if form == "csv":
            assert all(code in file.get_data(as_text=True) for code in codes)
    anna = known(email="anna@example.com")
    close_session()
    given = post(api, f"{way}/gifts", {"customer": str(anna)}, status=201)
    assert (given["state"], given["customer"]) == ("issued", str(anna))
    other = next(code for code in codes if code != given["code"])
    blocked = post(api, f"/codes/{other.lower()}/block", {})
    assert blocked["state"] == "blocked"
    assert fetch(api, f"/codes/{other}")["state"] == "blocked"
    assert post(api, f"{way}/block", {})["blocked_at"]
    assert fetch(api, f"/codes/{given['code']}")["state"] == "blocked"
    assert api.get("/api/v1/codes/NOBODYS").status_code == 404
    too_short = api.post("/api/v1/promotions/AUTUMN/codes", json={"count": 5, "pattern": "A##"})
    assert too_short.status_code == 422
