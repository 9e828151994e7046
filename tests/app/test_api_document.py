"""The document of the API: whole, without dead references, and with the words of every refusal."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.bodies import BASE

VERBS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return dict(app.test_client().get(f"{BASE}/openapi.json").json or {})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for verb in VERBS:
            if verb in methods:
                yield path, verb, methods[verb]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for one in part.values():
            yield from references(one)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    for reference in set(references(document)):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_every_call_names_its_parts_its_scope_and_its_answers(document: dict[str, Any]) -> None:
    names = []
    for path, verb, operation in operations(document):
        where = f"{verb} {path}"
        names.append(operation.get("operationId", where))
        given = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert given == set(re.findall(r"{(\w+)}", path)), where
        assert "Scope: " in operation["description"], where
        assert any(status.startswith("2") for status in operation["responses"]), where
        assert operation.get("summary"), where
    assert len(names) == len(set(names))


def test_a_call_declares_the_statuses_with_which_it_goes_well(document: dict[str, Any]) -> None:
    told = {
        "/orders": {"200", "201"},
        "/orders/{order}/holds": {"201"},
        "/orders/{order}/parcels": {"201"},
        "/orders/{order}/payments": {"201"},
        "/orders/{order}/returns": {"201"},
        "/parcels/{parcel}/label": {"200", "202"},
        "/parcels/{parcel}/ship": {"200"},
    }
    for path, statuses in told.items():
        answers = document["paths"][f"{BASE}{path}"]["post"]["responses"]
        assert {status for status in answers if status.startswith("2")} == statuses, path


def test_a_change_declares_the_version_that_it_needs(document: dict[str, Any]) -> None:
    for path, verb, operation in operations(document):
        headers = {
            one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "header"
        }
        where = f"{verb} {path}"
        assert ("If-Match" in headers) == (verb in ("patch", "put")), where
        # The code of a gift card is kept nowhere, nor is the answer that tells it.
        keeps_answer = verb == "post" and not path.endswith("/gift-cards/{card_id}/code")
        assert ("Idempotency-Key" in headers) == keeps_answer, where
        assert "If-Match" not in headers or headers["If-Match"]["required"], where


def test_the_words_of_a_409_are_listed(document: dict[str, Any]) -> None:
    words = document["components"]["schemas"]["Refusal"]["allOf"][1]["properties"]["code"]["enum"]
    assert {
        "not_enough_stock",
        "on_hold",
        "already_shipped",
        "not_paid",
        "no_label",
        "already_exists",
        "no_price",
        "still_running",
    } <= set(words)
    assert not {"invalid", "stale", "idempotency_mismatch"} & set(words)
    refused = document["paths"][f"{BASE}/orders"]["post"]["responses"]["409"]
    shape = refused["content"]["application/problem+json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/Refusal"}


def test_the_page_about_it_is_read_without_a_key(app: Flask) -> None:
    answer = app.test_client().get(f"{BASE}/docs")
    assert answer.status_code == 200
    assert "/orders/{order}/parcels" in answer.get_data(as_text=True)
