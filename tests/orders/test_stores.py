"""Who works for one store neither sees nor touches what belongs to another."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.db import session, transact
from modules import organization
from modules.organization import Channel
from tests.orders.cast import place, post, read, ship_all, stock_the_shop, told


@pytest.fixture
def foreign(app: Flask) -> FlaskClient:
    """A program whose token is bound to another store than the one that sells here."""

    def make() -> str:
        store = organization.create_store(code="RYNEK", name="Rynek", kind="shop", city="Kraków")
        organization.create_location(
            store_id=store.id, code="RYNEK", name="Rynek", kind="floor", sellable=True
        )
        known = list(app.extensions["scopes"])
        return tokens.create_token(
            name="rynek", scopes=["admin"], known_scopes=known, store_ids=[store.id]
        )

    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {transact(make)}"
    return client


@pytest.fixture
def order(api: FlaskClient) -> dict[str, Any]:
    """An order of MAIN that has everything: a parcel, papers, a payment, a return, a hold."""
    stock_the_shop()
    made = place(api, external_id="WEB-1")
    ship_all(api, made)
    line = read(api, made)["lines"][1]["id"]
    wanted = {"lines": [{"line": line, "quantity": 1, "reason": "x"}]}
    post(api, f"/orders/{made['id']}/returns", wanted, status=201)
    post(api, f"/orders/{made['id']}/holds", {"kind": "manual", "reason": "x"}, status=201)
    return read(api, made)


def test_nothing_of_another_store_is_there(foreign: FlaskClient, order: dict[str, Any]) -> None:
    own = f"/api/v1/orders/{order['id']}"
    parcel = f"/api/v1/parcels/{order['parcels'][0]['id']}"
    back = f"/api/v1/returns/{order['returns'][0]['id']}"
    payment = f"/api/v1/payments/{order['payments'][0]['id']}"
    lines = [{"line": order["lines"][1]["id"], "quantity": 1}]
    for path in (
        own,
        f"{own}/events",
        f"/api/v1/orders/{order['number']}",
        parcel,
        back,
        payment,
        *(one["url"] for one in order["documents"]),
    ):
        assert foreign.get(path).status_code == 404, path
    for path, body in (
        (f"{own}/cancellation", {"reason": "x"}),
        (f"{own}/holds", {"kind": "manual", "reason": "x"}),
        (f"{own}/payments", {"method": "transfer", "amount_minor": 1}),
        (f"{own}/parcels", {}),
        (f"{own}/returns", {"lines": [lines[0] | {"reason": "x"}]}),
        (f"{parcel}/pick", {}),
        (f"{parcel}/pack", {}),
        (f"{parcel}/label", {}),
        (f"{parcel}/ship", {}),
        (f"{back}/receipt", {"lines": [lines[0] | {"verdict": "lost"}]}),
        (f"{payment}/captures", {"amount_minor": 1}),
        (f"{payment}/refunds", {"amount_minor": 1}),
    ):
        assert foreign.post(path, json=body).status_code == 404, path
    assert foreign.delete(f"{own}/holds/{order['holds'][0]['id']}").status_code == 404
    assert told(foreign.get("/api/v1/orders"))["items"] == []
    again = {
        "channel": "web",
        "external_id": "WEB-1",
        "currency": "PLN",
        "shipping": {"method": "pickup"},
        "lines": [{"sku": "x", "quantity": 1}],
    }
    assert foreign.post("/api/v1/orders", json=again).status_code == 404
    elsewhere = again | {"store": "MAIN", "external_id": "WEB-2"}
    assert foreign.post("/api/v1/orders", json=elsewhere).status_code == 404


def test_goods_are_taken_back_only_where_one_works(
    app: Flask, api: FlaskClient, order: dict[str, Any]
) -> None:
    def make() -> str:
        store = organization.create_store(code="RYNEK", name="Rynek", kind="shop", city="Kraków")
        organization.create_location(
            store_id=store.id, code="RYNEK", name="Rynek", kind="floor", sellable=True
        )
        home = session.get_one(Channel, 1).store_id
        known = list(app.extensions["scopes"])
        return tokens.create_token(
            name="main", scopes=["admin"], known_scopes=known, store_ids=[home]
        )

    mine = app.test_client()
    mine.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {transact(make)}"
    lines = [{"line": order["lines"][1]["id"], "quantity": 1, "verdict": "sellable"}]
    path = f"/returns/{order['returns'][0]['id']}/receipt"
    refused = post(mine, path, {"location": "RYNEK", "lines": lines}, status=422)
    assert refused["errors"][0]["pointer"] == "/location"
    post(mine, path, {"location": "MAIN", "lines": lines})
