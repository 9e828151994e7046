"""Gift cards as programs see them: issued, looked up, spent on an order, given back."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import tokens
from app.db import session, transact
from modules import organization
from modules.payments import giftcards
from tests.orders.cast import place, post, read, stock_the_shop
from tests.payments.cards import left_on


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


BOUGHT = {"store": "MAIN", "amount_minor": 100_00, "currency": "PLN"}


def issued(api: FlaskClient, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Issue a card and return its id with its code and PIN."""
    card = post(api, "/gift-cards", BOUGHT | changes, status=201)
    return card["id"], post(api, f"/gift-cards/{card['id']}/code", {})


def unpaid(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    stock_the_shop()
    return place(api, payment=None, **changes)


def test_a_card_is_issued_and_its_number_is_masked(api: FlaskClient) -> None:
    card, shown = issued(api, expires_on="2099-01-01")
    told: Any = api.get(f"/api/v1/gift-cards/{card}").json
    assert told["number"] == f"•••• {shown['code'][-4:]}"
    assert shown["code"] not in str(told)
    assert (told["state"], told["balance_minor"], told["expires_on"]) == (
        "active",
        100_00,
        "2099-01-01",
    )
    assert [one["kind"] for one in told["entries"]] == ["issue"]


def test_no_kept_answer_holds_a_code(api: FlaskClient) -> None:
    key = {"Idempotency-Key": "card"}
    first: Any = api.post("/api/v1/gift-cards", json=BOUGHT, headers=key).json
    again: Any = api.post("/api/v1/gift-cards", json=BOUGHT, headers=key).json
    assert first == again
    code: Any = api.post(f"/api/v1/gift-cards/{first['id']}/code", json={}, headers=key).json
    kept = session.execute(text("SELECT body FROM idempotency_key")).scalars().all()
    assert kept
    assert not any(code["code"] in str(one) for one in kept)


def test_a_card_is_looked_up_by_code_and_pin(api: FlaskClient) -> None:
    card, shown = issued(api)
    assert post(api, "/gift-cards/lookups", shown)["id"] == card
    wrong = api.post("/api/v1/gift-cards/lookups", json=shown | {"pin": "none"})
    assert (wrong.status_code, wrong.json and wrong.json["code"]) == (409, "wrong_card")


def test_who_guesses_has_to_wait(api: FlaskClient) -> None:
    _card, shown = issued(api)
    codes = [
        api.post("/api/v1/gift-cards/lookups", json=shown | {"pin": "none"}).json["code"]  # type: ignore[index]
        for _try in range(6)
    ]
    assert codes == ["wrong_card"] * 5 + ["too_many_tries"]


def test_an_order_is_paid_by_card_and_the_refund_goes_back_onto_it(api: FlaskClient) -> None:
    order = unpaid(api)
    total = order["totals"]["total_minor"]
    card, shown = issued(api, amount_minor=total + 5_00)
    paid = post(
        api,
        f"/orders/{order['id']}/payments",
        {"method": "gift_card", "amount_minor": total, **shown},
        status=201,
    )
    assert paid["order"]["payment_status"] == "paid"
    assert paid["order"]["taxes"] == order["taxes"]
    assert paid["payments"] == [paid["id"]]
    assert left_on(int(card)) == 5_00

    post(api, f"/payments/{paid['id']}/refunds", {"amount_minor": 7_00}, status=201)
    assert left_on(int(card)) == 12_00
    assert read(api, order)["totals"]["refunded_minor"] == 7_00


def test_a_card_never_pays_more_than_is_due_nor_more_than_it_holds(api: FlaskClient) -> None:
    order = unpaid(api)
    total = order["totals"]["total_minor"]
    card, shown = issued(api, amount_minor=1_00)
    path = f"/api/v1/orders/{order['id']}/payments"
    body = {"method": "gift_card", **shown}
    answer: Any = api.post(path, json=body | {"amount_minor": 1_01})
    assert (answer.status_code, answer.json["code"]) == (409, "not_enough_on_card")
    assert answer.json["errors"][0]["have"] == 1_00
    more: Any = api.post(path, json=body | {"amount_minor": total + 1})
    assert more.status_code == 422
    assert left_on(int(card)) == 1_00


def test_a_card_without_its_pin_pays_nothing(api: FlaskClient) -> None:
    order = unpaid(api)
    _card, shown = issued(api)
    path = f"/api/v1/orders/{order['id']}/payments"
    body = {"method": "gift_card", "amount_minor": 1_00, "code": shown["code"]}
    answer: Any = api.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/pin"
    answer = api.post(path, json=body | {"pin": "none"})
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_card")


def test_the_same_reference_pays_once(api: FlaskClient) -> None:
    order = unpaid(api)
    card, shown = issued(api)
    path = f"/orders/{order['id']}/payments"
    body = {"method": "gift_card", "amount_minor": 10_00, "reference": "till 1/77", **shown}
    first = post(api, path, body, status=201)
    again = post(api, path, body, status=201)
    assert first["id"] == again["id"]
    assert left_on(int(card)) == 90_00
    events = api.get(f"/api/v1/orders/{order['id']}/events").json
    assert str(events).count("'payment_captured'") == 1


def test_store_credit_pays_for_its_owner_and_first_what_expires_first(api: FlaskClient) -> None:
    order = unpaid(api)
    owner = read(api, order)["customer"]["id"]
    given = {"customer": owner, "with_number": False, "amount_minor": 4_00}
    never = post(api, "/gift-cards", BOUGHT | given, status=201)["id"]
    early = post(api, "/gift-cards", BOUGHT | given | {"expires_on": "2099-01-01"}, status=201)
    path = f"/orders/{order['id']}/payments"
    paid = post(api, path, {"method": "store_credit", "amount_minor": 5_00}, status=201)
    assert len(paid["payments"]) == 2
    assert paid["order"]["payment_status"] == "partly_paid"
    assert (left_on(int(never)), left_on(int(early["id"]))) == (3_00, 0)
    assert {one["method"] for one in read(api, order)["payments"]} >= {"store_credit"}
    answer = api.post(f"/api/v1{path}", json={"method": "store_credit", "amount_minor": 3_01})
    assert answer.status_code == 409


def test_a_card_is_blocked_let_go_and_corrected(api: FlaskClient) -> None:
    card, _shown = issued(api)
    path = f"/gift-cards/{card}"
    assert post(api, f"{path}/blocks", {"reason": "lost"})["state"] == "blocked"
    assert api.delete(f"/api/v1{path}/blocks").json["state"] == "active"  # type: ignore[index]
    body = {"amount_minor": -30_00, "reason": "printed wrong", "client_id": "one"}
    for _time in range(2):
        told = post(api, f"{path}/adjustments", body, status=201)
    assert told["balance_minor"] == 70_00


def test_a_token_of_another_store_pays_by_the_code_and_sees_no_card(
    api: FlaskClient, rynek: FlaskClient
) -> None:
    card, shown = issued(api)
    assert rynek.get(f"/api/v1/gift-cards/{card}").status_code == 404
    assert rynek.post(f"/api/v1/gift-cards/{card}/code").status_code == 404
    assert post(rynek, "/gift-cards/lookups", shown)["balance_minor"] == 100_00
    own = post(rynek, "/gift-cards", {"amount_minor": 1_00, "currency": "PLN"}, status=201)
    store = giftcards.get_card(int(own["id"])).store_id
    assert organization.store_by_id(store).code == "RYNEK"
    assert rynek.post("/api/v1/gift-cards", json=BOUGHT).status_code == 404
