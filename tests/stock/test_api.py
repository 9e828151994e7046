"""Stock for programs: what the API takes, answers and refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.db import transact
from tests.stock.cast import Cast, differences, level, make_cast, reserve, stocked, wanted

V1 = "/api/v1"


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


def receipt(**more: Any) -> dict[str, Any]:
    lines = [
        {"sku": "HALINA-M", "quantity": 3, "unit_cost_minor": 12900},
        {"sku": "HALINA-S", "quantity": 1},
    ]
    return {"location": "GDN-F", "reference": "WZ 1", "lines": lines, **more}


def bound_client(app: Flask, store_id: int) -> FlaskClient:
    """Return a program that may write stock in one store only."""
    text = transact(
        lambda: tokens.create_token(
            name="a till",
            scopes=["stock:read", "stock:write"],
            known_scopes=list(app.extensions["scopes"]),
            store_ids=[store_id],
        )
    )
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client


def read(client: FlaskClient, path: str) -> Any:
    """Return what a GET answers, as data."""
    return client.get(path).json


def send(client: FlaskClient, path: str, body: Any = None, **more: Any) -> Any:
    """Return the answer to a POST."""
    return client.post(path, json=body, **more) if body is not None else client.post(path, **more)


def pointers(answer: Any) -> list[str]:
    return [one["pointer"] for one in answer.json["errors"]]


# --- receipts ---------------------------------------------------------------------------------


def test_a_program_receives_goods(api: FlaskClient, cast: Cast) -> None:
    answer = send(api, f"{V1}/stock/receipts", receipt())
    assert answer.status_code == 201
    assert answer.json["location"] == "GDN-F"
    assert answer.json["lines"][0] == {
        "sku": "HALINA-M",
        "quantity": 3,
        "unit_cost_minor": 12900,
    }
    assert level(cast.m, cast.shop).on_hand == 3
    assert differences() == []


def test_the_same_receipt_sent_twice_is_received_once(api: FlaskClient, cast: Cast) -> None:
    key = {"Idempotency-Key": "wz-1"}
    first = send(api, f"{V1}/stock/receipts", receipt(), headers=key)
    again = send(api, f"{V1}/stock/receipts", receipt(), headers=key)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert level(cast.m, cast.shop).on_hand == 3


def test_unknown_skus_are_pointed_at_and_nothing_is_received(api: FlaskClient, cast: Cast) -> None:
    lines = [
        {"sku": "HALINA-M", "quantity": 1},
        {"sku": "NONE-1", "quantity": 1},
        {"sku": "NONE-2", "quantity": 1},
    ]
    answer = send(api, f"{V1}/stock/receipts", receipt(lines=lines))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert pointers(answer) == ["/lines/1/sku", "/lines/2/sku"]
    assert level(cast.m, cast.shop).on_hand == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"location": "NOWHERE"}, "/location"),
        ({"lines": []}, "/lines"),
        ({"lines": [{"sku": "HALINA-M", "quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "HALINA-M", "quantity": 1.5}]}, "/lines/0/quantity"),
        ({"typo": 1}, "/typo"),
    ],
)
def test_a_receipt_of_wrong_shape_is_refused(
    api: FlaskClient, cast: Cast, change: dict[str, Any], pointer: str
) -> None:
    answer = send(api, f"{V1}/stock/receipts", receipt(**change))
    assert answer.status_code == 422
    assert pointer in pointers(answer)
    assert level(cast.m, cast.shop).on_hand == 0


def test_who_may_only_read_stock_receives_nothing(
    app: Flask, cast: Cast, token_for: Callable[..., str]
) -> None:
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token_for('stock:read')}"}
    assert client.get(f"{V1}/stock", headers=headers).status_code == 200
    refused = send(client, f"{V1}/stock/receipts", receipt(), headers=headers)
    assert refused.status_code == 403
    assert client.get(f"{V1}/stock").status_code == 401
    assert level(cast.m, cast.shop).on_hand == 0


def test_a_till_writes_only_in_its_own_store(app: Flask, cast: Cast) -> None:
    till = bound_client(app, cast.shop_store)
    assert send(till, f"{V1}/stock/receipts", receipt()).status_code == 201
    other = receipt(location="WAW-W")
    assert send(till, f"{V1}/stock/receipts", other).status_code == 404
    counted = {"location": "WAW-W", "lines": [{"sku": "HALINA-M", "counted": 1}]}
    assert send(till, f"{V1}/stock/counts", counted).status_code == 404
    assert level(cast.m, cast.warehouse).on_hand == 0


# --- levels -----------------------------------------------------------------------------------


def test_levels_show_what_can_be_promised(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3, S=1)
    reserve(wanted(cast.m, cast.shop, 2))
    (item,) = read(api, f"{V1}/stock?sku=HALINA-M&sku=HALINA-L")["items"]
    assert item.pop("updated_at").endswith(("Z", "+00:00"))
    assert item == {
        "sku": "HALINA-M",
        "location": "GDN-F",
        "on_hand": 3,
        "reserved": 2,
        "unsellable": 0,
        "incoming": 0,
        "available": 1,
    }


def test_all_levels_are_read_page_by_page(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, S=1, M=2, L=3, XL=4, XXL=5)
    seen, cursor = [], ""
    while True:
        answer = read(api, f"{V1}/stock?limit=2{cursor}")
        seen += [item["on_hand"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert seen == [1, 2, 3, 4, 5]


def test_only_what_changed_is_read_again(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, S=1, M=2, L=3)
    before = max(item["updated_at"] for item in read(api, f"{V1}/stock")["items"])
    reserve(wanted(cast.m, cast.shop))
    reserve(wanted(cast.s, cast.shop))
    path = f"{V1}/stock?limit=1&updated_after={before.replace('+', '%2B')}"
    first = read(api, path)
    assert [item["sku"] for item in first["items"]] == ["HALINA-M"]
    second = read(api, f"{path}&cursor={first['next_cursor']}")
    assert [item["sku"] for item in second["items"]] == ["HALINA-S"]
    assert second["next_cursor"] is None


def test_every_store_sees_all_levels(app: Flask, cast: Cast) -> None:
    stocked(cast, M=2)
    depot = bound_client(app, cast.warehouse_store)
    assert read(depot, f"{V1}/stock?sku=HALINA-M")["items"][0]["location"] == "GDN-F"


@pytest.mark.parametrize("cursor", ["nonsense", "WyIyIiwgMV0", "bnVsbA"])
def test_a_cursor_that_is_not_ours_is_refused(api: FlaskClient, cast: Cast, cursor: str) -> None:
    assert cast.m
    assert api.get(f"{V1}/stock?cursor={cursor}").status_code == 422


# --- transfers and counts ---------------------------------------------------------------------


def transfer(**more: Any) -> dict[str, Any]:
    lines = [{"sku": "HALINA-M", "quantity": 2}]
    return {"from": "GDN-F", "to": "WAW-W", "lines": lines, **more}


def test_a_transfer_goes_by_api_from_shelf_to_shelf(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3)
    made = send(api, f"{V1}/stock/transfers", transfer())
    assert made.status_code == 201
    assert (made.json["from"], made.json["to"], made.json["state"]) == (
        "GDN-F",
        "WAW-W",
        "requested",
    )
    path = f"{V1}/stock/transfers/{made.json['id']}"
    assert send(api, f"{path}/ship").json["state"] == "in_transit"
    assert level(cast.m, cast.warehouse).incoming == 2
    done = send(api, f"{path}/receive")
    assert done.status_code == 200
    assert done.json["lines"] == [{"sku": "HALINA-M", "quantity": 2, "received": 2}]
    assert level(cast.m, cast.warehouse).on_hand == 2
    assert send(api, f"{path}/receive").status_code == 409
    assert read(api, path)["state"] == "received"
    assert differences() == []


def test_a_short_transfer_needs_a_reason(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3)
    made = send(api, f"{V1}/stock/transfers", transfer()).json
    path = f"{V1}/stock/transfers/{made['id']}"
    send(api, f"{path}/ship")
    short = {"lines": [{"sku": "HALINA-M", "quantity": 1}]}
    refused = send(api, f"{path}/receive", short)
    assert (refused.status_code, refused.json["code"]) == (409, "reason_missing")
    taken = send(api, f"{path}/receive", {**short, "reason": "one is torn"})
    assert taken.json["reason"] == "one is torn"
    assert level(cast.m, cast.warehouse).on_hand == 1
    assert differences() == []


def test_more_than_is_there_cannot_be_transferred(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=1)
    refused = send(api, f"{V1}/stock/transfers", transfer())
    assert (refused.status_code, refused.json["code"]) == (409, "not_enough_stock")
    assert (refused.json["errors"][0]["have"], refused.json["errors"][0]["needed"]) == (1, 2)
    assert read(api, f"{V1}/stock/transfers")["items"] == []


def test_each_store_ships_its_own_and_receives_its_own(app: Flask, cast: Cast) -> None:
    stocked(cast, M=3)
    shop, depot = bound_client(app, cast.shop_store), bound_client(app, cast.warehouse_store)
    assert send(depot, f"{V1}/stock/transfers", transfer()).status_code == 404
    made = send(shop, f"{V1}/stock/transfers", transfer()).json
    path = f"{V1}/stock/transfers/{made['id']}"
    assert send(depot, f"{path}/ship").status_code == 404
    assert send(shop, f"{path}/ship").status_code == 200
    assert send(shop, f"{path}/receive").status_code == 404
    assert send(depot, f"{path}/receive").status_code == 200


def test_a_store_sees_only_transfers_of_its_own(app: Flask, api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3)
    made = send(api, f"{V1}/stock/transfers", transfer()).json
    stranger = bound_client(app, 999)
    assert stranger.get(f"{V1}/stock/transfers/{made['id']}").status_code == 404
    assert read(stranger, f"{V1}/stock/transfers")["items"] == []
    depot = bound_client(app, cast.warehouse_store)
    seen = read(depot, f"{V1}/stock/transfers?state=requested")["items"]
    assert [one["id"] for one in seen] == [made["id"]]


def test_a_count_by_api_posts_its_differences(api: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3, S=1)
    lines = [{"sku": "HALINA-M", "counted": 2}, {"sku": "HALINA-S", "counted": 1}]
    answer = send(api, f"{V1}/stock/counts", {"location": "GDN-F", "lines": lines})
    assert answer.status_code == 201
    assert {line["sku"]: line["difference"] for line in answer.json["lines"]} == {
        "HALINA-M": -1,
        "HALINA-S": 0,
    }
    assert level(cast.m, cast.shop).on_hand == 2
    assert differences() == []


@pytest.mark.parametrize("number", ["0", "77", "x", "9" * 30])
def test_a_transfer_that_is_not_there_is_not_found(
    api: FlaskClient, cast: Cast, number: str
) -> None:
    assert cast.m
    assert send(api, f"{V1}/stock/transfers/{number}/ship").status_code == 404


def test_the_document_of_the_api_names_the_fields_as_they_are_sent(api: FlaskClient) -> None:
    shapes = read(api, f"{V1}/openapi.json")["components"]["schemas"]
    assert {"from", "to", "lines"} <= shapes["TransferIn"]["properties"].keys()
    assert "from" in shapes["TransferOut"]["properties"]
