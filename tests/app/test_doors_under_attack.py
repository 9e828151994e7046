"""Guessing, copied cookies and forged log lines: what strangers try at the doors."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.db import session, transact
from app.logs import JsonLines
from app.models import Account
from modules.organization import operations
from tests.app.door import EMAIL, PASSWORD, START, browser, give_password, hire, is_in
from tests.organization.cast import PASSWORD as FIRST
from tests.organization.cast import let_in

pytestmark = pytest.mark.slow

Freeze = Callable[[datetime], None]
STRANGER = "203.0.113.7"


@pytest.fixture(autouse=True)
def ola(app: Flask) -> int:
    return hire()


def from_address(app: Flask, address: str) -> FlaskClient:
    client = browser(app)
    client.environ_base["REMOTE_ADDR"] = address
    return client


# --- guessing ----------------------------------------------------------------------------------


def test_two_hundred_tries_at_one_account_are_slowed_down_and_the_owner_comes_in(
    app: Flask, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(START)
    own = browser(app)
    assert give_password(own).status_code == 303
    own.post("/sign-out")
    hashes = count_hashes(monkeypatch)
    stranger = from_address(app, STRANGER)
    for _try in range(200):
        assert give_password(stranger, password="a guess too many").status_code == 422
    assert len(hashes) == 5  # all others were refused before anything was compared
    assert give_password(stranger).status_code == 422
    assert give_password(own).status_code == 303


def test_many_addresses_that_guess_at_one_account_are_slowed_down_together(
    app: Flask, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(START)
    own = browser(app)
    give_password(own)
    hashes = count_hashes(monkeypatch)
    for number in range(60):
        give_password(from_address(app, f"203.0.113.{number}"), password="a guess too many")
    assert len(hashes) == 20
    assert give_password(own).status_code == 303


def test_one_try_at_each_of_two_hundred_accounts_is_slowed_down(
    app: Flask, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(START)
    # The till stands behind the same address as the stranger: it must not suffer for him.
    own = from_address(app, STRANGER)
    assert give_password(own).status_code == 303
    own.post("/sign-out")
    hashes = count_hashes(monkeypatch)
    stranger = from_address(app, STRANGER)
    for number in range(200):
        give_password(stranger, f"clerk{number}@example.test", "spring-2026!")
    assert len(hashes) == 50
    assert give_password(own).status_code == 303


def test_a_browser_that_is_known_waits_for_its_own_mistakes_only(
    app: Flask, freeze: Freeze
) -> None:
    freeze(START)
    own = browser(app)
    give_password(own)
    own.post("/sign-out")
    for _try in range(5):
        give_password(own, password="mistyped again")
    assert give_password(own).status_code == 422
    freeze(START + timedelta(seconds=16))
    assert give_password(own).status_code == 303


def test_the_mark_of_a_browser_helps_only_those_who_signed_in_there(
    app: Flask, freeze: Freeze
) -> None:
    freeze(START)
    hire(email="ewa@example.test", name="Ewa")
    stranger = from_address(app, STRANGER)
    give_password(stranger, "ewa@example.test")  # a colleague who guesses
    stranger.post("/sign-out")
    for _try in range(6):
        give_password(stranger, password="a guess too many")
    assert give_password(stranger).status_code == 422


def test_a_new_password_makes_every_browser_a_stranger(app: Flask, freeze: Freeze) -> None:
    freeze(START)
    thief, own = browser(app), browser(app)
    give_password(thief)
    give_password(own)
    typed = {"own-current": PASSWORD, "own-password": "nine dry raincoats"}
    assert own.post("/profile/password", data=typed).status_code == 303
    stranger = from_address(app, STRANGER)
    for _try in range(5):
        give_password(stranger, password="a guess too many")
    thief.environ_base["REMOTE_ADDR"] = STRANGER
    assert give_password(thief, password="nine dry raincoats").status_code == 422
    assert give_password(own, password="nine dry raincoats").status_code == 303


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    compared: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, password: str) -> bool:
        compared.append(kept)
        return bool(real(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return compared


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.test", "closed@example.test"])
def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    email: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = hire(email="closed@example.test", name="Closed")

    def close() -> None:
        session.get_one(Account, key).disabled_at = START

    transact(close)
    compared = count_hashes(monkeypatch)
    assert give_password(client, email, "a wrong password").status_code == 422
    assert len(compared) == 1
    # With the same settings: the time follows from them.
    assert compared[0].split("$")[:4] == accounts.HASHER.hash("any").split("$")[:4]


# --- copied cookies ----------------------------------------------------------------------------


def copy_of(client: FlaskClient, app: Flask) -> FlaskClient:
    thief = app.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    return thief


@pytest.mark.parametrize("end", ["sign out", "password", "closed", "role given", "role taken"])
def test_a_copied_cookie_opens_nothing_from_the_moment_the_session_ends(
    end: str, app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    let_in("boss@example.test", role="administrator")
    staff = let_in("ewa@example.test")
    client = browser(app)
    give_password(client, "ewa@example.test", FIRST)
    thief = copy_of(client, app)
    assert is_in(thief)
    manager, path = client_as("administrator"), f"/organization/staff/{staff.id}"
    if end == "sign out":
        client.post("/sign-out")
    elif end == "password":
        manager.post(f"{path}/password", data={"new-password": "eleven dry socks"})
    elif end == "closed":
        manager.post(f"{path}/closing")
    elif end == "role given":
        manager.post(f"{path}/roles", data={"grant-role": "accountant", "grant-store_id": ""})
    else:
        from modules.organization import queries

        [grant] = queries.list_grants(staff.id)
        transact(lambda: operations.revoke_role(account_id=staff.id, grant_id=grant.id))
    assert not is_in(thief)
    assert thief.post("/profile").status_code == 401


def test_each_entrance_has_a_session_of_its_own(client: FlaskClient) -> None:
    seen = set()
    for _time in range(3):
        give_password(client)
        with client.session_transaction() as cookie:
            seen.add((cookie["_user_id"], cookie["csrf_token"]))
    assert len({secret for secret, _mark in seen}) == 3
    assert len({mark for _secret, mark in seen}) == 3


# --- what is written down ----------------------------------------------------------------------


def test_what_a_stranger_types_cannot_forge_a_line_of_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    evil = 'ola\r\n{"message": "signed in"}\x1b[31m@example.test'
    client.environ_base["HTTP_USER_AGENT"] = "curl\x1b[2J {}"
    with caplog.at_level(logging.INFO, "verso.door"):
        give_password(client, evil, "a wrong password")
    [record] = [one for one in caplog.records if one.name == "verso.door"]
    line = JsonLines().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    told = json.loads(line)
    assert told["message"] == "not let in"
    assert told["email"] == evil
    assert told["agent"] == "curl\x1b[2J {}"


def test_each_event_at_the_door_is_one_line_without_a_password(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "verso.door"):
        give_password(client, password="a wrong password")
        give_password(client)
        client.get("/organization/staff")
        client.post("/sign-out")
    lines = [JsonLines().format(one) for one in caplog.records if one.name == "verso.door"]
    told = [json.loads(line) for line in lines]
    assert [one["message"] for one in told] == ["not let in", "signed in", "denied", "signed out"]
    assert told[2]["needed"] == "staff.edit"
    assert all(PASSWORD not in line and "a wrong password" not in line for line in lines)
    assert all(one["ip"] == "127.0.0.1" for one in told)
