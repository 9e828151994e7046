"""The organization as programs read it, and the keys with which they do."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actor import Actor, acting_as
from app.db import session, transact
from app.errors import InvalidInput, NotFound
from app.models import ApiToken
from modules.organization import operations, queries
from modules.organization.errors import AlreadyExists, BeyondOwnReach
from tests.organization.cast import open_channel, open_location, open_store

KNOWN = ["organization:read", "orders:write"]


def _token(**more: Any) -> str:
    more = {"name": "web shop", "scopes": ["organization:read"], "known_scopes": KNOWN, **more}
    return transact(lambda: operations.create_token(**more))


def _with(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def _codes(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.json
    body = answer.json or {}
    return [item["code"] for item in body["items"]]


def test_a_program_reads_what_every_installation_has(api: FlaskClient) -> None:
    assert "MAIN" in _codes(api, "stores")
    assert {"web", "pos"} <= set(_codes(api, "channels"))
    assert {"courier", "locker", "pickup"} <= set(_codes(api, "shipping-methods"))
    assert {"cod", "transfer", "paper_card"} <= set(_codes(api, "payment-methods"))
    body = api.get("/api/v1/locations").json or {}
    (main,) = [item for item in body["items"] if item["code"] == "MAIN"]
    assert {"web", "pos"} <= set(main.pop("channels"))
    assert main == {
        "code": "MAIN", "name": "Main location", "store": "MAIN", "kind": "floor", "sellable": True
    }  # fmt: skip


def test_any_token_reads_the_codes_that_it_needs(app: Flask, token_for: Callable[..., str]) -> None:
    client = _with(app, token_for("orders:write"))
    for path in ("stores", "locations", "channels", "shipping-methods", "payment-methods"):
        assert _codes(client, path)
        assert app.test_client().get(f"/api/v1/{path}").status_code == 401


def test_a_token_of_one_store_sees_that_store_only(app: Flask) -> None:
    store = open_store()
    mine = open_location(store)
    main = queries.get_location("MAIN")
    open_channel(locations=[main.id, mine.id])
    client = _with(app, _token(store_ids=[store.id]))
    assert _codes(client, "stores") == ["KRK1"]
    assert _codes(client, "locations") == ["KRK1-FLOOR"]
    body = client.get("/api/v1/channels").json or {}
    (allegro,) = [item for item in body["items"] if item["code"] == "allegro"]
    assert allegro["locations"] == ["KRK1-FLOOR"]


def test_a_long_list_is_read_page_by_page(api: FlaskClient) -> None:
    for number in range(4):
        open_store(f"S{number}", f"Shop {number}")
    read: list[str] = []
    cursor = ""
    for _page in range(10):
        body = api.get(f"/api/v1/stores?limit=2&cursor={cursor}" if cursor
                       else "/api/v1/stores?limit=2").json or {}  # fmt: skip
        assert len(body["items"]) <= 2
        read += [item["code"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert read == [store.code for store in queries.list_stores()]


@pytest.mark.parametrize(
    "path", ["stores", "locations", "channels", "shipping-methods", "payment-methods"]
)
def test_the_statements_of_a_list_do_not_grow_with_it(
    api: FlaskClient, statements: Callable[[], Any], path: str
) -> None:
    api.get(f"/api/v1/{path}")  # notes the token's use once
    with statements() as few:
        api.get(f"/api/v1/{path}")
    store = open_store()
    for number in range(12):
        open_location(store, f"L{number}")
        open_channel(f"c{number}")
    with statements() as many:
        api.get(f"/api/v1/{path}")
    assert len(many) == len(few) <= 6


# --- keys -------------------------------------------------------------------------------------


def test_a_token_is_kept_as_a_hash(app: Flask) -> None:
    text = _token()
    kept = session.scalars(select(ApiToken)).one()
    assert text not in str(vars(kept))
    assert text.split("_", 2)[2] not in str(vars(kept))
    assert kept.prefix in text


def test_a_revoked_token_is_refused_with_the_next_call(app: Flask) -> None:
    client = _with(app, _token())
    assert client.get("/api/v1/stores").status_code == 200
    token_id = session.scalars(select(ApiToken.id)).one()
    transact(lambda: operations.revoke_token(token_id=token_id))
    refused = client.get("/api/v1/stores")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_ends_after_its_last_day(app: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))
    client = _with(app, _token(expires_on=date(2026, 11, 22)))
    freeze(datetime(2026, 11, 22, 22, 59, tzinfo=UTC))  # one minute to midnight in Warsaw
    assert client.get("/api/v1/stores").status_code == 200
    freeze(datetime(2026, 11, 22, 23, 0, tzinfo=UTC))
    assert client.get("/api/v1/stores").status_code == 401
    with pytest.raises(InvalidInput) as refused:
        _token(expires_on=date(2026, 11, 21) - timedelta(days=1))
    assert refused.value.field == "expires_on"


@pytest.mark.parametrize("scopes", [[], ["orders:eat"], ["everything"]])
def test_a_token_has_scopes_that_there_are(app: Flask, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        _token(scopes=scopes)
    assert refused.value.field == "scopes"


def test_nobody_makes_a_token_that_may_do_more_than_he(app: Flask) -> None:
    main, other = queries.get_store("MAIN").id, open_store().id
    integrator = Actor(kind="staff", id=1, name="Ina", grants={"tokens.edit": None})
    with acting_as(integrator), pytest.raises(BeyondOwnReach):
        _token(scopes=["admin"])
    of_main = Actor(kind="staff", id=1, name="Ina", grants={"tokens.edit": frozenset({main})})
    wide = _token()
    assert wide
    wide_id = session.scalars(select(ApiToken.id)).one()
    with acting_as(of_main):
        for stores in ((), (other,), (main, other)):
            with pytest.raises(BeyondOwnReach):
                _token(store_ids=stores)
        with pytest.raises(AlreadyExists):
            _token(store_ids=[main])
        assert _token(name="till", store_ids=[main])
        with pytest.raises(NotFound):
            transact(lambda: operations.revoke_token(token_id=wide_id))
