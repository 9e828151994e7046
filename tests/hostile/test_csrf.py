"""What another site makes a browser send is refused, and no address that is only read changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import accounts, sessions
from app.db import Model, close_session, session, transact
from app.models import Account, SignInAttempt
from tests.conftest import PASSWORD
from tests.hostile.world import Door, doors

pytestmark = pytest.mark.once

FOREIGN = "https://evil.example"
_NOTICED = ("heartbeat", "user_session", "api_token")
"""Tables in which it is written down that somebody was there."""


def _sign_in(house: Flask) -> FlaskClient:
    def make() -> str:
        account = Account(email="ola@example.test", name="Ola", password_hash="x")
        session.add(account)
        session.flush()
        accounts.grant_role(account_id=account.id, role="administrator")
        return sessions.open_session(account.id, ip="127.0.0.1", agent="test")

    with house.app_context():
        secret = transact(make)
    house.test_client_class = FlaskClient  # some hundred refusals need not be looked at as pages
    client = house.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=secret, _fresh=True)
    return client


def unsafe_doors(house: Flask) -> list[Door]:
    with house.app_context():
        found = [door for door in doors(house) if door.unsafe and door.for_people]
    assert len(found) > 80
    return found


def is_refused(door: Door, answer: TestResponse) -> bool:
    """Test whether nothing was done: the door itself sends back to itself, to be tried anew."""
    if door.endpoint == "ground.enter":
        told = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
        return told.startswith("/sign-in")
    # The first run is over in this house: its page may be gone before the form is looked at.
    return answer.status_code in ((400, 404) if door.endpoint == "first_run.begin" else (400,))


def _mark_of(client: FlaskClient) -> str:
    page: Any = html.document_fromstring(client.get("/profile").get_data(as_text=True))
    return str(page.xpath("//input[@name='csrf_token']/@value")[0])


def _tries(mark: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what another site could make a browser send, by what is wrong with it."""
    yield "no mark", {"data": {"name": "x"}}
    yield "a made-up mark", {"data": {"csrf_token": mark[:-2] + "xx"}}
    yield "text", {"data": f"csrf_token={mark}", "content_type": "text/plain"}
    yield "JSON", {"json": {"csrf_token": mark}}
    yield "the mark in the address", {"query_string": {"csrf_token": mark}}
    yield "a fragment", {"headers": {"HX-Request": "true"}}


@pytest.mark.slow
def test_a_form_of_another_site_changes_nothing(strict_house: Flask) -> None:
    client = _sign_in(strict_house)
    mark = _mark_of(client)
    with strict_house.app_context():
        before = _count_rows()
    open_doors = []
    for number, door in enumerate(unsafe_doors(strict_house)):
        without, *others = _tries(mark)
        for wrong, sent in (without, others[number % len(others)]):
            answer = client.open(door.address, method=door.method, **sent)
            if not is_refused(door, answer):
                open_doors.append(f"{door.method} {door.address} ({wrong}): {answer.status}")
    assert open_doors == []
    with strict_house.app_context():
        assert _count_rows() == before


@pytest.mark.slow
@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_over_https_the_page_that_sends_has_to_be_ours(strict_house: Flask, header: str) -> None:
    client = _sign_in(strict_house)
    mark = _mark_of(client)
    foreign = {header: f"{FOREIGN}/page"}
    open_doors = []
    for door in unsafe_doors(strict_house)[header == "Origin" :: 2]:
        answer = client.open(
            door.address,
            method=door.method,
            data={"csrf_token": mark},
            headers=foreign,
            base_url="https://localhost",
        )
        if not is_refused(door, answer):
            open_doors.append(f"{door.method} {door.address}: {answer.status}")
    assert open_doors == []


def test_a_form_of_our_own_goes_through(strict_house: Flask) -> None:
    """Else the two tests above would praise a house that refuses everything."""
    client = _sign_in(strict_house)
    form = {"csrf_token": _mark_of(client), "theme": "dark"}
    answer = client.post("/profile/theme", data=form)
    assert answer.status_code < 400, answer.status
    headers = {"X-CSRFToken": form["csrf_token"], "HX-Request": "true"}
    assert client.post("/profile/theme", data={"theme": "light"}, headers=headers).status_code < 400


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["x"] = 1
    answer = client.get("/sign-in")
    told = answer.headers.getlist("Set-Cookie")
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in told)


COUNTED = {"loyalty.mine": "sign_in_attempt"}
"""Where an address is a secret that could be guessed, each wrong one is counted."""


@pytest.mark.slow
def test_what_is_only_read_changes_nothing(
    filled: Flask, admin: FlaskClient, api: FlaskClient
) -> None:
    close_session()
    for door in list(doors(filled)):
        if door.method != "GET":
            continue
        before = _count_rows()
        answer = (admin if door.for_people else api).get(door.address)
        answer.close()
        close_session()
        changed = {
            name: (before[name], count)
            for name, count in _count_rows().items()
            if count != before[name] and name != COUNTED.get(door.endpoint)
        }
        assert changed == {}, door


@pytest.mark.slow
def test_reading_with_a_method_of_writing_is_refused(filled: Flask, admin: FlaskClient) -> None:
    """No `_method` field, header or question turns a GET into a write."""
    before = _count_rows()
    for door in [one for one in doors(filled) if one.unsafe and one.for_people]:
        headers = {"X-HTTP-Method-Override": door.method, "X-Method-Override": door.method}
        admin.get(door.address, query_string={"_method": door.method}, headers=headers).close()
        admin.head(door.address, headers=headers).close()
    close_session()
    assert _count_rows() == before


def _count_rows() -> dict[str, Any]:
    """Return how many rows each table has, and the last moment that it tells of."""
    close_session()
    found = {}
    for table in Model.metadata.sorted_tables:
        if table.name in _NOTICED:
            continue
        wanted: list[Any] = [func.count()]
        wanted += [func.max(table.c[name]) for name in ("updated_at", "version") if name in table.c]
        found[table.name] = tuple(session.execute(select(*wanted).select_from(table)).one())
    close_session()
    return found


def test_a_sign_in_that_another_site_sends_does_not_count(strict_house: Flask) -> None:
    """Else it could lock people out, or sign a browser in as somebody else."""
    client = strict_house.test_client()
    form = {"email": "ola@example.test", "password": PASSWORD}
    assert client.post("/sign-in", data=form).headers["Location"] == "/sign-in"
    with strict_house.app_context():
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0
