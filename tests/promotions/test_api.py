"""Promotions for programs: shapes, versions, steps, and answers that may be asked for twice."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.orders.cast import told
from tests.promotions.cast import TEN_OFF, published

BODY: dict[str, Any] = {"code": "AUTUMN", "name": "Autumn tenth", "definition": TEN_OFF}
URL = "/api/v1/promotions"


def make(api: FlaskClient, **changed: Any) -> Any:
    answer = api.post(URL, json=BODY | changed)
    assert answer.status_code == 201, told(answer)
    return answer


def test_a_promotion_is_written_down_published_paused_and_ended(api: FlaskClient) -> None:
    made = make(api)
    assert made.headers["Location"] == f"{URL}/AUTUMN"
    assert told(made)["standing"] == "draft"
    assert told(made)["live"] is None
    assert told(made)["draft"]["definition"] == TEN_OFF
    for step, standing in (
        ("publish", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("end", "ended"),
    ):
        answer = api.post(f"{URL}/AUTUMN/{step}")
        assert (answer.status_code, told(answer)["standing"]) == (200, standing)
    assert told(answer)["live"]["number"] == 1
    assert told(answer)["draft"] is None
    refused = api.post(f"{URL}/AUTUMN/publish")
    assert (refused.status_code, told(refused)["code"]) == (409, "not_in_this_state")


def test_it_is_found_by_code_and_by_id(api: FlaskClient) -> None:
    made = make(api).json
    for key in ("AUTUMN", made["id"]):
        answer = api.get(f"{URL}/{key}")
        assert told(answer) == made
        assert answer.headers["ETag"] == f'"{made["version"]}"'
    for unknown in ("WINTER", "999", "9" * 30):
        assert api.get(f"{URL}/{unknown}").status_code == 404


def test_a_bad_definition_is_refused_with_the_way_to_each_fault(api: FlaskClient) -> None:
    definition = {"phase": "line", "benefits": [{"kind": "percent", "rate_bp": 10_001}], "x": 1}
    answer = api.post(URL, json=BODY | {"definition": definition})
    assert answer.status_code == 422
    assert {one["pointer"] for one in told(answer)["errors"]} == {
        "/definition/x",
        "/definition/benefits/0/rate_bp",
    }


def test_what_orders_do_not_tell_is_refused_when_it_is_published(api: FlaskClient) -> None:
    asked = {"kind": "cart_attribute", "name": "gift", "any_of": ["yes"]}
    make(api, definition=TEN_OFF | {"conditions": [asked]})
    answer = api.post(f"{URL}/AUTUMN/publish")
    assert answer.status_code == 422
    assert told(answer)["errors"][0]["pointer"] == "/definition/conditions/0/kind"


def test_a_code_that_is_taken_is_a_conflict(api: FlaskClient) -> None:
    make(api)
    answer = api.post(URL, json=BODY)
    assert (answer.status_code, told(answer)["code"]) == (409, "already_exists")


def test_a_change_names_the_version_that_it_has_seen(api: FlaskClient) -> None:
    made = make(api)
    url, seen = f"{URL}/AUTUMN", {"If-Match": made.headers["ETag"]}
    assert api.patch(url, json={"name": "Autumn"}).status_code == 428
    changed = api.patch(url, json={"name": "Autumn"}, headers=seen)
    assert (changed.status_code, told(changed)["name"]) == (200, "Autumn")
    assert told(changed)["draft"]["definition"] == TEN_OFF
    assert api.patch(url, json={"name": "Winter"}, headers=seen).status_code == 412


def test_a_change_of_what_is_published_waits_as_a_draft(api: FlaskClient) -> None:
    published()
    known = api.get(f"{URL}/AUTUMN")
    answer = api.patch(
        f"{URL}/AUTUMN",
        json={"definition": TEN_OFF | {"conditions": []}},
        headers={"If-Match": known.headers["ETag"]},
    )
    assert told(answer)["live"]["definition"] == TEN_OFF
    assert told(answer)["draft"]["number"] == 2
    assert told(api.post(f"{URL}/AUTUMN/publish"))["live"]["number"] == 2


def test_a_repeated_key_makes_one_promotion(api: FlaskClient) -> None:
    key = {"Idempotency-Key": "one"}
    first, second = (api.post(URL, json=BODY, headers=key) for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(told(api.get(URL))["items"]) == 1
    for _time in range(2):
        answer = api.post(f"{URL}/AUTUMN/publish", headers={"Idempotency-Key": "two"})
        assert told(answer)["live"]["number"] == 1


def test_the_list_is_read_page_by_page_and_by_what_changed(api: FlaskClient) -> None:
    for code in ("A", "B", "C"):
        make(api, code=code)
    api.post(f"{URL}/A/publish")
    first = told(api.get(URL, query_string={"limit": 2}))
    rest = told(api.get(URL, query_string={"limit": 2, "cursor": first["next_cursor"]}))
    assert [one["code"] for one in first["items"] + rest["items"]] == ["B", "C", "A"]
    assert rest["next_cursor"] is None
    since = told(api.get(URL, query_string={"updated_after": first["items"][1]["updated_at"]}))
    assert [one["code"] for one in since["items"]] == ["A"]
    running = told(api.get(URL, query_string={"standing": "running"}))
    assert [one["code"] for one in running["items"]] == ["A"]
    assert api.get(URL, query_string={"standing": "asleep"}).status_code == 422


def test_the_document_spells_every_condition_and_benefit_out(api: FlaskClient) -> None:
    schemas = told(api.get("/api/v1/openapi.json"))["components"]["schemas"]
    benefits = schemas["PromotionIn"]["properties"]["definition"]["properties"]["benefits"]
    kinds = [one["title"] for one in benefits["items"]["oneOf"]]
    assert {"percent", "buy_get", "free_delivery"} <= set(kinds)


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (("promotions:read",), 200, 403),
        (("promotions:write",), 403, 201),
        (("orders:read",), 403, 403),
    ],
)
def test_a_token_needs_the_scope(
    app: Any, token_for: Callable[..., str], scopes: tuple[str, ...], reads: int, writes: int
) -> None:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(*scopes)}"
    assert client.get(URL).status_code == reads
    assert client.post(URL, json=BODY).status_code == writes
