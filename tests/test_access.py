"""Every door of the house, tried by those who may not enter."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app import access, sessions
from app.access import Access
from app.db import session, transact
from app.models import Account


def doors(house: Flask, *kinds: str) -> Iterator[tuple[str, str, Access]]:
    """Yield method, address and declared access of every route of these kinds."""
    with house.test_request_context():
        for rule in house.url_map.iter_rules():
            declared = access.declared(house, rule.endpoint)
            if declared is None or declared.kind not in kinds:
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, _address(house, rule), declared


def _address(house: Flask, rule: Rule) -> str:
    kinds = {name: type(one).__name__ for name, one in rule._converters.items()}
    values = {
        name: 1 if kind in ("IntegerConverter", "FloatConverter") else "x"
        for name, kind in kinds.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser in which somebody without any role is signed in."""

    def work() -> str:
        account = Account(email="stranger@example.test", name="Stranger")
        session.add(account)
        session.flush()
        return sessions.open_session(account.id, ip="127.0.0.1", agent="test")

    secret = transact(work)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=secret, _fresh=True)
    return client


def test_what_a_route_asks_for_is_something_that_can_be_given(house: Flask) -> None:
    from app.roles import GROUND

    permissions = {one.code for one in [*GROUND, *house.extensions["permissions"]]}
    scopes = {"admin", *house.extensions["scopes"]}
    unknown = [
        f"{address}: {declared.needed}"
        for _method, address, declared in doors(house, "permission", "scope")
        if declared.needed not in (permissions if declared.kind == "permission" else scopes)
    ]
    assert unknown == []
    hidden = [one.endpoint for one in house.extensions["menu"] if one.permission not in permissions]
    assert hidden == []


def test_who_has_not_signed_in_is_sent_to_the_sign_in(house: Flask, client: FlaskClient) -> None:
    open_doors = []
    for method, address, _declared in doors(house, "person", "permission"):
        answer = client.open(address, method=method)
        if not (answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", "")):
            open_doors.append(f"{method} {address}: {answer.status}")
    assert open_doors == []


def test_a_program_without_a_token_is_refused_everywhere(house: Flask, client: FlaskClient) -> None:
    open_doors = []
    for token in (None, "Bearer vrt_00000000_nothing", "Basic eDp5"):
        headers = {"Authorization": token} if token else {}
        for method, address, _declared in doors(house, "scope", "token"):
            answer = client.open(address, method=method, headers=headers)
            if answer.status_code != 401:
                open_doors.append(f"{method} {address}: {answer.status}")
    assert open_doors == []


def test_a_person_without_a_role_enters_no_room(house: Flask, stranger: FlaskClient) -> None:
    open_doors = []
    for method, address, _declared in doors(house, "permission"):
        answer = stranger.open(address, method=method)
        if answer.status_code != 403:
            open_doors.append(f"{method} {address}: {answer.status}")
    assert open_doors == []
