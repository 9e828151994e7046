"""What programs send by mistake or malice is refused in their own terms, and nothing breaks."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api import pack_cursor
from tests.orders.cast import (
    ADDRESS,
    SHIRT,
    fetch,
    on_shelf,
    order_body,
    place,
    post,
    stock_the_shop,
    told,
)

FAR = "9" * 5_000
EARLY, LATE = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"


def assert_refused(answer: TestResponse, *statuses: int) -> None:
    assert answer.status_code in (statuses or (400, 404, 405, 409, 415, 422, 428)), answer.data
    assert answer.mimetype == "application/problem+json"
    assert told(answer)["status"] == answer.status_code


def send(api: FlaskClient, path: str, text: str | bytes) -> TestResponse:
    return api.post(f"/api/v1{path}", data=text, content_type="application/json")


def order_text(**changes: Any) -> str:
    return json.dumps(order_body(payment=None) | changes)


# --- bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 20_000,
        '{"a":' * 20_000,
        "9" * 5_000,
        "NaN",
        '{"currency": Infinity}',
        b"\xff\xfe{}",
        b'{"channel": "\xff"}',
        order_text()[:-1] + ', "channel": "pos"}',
        order_text().replace('"quantity": 2', '"quantity": ' + FAR),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_body_that_is_no_json_or_means_two_things_is_not_understood(
    api: FlaskClient, text: str | bytes
) -> None:
    stock_the_shop()
    assert_refused(send(api, "/orders", text), 400)
    assert on_shelf(SHIRT) == (10, 0)


@pytest.mark.parametrize("text", ["", "null", "[]", "1", '"x"', "{}", '{"lines": {"0": 1}}'])
def test_a_body_without_its_fields_is_told_which(api: FlaskClient, text: str) -> None:
    assert_refused(send(api, "/orders", text), 422)


def test_deep_nesting_inside_of_a_field_is_a_wrong_shape(api: FlaskClient) -> None:
    assert_refused(send(api, "/orders", '{"note": ' + '{"a":' * 400 + "1" + "}" * 401), 422)


@pytest.mark.parametrize("count", [10**30, 1.0, 1.5, True, "1", None, 0, -1, 10**9 + 1, 1e400])
def test_a_quantity_is_a_whole_number(api: FlaskClient, count: Any) -> None:
    stock_the_shop()
    lines = [{"sku": SHIRT, "quantity": count}]
    assert_refused(send(api, "/orders", order_text(lines=lines)), 400, 422)


@pytest.mark.parametrize("price", [10**13 + 1, 1.0, True, "5", -1])
def test_a_price_is_whole_minor_units(api: FlaskClient, price: Any) -> None:
    stock_the_shop()
    lines = [{"sku": SHIRT, "quantity": 1, "unit_price_minor": price}]
    assert_refused(send(api, "/orders", order_text(lines=lines)), 422)


@pytest.mark.parametrize("moment", [EARLY, LATE, "2026-01-01T00:00:00", "2026-01-01", 0, "0", True])
def test_a_moment_has_a_zone_and_a_year_of_this_world(api: FlaskClient, moment: Any) -> None:
    stock_the_shop()
    order = place(api)
    assert_refused(send(api, "/orders", order_text(placed_at=moment)), 422)
    hold = {"kind": "manual", "reason": "x", "due_at": moment}
    assert_refused(send(api, f"/orders/{order['id']}/holds", json.dumps(hold)), 422)
    quote: dict[str, Any] = {"channel": "web", "currency": "PLN", "at": moment}
    quote["lines"] = [{"sku": SHIRT, "quantity": 1}]
    assert_refused(send(api, "/quotes", json.dumps(quote)), 422)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/orders", lambda text: order_body(payment=None, note=text)),
        ("/orders", lambda text: order_body(payment=None, customer={"name": text})),
        (
            "/orders",
            lambda text: order_body(payment=None, shipping_address=ADDRESS | {"city": text}),
        ),
        ("/customers", lambda text: {"kind": "person", "name": "n", "cards": [text]}),
        (
            "/products",
            lambda text: {
                "code": "P",
                "name": "n",
                "tax_rate_bp": 2300,
                "options": [{"name": "colour", "values": [text]}],
                "variants": [{"sku": "P1", "options": {"colour": text}, "price_minor": 1}],
            },
        ),
    ],
)
def test_what_no_column_can_hold_is_refused_however_deep_it_stands(
    api: FlaskClient, path: str, body: Any, text: str
) -> None:
    stock_the_shop()
    assert_refused(send(api, path, json.dumps(body(text))), 422)


def test_a_step_that_has_nothing_to_say_needs_no_body(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    parcel = told(api.post(f"/api/v1/orders/{order['id']}/parcels"))
    for step in ("pick", "pack"):
        answer = api.post(f"/api/v1/parcels/{parcel['id']}/{step}")
        assert answer.status_code == 200, answer.json
    assert fetch(api, f"/parcels/{parcel['id']}")["state"] == "packed"


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["orders", "parcels", "returns", "payments", "documents"])
@pytest.mark.parametrize(
    "key", [FAR, "VS-" + FAR, "VP-" + FAR, "99999999999999999999", "-1", "٣", "%20", "VS-100000"]
)
def test_a_key_that_is_none_of_ours_is_not_there(api: FlaskClient, room: str, key: str) -> None:
    assert_refused(api.get(f"/api/v1/{room}/{key}"), 404)
    assert api.head(f"/api/v1/{room}/{key}").status_code == 404
    assert_refused(api.put(f"/api/v1/{room}/{key}"), 405)


def test_the_last_key_of_all_is_only_not_there(api: FlaskClient) -> None:
    assert_refused(api.get(f"/api/v1/orders/{2**63 - 1}"), 404)
    assert_refused(api.get("/api/v1/orders/VS-999999999999999999"), 404)


LISTS = ("orders", "products", "variants", "stock", "customers", "locations", "channels")


@pytest.mark.parametrize("room", LISTS)
@pytest.mark.parametrize(
    "question",
    [
        "limit=0",
        "limit=201",
        "limit=abc",
        "limit=1e9",
        "limit=" + FAR,
        "limit=1&limit=2",
        "cursor=garbage",
        "cursor=W10",
        "cursor=ż",
        "cursor=" + "A" * 9_000,
        "cursor=%00",
        "updated_after=x",
        "updated_after=2026-01-01",
        "updated_after=1.05e-202",
        "updated_after=0001-01-01T00:00:00%2B14:00",
        "updated_after=" + LATE,
        "unknown=1",
    ],
    ids=lambda question: question[:24],
)
def test_a_question_of_a_wrong_shape_is_refused(api: FlaskClient, room: str, question: str) -> None:
    assert_refused(api.get(f"/api/v1/{room}?{question}"), 400, 422)


@pytest.mark.parametrize("place", [(EARLY, 1), (LATE, 1), ("2026-01-01T00:00:00", 1), ("x", 1)])
@pytest.mark.parametrize("room", ["orders", "products", "customers"])
def test_a_cursor_that_somebody_made_up_is_refused(
    api: FlaskClient, room: str, place: tuple[str, int]
) -> None:
    assert_refused(api.get(f"/api/v1/{room}?cursor={pack_cursor(*place)}"), 422)


@pytest.mark.parametrize("words", ["%25_%5C", "%22%2A", "NEAR(", "VS-" + "9" * 90, "'%3B--", "*"])
@pytest.mark.parametrize("room", ["orders", "products", "variants", "customers"])
def test_words_of_the_search_engine_are_words_like_others(
    api: FlaskClient, room: str, words: str
) -> None:
    stock_the_shop()
    place(api)
    answer = api.get(f"/api/v1/{room}?q={words}")
    assert answer.status_code == 200, answer.json
    assert told(answer)["items"] == []


def test_units_of_another_order_are_none_of_this_one(api: FlaskClient) -> None:
    stock_the_shop()
    mine, other = place(api), place(api)
    foreign = [{"line": other["lines"][0]["id"], "quantity": 1}]
    parcel = post(api, f"/orders/{mine['id']}/parcels", {}, status=201)
    for path in (
        f"/orders/{mine['id']}/cancellation",
        f"/orders/{mine['id']}/parcels",
        f"/parcels/{parcel['id']}/pick",
        f"/parcels/{parcel['id']}/pack",
        f"/orders/{mine['id']}/returns",
    ):
        body = {"lines": foreign, "reason": "x"} if "cancel" in path else {"lines": foreign}
        if "returns" in path:
            body = {"lines": [foreign[0] | {"reason": "x"}]}
        assert_refused(send(api, path, json.dumps(body)), 409, 422)
