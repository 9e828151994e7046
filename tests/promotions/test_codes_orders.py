"""Codes and limits in orders: a quote tells, an order counts, a cancelled one gives back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import close_session, session, transact
from modules.orders.models import LineAdjustment
from modules.promotions import coupons, operations
from modules.promotions.coupons import trying
from modules.promotions.coupons.models import PromotionUse
from modules.promotions.coupons.proving import prove_promotions
from tests.customers.cast import known
from tests.orders.cast import SHIRT, order_body, place, post, ship_all, stock_the_shop
from tests.orders.screens import form_to, page, press, text_of, words
from tests.promotions.cast import act, published
from tests.promotions.coupons import BY_CODE, batch_of, counted

SignIn = Callable[..., FlaskClient]
ONE_SHIRT = [{"sku": SHIRT, "quantity": 1}]


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop(shirts=20, dresses=20)


def order(api: FlaskClient, *codes: str, **changes: Any) -> dict[str, Any]:
    close_session()
    given = {"payment": None, "lines": ONE_SHIRT, "coupons": codes} | changes
    return place(api, **given)


def quoted(api: FlaskClient, *codes: str, **changes: Any) -> dict[str, Any]:
    close_session()
    body = {"channel": "web", "currency": "PLN", "lines": ONE_SHIRT, "coupons": codes} | changes
    return post(api, "/quotes", body)


def refused(api: FlaskClient, *codes: str, **changes: Any) -> list[str]:
    """Return why an order with these codes is refused."""
    close_session()
    body = order_body(payment=None, lines=ONE_SHIRT, coupons=codes) | changes
    answer = api.post("/api/v1/orders", json=body)
    assert answer.status_code == 409, answer.json
    told: Any = answer.json
    assert told["code"] == "coupon_refused"
    return [one["code"] for one in told["errors"]]


@pytest.mark.usefixtures("shop")
def test_a_code_makes_an_order_cheaper_once(api: FlaskClient) -> None:
    made = published(**BY_CODE)
    [code] = batch_of(made, 1)
    asked = quoted(api, code.lower())
    assert [(one["coupon"], one["amount_minor"]) for one in asked["applied"]] == [(code, 799)]
    assert quoted(api)["rejected"][0]["reason"] == "code_not_entered"
    placed = order(api, code)
    assert placed["totals"]["discount_minor"] == 799
    close_session()
    used = session.scalars(select(PromotionUse)).one()
    assert (used.coupon, used.amount_minor, used.ref_id) == (code, 799, int(placed["id"]))
    [part] = session.scalars(select(LineAdjustment)).all()
    assert part.code_id == used.code_id
    [no] = quoted(api, code)["rejected"]
    assert (no["promotion"], no["reason"]) == ("AUTUMN", "usage_limit_reached")
    assert refused(api, code) == ["usage_limit_reached"]
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("shop")
def test_an_order_that_is_cancelled_gives_back_use_code_and_budget(api: FlaskClient) -> None:
    made = published(**BY_CODE, limits={"uses": 1, "budget_minor": 1_000})
    [code] = batch_of(made, 1)
    placed = order(api, code)
    assert counted(made) == (1, 799)
    post(api, f"/orders/{placed['id']}/cancellation", {"reason": "too late"})
    assert counted(made) == (0, 0)
    order(api, code)
    assert counted(made) == (1, 799)
    assert refused(api, code) == ["usage_limit_reached"]
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("shop")
def test_an_order_that_came_back_whole_gives_back_what_it_used(api: FlaskClient) -> None:
    made = published(conditions=[], limits={"uses": 5})
    placed = order(api, lines=[{"sku": SHIRT, "quantity": 2}])
    paid = {"method": "paper_card", "amount_minor": placed["totals"]["total_minor"]}
    post(api, f"/orders/{placed['id']}/payments", paid, status=201)
    ship_all(api, placed)
    line = placed["lines"][0]["id"]
    for left in (1, 0):
        asked = {"lines": [{"line": line, "quantity": 1, "reason": "too_small"}]}
        wanted = post(api, f"/orders/{placed['id']}/returns", asked, status=201)
        received = {"lines": [{"line": line, "quantity": 1, "verdict": "sellable"}]}
        post(api, f"/returns/{wanted['id']}/receipt", received)
        assert counted(made)[0] == left
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("shop")
def test_a_code_whose_condition_is_not_met_stays_and_gives_nothing(api: FlaskClient) -> None:
    made = published(trigger="code", codes=["RICH"])
    assert quoted(api, "rich")["rejected"] == [
        {
            "promotion": "AUTUMN",
            "reason": "min_subtotal_not_met",
            "needed": 20_000,
            "have": 7_990,
            "shortfall": 12_010,
            "coupon": "RICH",
        }
    ]
    assert order(api, "rich")["totals"]["discount_minor"] == 0
    assert counted(made) == (0, 0)
    assert order(api, "rich", lines=[{"sku": SHIRT, "quantity": 3}])["totals"]["discount_minor"]
    assert counted(made) == (1, 2_397)


@pytest.mark.usefixtures("shop")
def test_a_code_that_nobody_has_is_told_and_refused(api: FlaskClient) -> None:
    [no] = quoted(api, "NOBODYS")["rejected"]
    assert (no["promotion"], no["reason"], no["coupon"]) == (None, "code_unknown", "NOBODYS")
    assert refused(api, "NOBODYS") == ["code_unknown"]
    published(**BY_CODE, codes=["REAL"])
    assert refused(api, "REAL", "NOBODYS") == ["code_unknown"]


@pytest.mark.usefixtures("shop")
def test_a_promotion_ends_with_its_last_use(api: FlaskClient) -> None:
    made = published(conditions=[], limits={"uses": 1})
    assert order(api)["totals"]["discount_minor"] == 799
    assert quoted(api)["rejected"][0]["reason"] == "usage_limit_reached"
    assert order(api)["totals"]["discount_minor"] == 0
    assert counted(made) == (1, 799)


@pytest.mark.usefixtures("shop")
def test_a_budget_is_never_overdrawn(api: FlaskClient) -> None:
    made = published(conditions=[], limits={"budget_minor": 1_000})
    assert order(api)["totals"]["discount_minor"] == 799
    assert quoted(api)["rejected"][0]["reason"] == "budget_exhausted"
    assert order(api)["totals"]["discount_minor"] == 0
    assert counted(made) == (1, 799)


@pytest.mark.usefixtures("shop")
def test_once_for_each_customer_needs_to_know_who_buys(api: FlaskClient) -> None:
    published(**BY_CODE, codes=["ONCE"], limits={"uses_per_customer": 1})
    anna = {"email": "anna@example.com", "name": "Anna"}
    assert refused(api, "ONCE", customer={}) == ["customer_unknown"]
    order(api, "ONCE", customer=anna)
    assert refused(api, "ONCE", customer=anna) == ["customer_limit_reached"]
    order(api, "ONCE", customer={"email": "jan@example.com", "name": "Jan"})


@pytest.mark.usefixtures("shop")
def test_a_code_of_one_customer_is_no_one_elses(api: FlaskClient) -> None:
    [code] = batch_of(published(**BY_CODE), 1)
    anna = known(email="anna@example.com")
    close_session()
    found = coupons.get_code(code)
    close_session()
    transact(lambda: coupons.give_code(code_id=found.id, customer_id=anna))
    other = {"email": "jan@example.com", "name": "Jan"}
    assert refused(api, code, customer=other) == ["code_of_other_customer"]
    assert order(api, code, customer={"id": str(anna)})["totals"]["discount_minor"] == 799


@pytest.mark.usefixtures("shop")
def test_a_checkout_keeps_a_code_for_its_own_order(api: FlaskClient) -> None:
    [code] = batch_of(published(**BY_CODE), 1)
    wanted = {"code": code, "channel": "web", "external_id": "CART-7"}
    post(api, "/coupons/reservations", wanted, status=201)
    assert quoted(api, code)["rejected"][0]["reason"] == "code_reserved"
    assert quoted(api, code, external_id="CART-7")["applied"]
    assert refused(api, code, external_id="CART-8") == ["code_reserved"]
    again = api.post("/api/v1/coupons/reservations", json=wanted | {"external_id": "CART-8"})
    assert again.status_code == 409
    assert order(api, code, external_id="CART-7")["totals"]["discount_minor"] == 799


@pytest.mark.usefixtures("shop")
def test_who_names_too_many_codes_that_nobody_has_waits(api: FlaskClient) -> None:
    body = {"channel": "web", "currency": "PLN", "lines": ONE_SHIRT}
    statuses = []
    for number in range(13):
        codes = [f"GUESS-{number}-{at}" for at in range(10)]
        statuses.append(api.post("/api/v1/quotes", json=body | {"coupons": codes}).status_code)
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 409
    assert api.post("/api/v1/quotes", json=body).status_code == 200


@pytest.mark.usefixtures("shop")
def test_reservations_are_no_way_around_it(
    api: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(trying._FREE, "token", 3)
    path, wanted = "/api/v1/coupons/reservations", {"channel": "web", "external_id": "CART-7"}
    tries = [api.post(path, json=wanted | {"code": f"GUESS-{at}"}) for at in range(4)]
    assert [one.status_code for one in tries] == [404, 404, 404, 409]
    answer: Any = tries[3].json
    assert answer["code"] == "too_many_tries"


@pytest.mark.usefixtures("shop")
def test_only_codes_and_limits_cost_statements(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    order(api)
    with statements() as plain:
        order(api)
    made = published(**BY_CODE)
    [code] = batch_of(made, 1)
    close_session()
    order(api)  # reads the book
    with statements() as without:
        order(api)
    with statements() as with_code:
        order(api, code)
    # The first promotion that waits for a code is told in the trace of the price: one insert.
    assert len(without) - len(plain) <= 1
    # The code is looked up and taken, the use is counted and written down, the discount is kept.
    assert len(with_code) - len(without) <= 6


@pytest.mark.usefixtures("shop")
def test_stock_and_counters_are_taken_in_the_order_in_which_they_are_given_back(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    [code] = batch_of(published(**BY_CODE), 1)
    with statements() as placing:
        placed = order(api, code)
    with statements() as cancelling:
        post(api, f"/orders/{placed['id']}/cancellation", {"reason": "too late"})
    for heard in (placing, cancelling):
        first = [
            next(place for place, one in enumerate(heard) if table in one)
            for table in ("UPDATE stock_item", "UPDATE promotion_code", "promotion_counter")
        ]
        assert first == sorted(first), heard


@pytest.mark.usefixtures("shop")
def test_a_clerk_types_a_code_into_the_basket(client_as: SignIn) -> None:
    [code] = batch_of(published(**BY_CODE), 1)
    clerk = client_as("clerk")
    typed = {
        "channel": "web",
        "lines-0-sku": SHIRT,
        "lines-0-quantity": "1",
        "coupons": f"{code.lower()}, nobodys",
    }
    form = form_to(page(clerk, "/orders/new"), "/orders/new/basket")
    said = text_of(press(clerk, form, **typed))
    assert "Autumn tenth" in said
    assert f"{code} is taken into account" in said
    assert "NOBODYS There is no such code." in said


@pytest.mark.usefixtures("shop")
def test_an_order_shows_the_code_that_it_used(api: FlaskClient, client_as: SignIn) -> None:
    made = published(**BY_CODE)
    [code] = batch_of(made, 1)
    placed = order(api, code)
    act(operations.end_promotion, made)
    close_session()
    assert code in words(page(client_as("store_manager"), f"/orders/{placed['id']}"))
