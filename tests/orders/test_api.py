"""What web shops rely on: replays, quotes, labels and lists, answered as the contract says."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import tokens
from app.db import session, transact
from modules import organization, stock
from modules.orders import Order
from tests.orders.cast import (
    DRESS,
    SHIRT,
    fetch,
    on_shelf,
    order_body,
    place,
    post,
    read,
    stock_the_shop,
    told,
)


@pytest.fixture
def rynek(app: Flask) -> FlaskClient:
    """A program whose token is bound to a second store."""

    def make() -> str:
        store = organization.create_store(code="RYNEK", name="Rynek", kind="shop", city="Kraków")
        known = list(app.extensions["scopes"])
        return tokens.create_token(
            name="rynek", scopes=["admin"], known_scopes=known, store_ids=[store.id]
        )

    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {transact(make)}"
    return client


# --- an order that is there already -----------------------------------------------------------

ANYTHING_ELSE = [
    {},
    {"lines": []},
    {**order_body(), "customer": {"id": "999999"}},
    {**order_body(), "coupons": "SPRING"},
    {**order_body(), "store": "NOWHERE"},
    {**order_body(), "shipping": {"method": "rocket"}, "colour": "red"},
    {"currency": 7, "channel": " web "},
]


@pytest.mark.parametrize("rest", ANYTHING_ELSE)
def test_of_an_order_that_is_there_the_rest_of_the_body_is_not_read(
    api: FlaskClient, rest: dict[str, Any]
) -> None:
    stock_the_shop()
    first = place(api, external_id="WEB-1")

    again = api.post("/api/v1/orders", json={"channel": "web", "external_id": "WEB-1", **rest})

    assert again.status_code == 200, again.json
    assert told(again) == read(api, first)
    assert on_shelf(DRESS) == (10, 2)


@pytest.mark.parametrize("rest", ANYTHING_ELSE)
def test_an_order_that_is_not_there_must_have_its_shape(
    api: FlaskClient, rest: dict[str, Any]
) -> None:
    stock_the_shop()
    answer = api.post("/api/v1/orders", json={"channel": "web", "external_id": "WEB-1", **rest})
    assert answer.status_code == 422
    assert on_shelf(DRESS) == (10, 0)


def test_an_order_of_another_store_is_not_there_for_a_replay(
    api: FlaskClient, rynek: FlaskClient
) -> None:
    stock_the_shop()
    place(api, external_id="WEB-1")
    for rest in ({}, order_body()):
        body = {"channel": "web", "external_id": "WEB-1", **rest}
        assert rynek.post("/api/v1/orders", json=body).status_code == 404


def test_a_key_is_bound_to_its_body_though_the_order_is_there(api: FlaskClient) -> None:
    stock_the_shop()
    key = {"Idempotency-Key": "k-1"}
    body = order_body(external_id="WEB-1")
    first = api.post("/api/v1/orders", json=body, headers=key)
    again = api.post("/api/v1/orders", json=body, headers=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.data == first.data
    other = {"channel": "web", "external_id": "WEB-1"}
    answer = api.post("/api/v1/orders", json=other, headers=key)
    assert (answer.status_code, told(answer)["code"]) == (422, "idempotency_mismatch")


# --- an order that was just made --------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"payment": None},
        {"payment": None, "customer": {"name": "Guest"}},
        {"payment": None, "shipping_address": None},
        {"channel": "allegro", "lines": [{"sku": SHIRT, "quantity": 12}]},
    ],
    ids=["paid", "not paid", "a guest", "held", "backordered"],
)
def test_a_new_order_is_told_as_it_is_read(api: FlaskClient, changes: dict[str, Any]) -> None:
    stock_the_shop()

    def open_channel() -> None:
        web = organization.get_channel("web")
        organization.create_channel(
            code="allegro",
            name="Allegro",
            kind="marketplace",
            store_id=web.store_id,
            on_shortage="backorder",
            locations=[organization.get_location("MAIN").id],
        )

    transact(open_channel)
    made = place(api, **changes)
    assert made["allocations"]
    assert made == read(api, made)


def test_a_known_customer_is_named_as_he_is_known(api: FlaskClient) -> None:
    stock_the_shop()
    known = {"kind": "person", "name": "Zofia Kowalska", "emails": ["zofia@poczta.example"]}
    customer = post(api, "/customers", known, status=201)
    made = place(api, customer={"email": "zofia@poczta.example", "name": "Z. K."})
    assert made["customer"] == {
        "id": customer["id"],
        "number": customer["number"],
        "name": "Zofia Kowalska",
    }


# --- quotes -----------------------------------------------------------------------------------


def quote_body(**changes: Any) -> dict[str, Any]:
    return {
        "channel": "web",
        "currency": "PLN",
        "lines": [{"sku": SHIRT, "quantity": 1}],
        **changes,
    }


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "moon"}, "/channel"),
        ({"store": "NOWHERE"}, "/store"),
        ({"shipping": {"method": "rocket"}}, "/shipping/method"),
        ({"customer": {"id": "999999"}}, "/customer/id"),
        ({"lines": [{"sku": "NO-SUCH", "quantity": 1}]}, "/lines/0/sku"),
    ],
)
def test_a_quote_points_at_an_unknown_code_as_an_order_does(
    api: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    stock_the_shop()
    answer = api.post("/api/v1/quotes", json=quote_body(**change))
    assert answer.status_code == 422, answer.json
    assert told(answer)["errors"][0]["pointer"] == pointer


def test_a_quote_for_another_store_is_not_there(api: FlaskClient, rynek: FlaskClient) -> None:
    stock_the_shop()
    assert rynek.post("/api/v1/quotes", json=quote_body(store="MAIN")).status_code == 404
    for body in (quote_body(), quote_body(store="RYNEK")):
        assert rynek.post("/api/v1/quotes", json=body).status_code == 200
    assert api.post("/api/v1/quotes", json=quote_body(store="MAIN")).status_code == 200


def test_a_quote_counts_the_delivery_and_its_tax(api: FlaskClient) -> None:
    stock_the_shop()
    asked = quote_body(shipping={"method": "courier", "price_minor": 1_490})
    found = post(api, "/quotes", asked)
    assert found["total_minor"] == 7_990 + 1_490
    assert [(one["rate_bp"], one["gross_minor"]) for one in found["taxes"]] == [(2300, 9_480)]


def test_a_key_is_bound_to_the_cart_that_was_quoted(api: FlaskClient) -> None:
    stock_the_shop()
    key = {"Idempotency-Key": "q-1"}
    first = api.post("/api/v1/quotes", json=quote_body(), headers=key)
    again = api.post("/api/v1/quotes", json=quote_body(), headers=key)
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    other = quote_body(lines=[{"sku": SHIRT, "quantity": 2}])
    answer = api.post("/api/v1/quotes", json=other, headers=key)
    assert (answer.status_code, told(answer)["code"]) == (422, "idempotency_mismatch")


# --- sums beyond all bounds -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([(10**9, 10**13)], "/lines/0/quantity"),
        ([(1, 5_000), (10**9, 10**5)], "/lines/1/quantity"),
        ([(1, 8 * 10**12), (1, 8 * 10**12)], "/lines"),
    ],
)
def test_more_than_can_be_written_down_is_pointed_at(
    api: FlaskClient, lines: list[tuple[int, int]], pointer: str
) -> None:
    stock_the_shop()
    wanted = [
        {"sku": SHIRT, "quantity": quantity, "unit_price_minor": price} for quantity, price in lines
    ]
    for prices in ("gross", "net"):
        body = order_body(lines=wanted, payment=None, prices=prices)
        answer = api.post("/api/v1/orders", json=body)
        assert answer.status_code == 422, answer.json
        assert told(answer)["errors"][0]["pointer"] == pointer


# --- lines of others --------------------------------------------------------------------------


def test_a_line_of_another_order_is_pointed_at(api: FlaskClient) -> None:
    stock_the_shop()
    mine, other = place(api), place(api)
    lines = [
        {"line": mine["lines"][0]["id"], "quantity": 1},
        {"line": other["lines"][0]["id"], "quantity": 1},
    ]
    parcel = post(api, f"/orders/{mine['id']}/parcels", {}, status=201)
    for path, more in (
        (f"/orders/{mine['id']}/cancellation", {"reason": "x"}),
        (f"/orders/{mine['id']}/parcels", {}),
        (f"/parcels/{parcel['id']}/pick", {}),
        (f"/parcels/{parcel['id']}/pack", {}),
    ):
        answer = post(api, path, {"lines": lines, **more}, status=422)
        assert answer["errors"][0]["pointer"] == "/lines/1/line", path


# --- labels -----------------------------------------------------------------------------------


def test_a_label_is_a_job_and_then_a_document(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    key = {"Idempotency-Key": "label-1"}
    path = f"/api/v1/parcels/{parcel['id']}/label"

    asked = api.post(path, json={}, headers=key)
    job = told(asked)["job"]
    assert asked.status_code == 202
    assert (job["kind"], job["state"]) == ("shipping.make_label", "ready")
    assert isinstance(job["id"], str)
    assert api.post(path, json={}, headers=key).headers["Retry-After"] == "1"
    assert told(api.post(path, json={}))["job"]["id"] == job["id"]

    run_jobs()

    made = post(api, f"/parcels/{parcel['id']}/label", {})
    assert made["job"] == {**job, "state": "done"}
    assert made["tracking_number"]
    label = made["document"]
    assert (label["kind"], label["url"]) == ("label", f"/api/v1/documents/{label['id']}")
    assert api.get(label["url"]).mimetype == "application/pdf"


def test_another_number_than_that_of_the_label_is_refused(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    own = f"/parcels/{parcel['id']}"
    post(api, f"{own}/label", {}, status=202)
    run_jobs()
    post(api, f"{own}/pick", {})
    post(api, f"{own}/pack", {})
    number = fetch(api, own)["tracking_number"]

    refused = post(api, f"{own}/ship", {"tracking_number": "TN1"}, status=409)

    assert refused["code"] == "other_label"
    assert number in refused["detail"]
    assert "TN1" in refused["detail"]
    assert refused["errors"][0]["pointer"] == "/tracking_number"
    assert fetch(api, own)["state"] == "packed"
    assert post(api, f"{own}/ship", {"tracking_number": number})["state"] == "shipped"


def test_a_number_written_by_hand_is_no_label_to_wait_for(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    own = f"/parcels/{parcel['id']}"
    for step in ("pick", "pack"):
        post(api, f"{own}/{step}", {})
    post(api, f"{own}/ship", {"tracking_number": "T-1"})
    post(api, f"{own}/label", {}, status=409)


# --- reading ----------------------------------------------------------------------------------


def test_what_happened_to_an_order_is_read_page_by_page(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    post(api, f"/orders/{order['id']}/holds", {"kind": "manual", "reason": "x"}, status=201)
    path = f"/orders/{order['id']}/events"
    whole = fetch(api, path)
    assert whole["next_cursor"] is None
    assert len(whole["items"]) > 2

    seen: list[Any] = []
    cursor: str | None = None
    while page := fetch(api, path, limit=1, **({"cursor": cursor} if cursor else {})):
        assert len(page["items"]) == 1
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole["items"]
    assert api.get(f"/api/v1{path}?cursor=garbage").status_code == 422


def test_a_record_is_known_again_by_its_tag_until_it_changes(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    paid = read(api, order)["payments"][0]
    paths = (f"/orders/{order['id']}", f"/parcels/{parcel['id']}", f"/payments/{paid['id']}")
    tags = {path: api.get(f"/api/v1{path}").headers["ETag"] for path in paths}
    for path, tag in tags.items():
        again = api.get(f"/api/v1{path}", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path

    post(api, f"/parcels/{parcel['id']}/pick", {})
    post(api, f"/payments/{paid['id']}/refunds", {"amount_minor": 1}, status=201)

    for path, tag in tags.items():
        changed = api.get(f"/api/v1{path}", headers={"If-None-Match": tag})
        assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True), path


def test_to_ship_what_is_not_paid_a_token_needs_its_own_scope(
    app: Flask, api: FlaskClient, token_for: Callable[..., str]
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    for step in ("pick", "pack"):
        post(api, f"/parcels/{parcel['id']}/{step}", {})
    body = {"tracking_number": "T-1", "override": "the customer is in the shop"}
    bearer = {"Authorization": f"Bearer {token_for('orders:write')}"}
    path = f"/api/v1/parcels/{parcel['id']}/ship"
    refused = app.test_client().post(path, json=body, headers=bearer)
    assert refused.status_code == 403
    assert told(refused)["errors"][0]["scope"] == "orders:override"
    assert api.post(path, json=body).status_code == 200


def test_a_race_lost_every_time_is_answered_with_try_again(
    api: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_the_shop()

    def too_late(*_given: Any, **_more: Any) -> None:
        raise stock.NotEnoughStock([])

    monkeypatch.setattr(stock, "reserve_many", too_late)
    answer = api.post("/api/v1/orders", json=order_body())
    assert (answer.status_code, told(answer)["code"]) == (409, "still_running")
    assert answer.headers["Retry-After"] == "1"
    assert session.scalar(select(func.count(Order.id))) == 0
