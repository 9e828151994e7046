"""Payments as programs see them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import outbox, tokens
from app.db import session, transact
from integrations.paper.client import PaperGateway
from integrations.paper.partners import reach
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


def refund(api: FlaskClient, payment: int, **body: Any) -> Any:
    answer = api.post(f"/api/v1/payments/{payment}/refunds", json={"amount_minor": 2_500, **body})
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    return answer.json["refunds"][-1]


def test_without_a_method_money_goes_back_as_it_was_paid(api: FlaskClient) -> None:
    payment = paid()
    for body in ({}, {"method": "paper_card"}):
        made = refund(api, payment, **body)
        assert (made["method"], made["state"]) == ("paper_card", "approved")


def test_money_that_somebody_gave_back_by_hand_is_not_asked_of_the_gateway(
    api: FlaskClient,
) -> None:
    payment = paid()
    made = refund(api, payment, method="transfer", reference="PRZELEW 17", reason="came back")
    assert made["method"] == "transfer"
    assert (made["state"], made["reference"], made["reason"]) == (
        "settled",
        "PRZELEW 17",
        "came back",
    )
    outbox.run_due()
    assert not reach(PaperGateway).acts("refund")


def test_to_give_money_back_another_way_a_token_needs_its_own_scope(
    app: Flask, token_for: Callable[..., str]
) -> None:
    payment = paid()
    bearer = {"Authorization": f"Bearer {token_for('orders:write')}"}
    client, path = app.test_client(), f"/api/v1/payments/{payment}/refunds"
    body = {"amount_minor": 2_500}

    refused = client.post(path, json={**body, "method": "transfer"}, headers=bearer)
    assert refused.status_code == 403
    assert refused.json is not None
    assert refused.json["errors"][0]["scope"] == "orders:override"
    assert client.post(path, json=body, headers=bearer).status_code == 201


def test_a_reference_stays_what_the_asker_calls_the_refund(api: FlaskClient) -> None:
    payment = paid()
    made = refund(api, payment, reference="RMA-4")
    assert (made["reference"], made["reason"]) == ("RMA-4", "Refund")
    outbox.run_due()
    shown = api.get(f"/api/v1/payments/{payment}").json
    assert shown is not None
    assert shown["refunds"][0]["reference"] == "RMA-4"


@pytest.mark.parametrize("way", ["captures", "refunds"])
@pytest.mark.parametrize("method", ["shells", "paper_card", "off"])
def test_a_method_by_which_money_cannot_move_is_pointed_at(
    api: FlaskClient, way: str, method: str
) -> None:
    def switch_off() -> None:
        session.execute(
            update(organization.PaymentMethod)
            .where(organization.PaymentMethod.code == "cod")
            .values(active=False)
        )

    transact(switch_off)
    payment = by_hand(state="expected" if way == "captures" else "captured")
    body = {"amount_minor": 1, "method": "cod" if method == "off" else method}
    answer = api.post(f"/api/v1/payments/{payment}/{way}", json=body)
    assert answer.status_code == 422, answer.json
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/method"


def test_money_that_came_otherwise_than_promised_says_how(api: FlaskClient) -> None:
    payment = by_hand(state="expected")
    url = f"/api/v1/payments/{payment}/captures"
    api.post(url, json={"amount_minor": 4_000, "reference": "TR1"})
    taken = api.post(url, json={"amount_minor": 6_000, "method": "cod", "reference": "K-9"})
    assert taken.status_code == 201
    assert taken.json is not None
    assert taken.json["state"] == "captured"
    assert [(one["method"], one["reference"]) for one in taken.json["captures"]] == [
        ("transfer", "TR1"),
        ("cod", "K-9"),
    ]


def test_what_a_gateway_promised_is_not_taken_by_hand(api: FlaskClient) -> None:
    payment = paid(state="authorized")
    body = {"amount_minor": 10_000, "method": "transfer"}
    answer = api.post(f"/api/v1/payments/{payment}/captures", json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/method"


@pytest.mark.parametrize("way", ["captures", "refunds"])
def test_nothing_is_no_amount(api: FlaskClient, way: str) -> None:
    payment = by_hand()
    answer = api.post(f"/api/v1/payments/{payment}/{way}", json={"amount_minor": 0})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/amount_minor"


@pytest.mark.parametrize("way", ["captures", "refunds"])
def test_a_refusal_says_in_words_what_is_wrong_with_the_amount(api: FlaskClient, way: str) -> None:
    payment = by_hand()
    answer = api.post(f"/api/v1/payments/{payment}/{way}", json={"amount_minor": 10_001})
    assert answer.status_code == 409
    assert answer.json is not None
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/amount_minor"
    assert error["code"] == answer.json["code"]
    assert error["message"] == answer.json["detail"]
