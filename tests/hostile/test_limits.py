"""What is too much, too deep or said twice is refused at once, and costs us next to nothing."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.machine import allowed
from tests.orders.cast import SHIRT, order_body

pytestmark = pytest.mark.once

PATIENCE = 1.0
JSON = "application/json"


def _send(api: FlaskClient, text: str | bytes, kind: str = JSON) -> TestResponse:
    return api.post("/api/v1/orders", data=text, content_type=kind)


LINES = [{"sku": SHIRT, "quantity": 1}]


@cache
def _ten_megabytes() -> str:
    return json.dumps({f"field{number}": number for number in range(500_000)})


TOO_MUCH: dict[str, Callable[[FlaskClient], TestResponse]] = {
    "a page of a milliard": lambda api: api.get("/api/v1/orders?limit=1000000000"),
    "a page of more digits than can be read": lambda api: api.get(
        "/api/v1/orders?limit=" + "9" * 5_000
    ),
    "the same question twice": lambda api: api.get("/api/v1/orders?limit=1&limit=2"),
    "a question that nobody knows": lambda api: api.get("/api/v1/orders?filter[a][b][c]=1"),
    "ten megabytes of a note": lambda api: _send(
        api, json.dumps(order_body(note="x" * 10_000_000))
    ),
    "ten megabytes of nothing": lambda api: _send(api, b" " * 10_000_000),
    "ten megabytes of lines": lambda api: _send(api, json.dumps(order_body(lines=LINES * 250_000))),
    "ten megabytes of names": lambda api: _send(api, _ten_megabytes()),
    "nested ten thousand deep": lambda api: _send(api, '{"a":' * 10_000 + "1" + "}" * 10_000),
    "lists ten thousand deep": lambda api: _send(api, "[" * 10_000 + "]" * 10_000),
    "a name said twice": lambda api: _send(api, '{"channel": "web", "channel": "pos"}'),
    "XML": lambda api: _send(api, "<order/>", "application/xml"),
    "a form": lambda api: _send(api, "channel=web", "application/x-www-form-urlencoded"),
    "text": lambda api: _send(api, json.dumps(order_body()), "text/plain"),
    "no type": lambda api: _send(api, json.dumps(order_body()), ""),
    "another alphabet": lambda api: _send(api, json.dumps(order_body()).encode("utf-16")),
    "a key of a megabyte": lambda api: api.post(
        "/api/v1/orders", json=order_body(), headers={"Idempotency-Key": "k" * 1_000_000}
    ),
    "an address of a megabyte": lambda api: api.get("/api/v1/orders/" + "9" * 1_000_000),
    "a question of a megabyte": lambda api: api.get("/api/v1/orders?q=" + "x" * 1_000_000),
    "ten thousand questions": lambda api: api.get(
        "/api/v1/orders?" + "&".join(f"q{number}=1" for number in range(10_000))
    ),
    "a cursor of a megabyte": lambda api: api.get("/api/v1/orders?cursor=" + "A" * 1_000_000),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_too_much_is_refused_within_a_second(stocked: Flask, api: FlaskClient, kind: str) -> None:
    _ten_megabytes()  # what is sent is made before the clock runs
    began = time.process_time()  # our own work: others may keep the machine busy
    answer = TOO_MUCH[kind](api)
    seconds = time.process_time() - began
    assert 400 <= answer.status_code < 500, answer.data[:300]
    assert answer.mimetype == "application/problem+json"
    assert len(answer.data) < 100_000, "the refusal is longer than anybody reads"
    assert seconds < allowed(PATIENCE)


_PART = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
_PARTS = _PART * 6_000 + b"--x--\r\n"

FORMS: dict[str, tuple[int, dict[str, Any]]] = {
    "a field of three megabytes": (413, {"data": {"name": "x" * 3_000_000}}),
    "more parts than any form has": (
        413,
        {"data": _PARTS, "content_type": "multipart/form-data; boundary=x"},
    ),
    "more than the house takes at all": (
        413,
        {
            "data": b"x",
            "content_type": "application/x-www-form-urlencoded",
            "environ_overrides": {"CONTENT_LENGTH": str(65 * 1024 * 1024)},
        },
    ),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_is_too_large_is_refused_within_a_second(
    client_as: Callable[..., FlaskClient], kind: str
) -> None:
    status, sent = FORMS[kind]
    admin = client_as("administrator")
    began = time.perf_counter()
    answer = admin.post("/catalog/products", **sent)
    seconds = time.perf_counter() - began
    assert answer.status_code == status
    assert seconds < allowed(PATIENCE)


def test_pages_of_a_list_that_people_ask_for_have_an_end(admin: FlaskClient) -> None:
    for question in ("limit=1000000000", "per_page=1000000000", "page=1000000000"):
        began = time.perf_counter()
        assert admin.get(f"/orders/?{question}").status_code < 500
        assert time.perf_counter() - began < allowed(PATIENCE)
