"""Payments as programs see them."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.db import transact
from modules import organization
from tests.payments.cast import by_hand, paid


def test_a_payment_is_shown_with_its_refunds(api: FlaskClient) -> None:
    payment = by_hand()
    answer = api.post(f"/api/v1/payments/{payment}/refunds", json={"amount_minor": 2_500})
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["refunded_minor"] == 2_500
    shown = api.get(f"/api/v1/payments/{payment}").json
    assert shown is not None
    assert shown["refunds"][0]["state"] == "settled"
    assert shown["id"] == str(payment)


def test_a_repeated_refund_is_one(api: FlaskClient) -> None:
    payment = by_hand()
    for _time in range(2):
        answer = api.post(
            f"/api/v1/payments/{payment}/refunds",
            json={"amount_minor": 2_500},
            headers={"Idempotency-Key": "r-1"},
        )
        assert answer.json is not None
        assert answer.json["refunded_minor"] == 2_500
    assert answer.headers["Idempotent-Replayed"] == "true"


def test_too_much_is_refused_with_what_there_is(api: FlaskClient) -> None:
    payment = by_hand()
    answer = api.post(f"/api/v1/payments/{payment}/refunds", json={"amount_minor": 10_001})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "not_refundable"
    assert answer.json["errors"][0]["have"] == 10_000


def test_a_promise_is_taken_by_a_program(api: FlaskClient) -> None:
    payment = by_hand(state="expected")
    answer = api.post(
        f"/api/v1/payments/{payment}/captures", json={"amount_minor": 10_000, "reference": "TR1"}
    )
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["state"] == "captured"


def test_a_payment_of_another_store_is_not_there(app: Flask) -> None:
    payment = paid()
    other = transact(lambda: organization.create_store(code="KRK", name="Kraków", kind="shop").id)
    text = transact(
        lambda: tokens.create_token(
            name="a till",
            scopes=["orders:write", "orders:read"],
            known_scopes=list(app.extensions["scopes"]),
            store_ids=[other],
        )
    )
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    assert client.get(f"/api/v1/payments/{payment}").status_code == 404
    refused = client.post(f"/api/v1/payments/{payment}/refunds", json={"amount_minor": 1})
    assert refused.status_code == 404


def test_a_payment_that_never_was_is_not_there(api: FlaskClient) -> None:
    assert api.get("/api/v1/payments/999999").status_code == 404
    assert api.get("/api/v1/payments/x").status_code == 404


def test_reading_is_not_writing(client: FlaskClient, token_for: Callable[..., str]) -> None:
    payment = by_hand()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for('orders:read')}"
    assert client.get(f"/api/v1/payments/{payment}").status_code == 200
    answer = client.post(f"/api/v1/payments/{payment}/refunds", json={"amount_minor": 1})
    assert answer.status_code == 403
