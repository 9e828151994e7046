"""Price lists for programs, and the lowest price of 30 days as they read it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session, transact
from modules.pricing.minimums import minimums_version, set_minimums
from tests.pricing.cast import cost, make_boots, make_list, set_price

BASE = "/api/v1"
pytestmark = pytest.mark.usefixtures("app")
LIST: dict[str, Any] = {
    "code": "WEB",
    "name": "Web autumn",
    "currency": "PLN",
    "channels": ["web"],
    "rules": [{"of": "brand", "word": "Bazar", "rate_bp": 1_000}],
    "active": True,
}


def make(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    answer = api.post(f"{BASE}/price-lists", json=LIST | changes)
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def put(api: FlaskClient, *entries: dict[str, Any], code: str = "WEB") -> Any:
    return api.post(f"{BASE}/price-lists/{code}/entries", json={"entries": list(entries)})


def test_a_program_makes_a_list_and_reads_it_back(api: FlaskClient) -> None:
    made = api.post(f"{BASE}/price-lists", json=LIST)
    assert made.status_code == 201
    assert made.headers["Location"] == f"{BASE}/price-lists/WEB"
    told = dict(made.json or {})
    assert {key: told[key] for key in LIST} == LIST
    assert (told["standing"], told["rank"], told["groups"]) == ("running", 0, [])
    for name in ("WEB", told["id"]):
        assert api.get(f"{BASE}/price-lists/{name}").json == told
    listed = api.get(f"{BASE}/price-lists").json or {}
    assert listed["items"] == [told]
    taken = api.post(f"{BASE}/price-lists", json=LIST)
    assert (taken.status_code, (taken.json or {})["code"]) == (409, "already_exists")
    assert api.get(f"{BASE}/price-lists/NONE").status_code == 404


def test_prices_are_put_read_page_by_page_and_taken_off(api: FlaskClient) -> None:
    small, _large = make_boots()
    make(api)
    moment = "2026-12-01T07:00:00Z"
    done = put(
        api,
        {"sku": "BOOT-38", "price_minor": 15_000},
        {"sku": "BOOT-39", "price_minor": 14_000, "least_quantity": 10, "valid_from": moment},
    )
    assert done.status_code == 200, done.json
    assert cost(small) == (15_000, "WEB")
    first = api.get(f"{BASE}/price-lists/WEB/entries?limit=1").json or {}
    cursor = first["next_cursor"]
    rest = api.get(f"{BASE}/price-lists/WEB/entries?cursor={cursor}").json or {}
    assert [one["price_minor"] for one in (*first["items"], *rest["items"])] == [15_000, 14_000]
    assert rest["next_cursor"] is None
    assert rest["items"][0]["valid_from"] == moment
    put(api, {"sku": "BOOT-38", "price_minor": None})
    assert cost(small) == (18_000, "WEB")


def test_prices_that_cannot_be_are_refused_as_a_whole(api: FlaskClient) -> None:
    small, _large = make_boots()
    make(api)
    unknown = put(api, {"sku": "BOOT-38", "price_minor": 1}, {"sku": "NONE", "price_minor": 1})
    assert unknown.status_code == 422
    assert (unknown.json or {})["errors"][0]["pointer"] == "/entries/1/sku"
    close_session()
    version = minimums_version()
    close_session()
    transact(lambda: set_minimums(version=version, minimums={small: 10_000}))
    low = put(api, {"sku": "BOOT-38", "price_minor": 9_999})
    told = dict(low.json or {})
    assert (low.status_code, told["code"]) == (409, "below_minimum")
    assert told["errors"][0] | {"message": ""} == {
        "pointer": "/entries/0/price_minor",
        "code": "below_minimum",
        "message": "",
        "needed": 10_000,
        "have": 9_999,
    }
    assert (api.get(f"{BASE}/price-lists/WEB/entries").json or {})["items"] == []


def test_a_change_carries_the_version_and_leaves_the_rest(api: FlaskClient) -> None:
    make(api, valid_from="2026-12-01T07:00:00Z")
    path = f"{BASE}/price-lists/WEB"
    tag = api.get(path).headers["ETag"]
    assert api.patch(path, json={"name": "X"}).status_code == 428
    changed = api.patch(path, json={"rank": 5, "valid_from": None}, headers={"If-Match": tag})
    told = dict(changed.json or {})
    assert (told["rank"], told["valid_from"], told["name"]) == (5, None, "Web autumn")
    stale = api.patch(path, json={"rank": 6}, headers={"If-Match": tag})
    assert stale.status_code == 412
    wrong = api.patch(
        path, json={"channels": ["nowhere"]}, headers={"If-Match": changed.headers["ETag"]}
    )
    assert wrong.status_code == 422
    archived = api.post(f"{path}/archive", json={})
    assert (archived.json or {})["standing"] == "archived"
    again = api.patch(path, json={"rank": 6}, headers={"If-Match": archived.headers["ETag"]})
    assert (again.status_code, (again.json or {})["code"]) == (409, "archived")


def test_a_token_needs_the_scope(app: Any, token_for: Callable[..., str]) -> None:
    make_list("WEB")
    client = app.test_client()
    reader = {"Authorization": f"Bearer {token_for('prices:read')}"}
    assert client.get(f"{BASE}/price-lists/WEB", headers=reader).status_code == 200
    assert client.post(f"{BASE}/price-lists", json=LIST, headers=reader).status_code == 403
    other = {"Authorization": f"Bearer {token_for('catalog:read')}"}
    assert client.get(f"{BASE}/price-lists/WEB", headers=other).status_code == 403


def test_the_lowest_price_of_30_days_stands_with_every_variant(api: FlaskClient) -> None:
    make_boots()
    set_price("BOOT-38", 15_000)
    make(api)

    def lowest(body: Any) -> list[int]:
        return [one["lowest_30_days_minor"] for one in body]

    told = api.get(f"{BASE}/variants?sku=BOOT-38&sku=BOOT-39").json or {}
    assert lowest(told["items"]) == [20_000, 20_000]
    assert [one["price_minor"] for one in told["items"]] == [15_000, 20_000]
    product = api.get(f"{BASE}/products/BOOT").json or {}
    assert lowest(product["variants"]) == [20_000, 20_000]
    listed = api.get(f"{BASE}/products?q=boot&channel=web").json or {}
    assert lowest(listed["items"][0]["variants"]) == [15_000, 20_000]
