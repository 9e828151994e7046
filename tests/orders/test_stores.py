"""Who works for one store neither sees nor touches what belongs to another."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import tokens
from app.db import close_session, session, transact
from modules import catalog, organization, stock
from modules.orders.models import Allocation
from modules.organization import Channel
from tests.orders.cast import DRESS, place, post, read, ship_all, stock_the_shop, told


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


def _stores(app: Flask) -> tuple[int, int]:
    """Return the keys of MAIN and of another store with a location RYNEK."""

    def make() -> int:
        store = organization.create_store(code="RYNEK", name="Rynek", kind="shop", city="Kraków")
        organization.create_location(
            store_id=store.id, code="RYNEK", name="Rynek", kind="floor", sellable=True
        )
        return store.id

    return organization.get_store("MAIN").id, transact(make)


def _receipt(order: dict[str, Any], location: str | None) -> dict[str, str]:
    at = f"receive-{int(order['returns'][0]['id'])}-"
    sent = {
        f"{at}rows-0-line": order["lines"][1]["id"],
        f"{at}rows-0-quantity": "1",
        f"{at}rows-0-verdict": "sellable",
    }
    return sent if location is None else {**sent, f"{at}location": location}


def _pieces_at(code: str) -> int:
    place = organization.get_location(code).id
    variant = catalog.variants_for_sale([DRESS])[DRESS].id
    found = stock.available_for([variant], [place])
    close_session()
    return sum(one.on_hand for one in found)


def test_goods_come_back_only_to_a_store_where_one_works(
    app: Flask, client_as: Callable[..., FlaskClient], order: dict[str, Any]
) -> None:
    home, _away = _stores(app)
    path = f"/orders/returns/{order['returns'][0]['number']}/receipt"
    clerk = client_as("clerk", store_id=home)
    before = _pieces_at("MAIN")
    refused = clerk.post(path, data=_receipt(order, "RYNEK"))
    assert refused.status_code == 422
    assert "Goods come back to a store where you work" in refused.text
    close_session()
    assert (_pieces_at("MAIN"), _pieces_at("RYNEK")) == (before, 0)
    assert clerk.post(path, data=_receipt(order, "MAIN")).status_code == 303
    close_session()
    assert _pieces_at("MAIN") == before + 1


def test_goods_that_a_colleagues_store_sent_come_back_there_by_its_own_people(
    app: Flask, client_as: Callable[..., FlaskClient], order: dict[str, Any]
) -> None:
    """Without a location they would lie where they were shipped from: on shelves of others."""
    home, away = _stores(app)
    there = organization.get_location("RYNEK").id
    moved = update(Allocation).values(location_id=there)
    transact(lambda: session.execute(moved))
    path = f"/orders/returns/{order['returns'][0]['number']}/receipt"
    assert (
        client_as("clerk", store_id=home).post(path, data=_receipt(order, None)).status_code == 422
    )
    close_session()
    assert _pieces_at("RYNEK") == 0
    assert (
        client_as("clerk", store_id=away).post(path, data=_receipt(order, None)).status_code == 303
    )
    close_session()
    assert _pieces_at("RYNEK") == 1


def test_a_token_of_a_store_puts_goods_only_on_its_own_shelves(
    app: Flask, order: dict[str, Any]
) -> None:
    home, _away = _stores(app)

    def make() -> str:
        known = list(app.extensions["scopes"])
        return tokens.create_token(
            name="main", scopes=["admin"], known_scopes=known, store_ids=[home]
        )

    own = app.test_client()
    own.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {transact(make)}"
    back = f"/api/v1/returns/{order['returns'][0]['id']}/receipt"
    lines = [{"line": order["lines"][1]["id"], "quantity": 1, "verdict": "sellable"}]
    away = own.post(back, json={"lines": lines, "location": "RYNEK"})
    assert (away.status_code, told(away)["errors"][0]["pointer"]) == (422, "/location")
    assert own.post(back, json={"lines": lines, "location": "MAIN"}).status_code == 200
