"""A new installation has no account and no password that anybody knows: the first one is let in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import accounts, first_run
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.models import Account, Setting
from tests.app.door import START, hire, is_in

PASSWORD = "seven wet umbrellas"


@pytest.fixture(autouse=True)
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROFILE", "production")


def word_shown() -> str:
    address = transact(first_run.make_address)
    before, hash_sign, word = address.partition("#")
    assert (before, hash_sign) == ("http://localhost/first-run", "#")
    return word


def begin(client: FlaskClient, word: str, **more: str) -> int:
    typed = {"word": word, "name": "Ola", "email": "ola@example.test", "password": PASSWORD}
    return client.post("/first-run", data=typed | more).status_code


def test_the_first_administrator_comes_in_and_sets_the_second_factor_up(
    client: FlaskClient,
) -> None:
    word = word_shown()
    assert "Nobody can sign in here yet" in client.get("/first-run").text
    typed = {"word": word, "name": "Ola", "email": "Ola@Example.test", "password": PASSWORD}
    answer = client.post("/first-run", data=typed)
    assert (answer.status_code, answer.location) == (303, "/sign-in/app?next=/")
    close_session()
    made = session.scalars(select(Account)).one()
    assert made.email == "ola@example.test"
    assert [role.code for role, _store in accounts.roles_of(made.id)] == ["administrator"]
    assert not is_in(client)


def test_the_word_is_good_once_and_never_kept_as_it_is(client: FlaskClient, app: Flask) -> None:
    word = word_shown()
    assert word not in str(session.get_one(Setting, "first_run").value)
    close_session()
    assert begin(client, word) == 303
    assert begin(app.test_client(), word, email="thief@example.test") == 404
    assert client.get("/first-run").status_code == 404


def test_another_word_lets_nobody_in(client: FlaskClient) -> None:
    word_shown()
    assert begin(client, "password") == 422
    assert session.scalars(select(Account)).all() == []


def test_the_word_ends_after_a_day(client: FlaskClient, freeze: Callable[[datetime], None]) -> None:
    freeze(START)
    word = word_shown()
    freeze(START + timedelta(hours=24, seconds=1))
    assert begin(client, word) == 422
    freeze(START + timedelta(hours=25))
    assert begin(client, word_shown()) == 303


def test_a_password_that_will_not_do_leaves_the_word_good(client: FlaskClient) -> None:
    word = word_shown()
    assert begin(client, word, password="verso2026!") == 422
    close_session()
    assert session.scalars(select(Account)).all() == []
    assert begin(client, word) == 303


def test_guessing_at_the_word_makes_one_wait(client: FlaskClient) -> None:
    word = word_shown()
    for _try in range(5):
        begin(client, "not it")
    assert begin(client, word) == 422


def test_where_somebody_can_sign_in_there_is_no_first_run(client: FlaskClient) -> None:
    hire()
    assert client.get("/first-run").status_code == 404
    with pytest.raises(RuleViolation):
        transact(first_run.make_address)


def test_without_a_start_there_is_no_first_run_either(client: FlaskClient) -> None:
    assert client.get("/first-run").status_code == 404
    assert begin(client, "") == 404


def test_the_terminal_shows_the_address_again(cli: Callable[..., object]) -> None:
    first = cli("staff", "first-run")
    assert "http://localhost/first-run#" in first.output  # type: ignore[attr-defined]
    hire()
    second = cli("staff", "first-run")
    assert second.exit_code == 2  # type: ignore[attr-defined]
