"""Many guesses in one instant: no more are judged than of the same guesses one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Lock
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import accounts, factors
from app.approving import Wanted, WithSecondPerson
from app.db import session
from app.limits import NeedsSecondPerson
from app.models import Account, SignInAttempt
from app.reference import Reference
from tests.app.door import (
    EMAIL,
    HALF_MINUTE,
    PASSWORD,
    START,
    give_code,
    give_password,
    hire,
    with_app,
)

MANY = 64
RECOVERY = "aaaa-bbbb-cccc-dddd-eeee-ffff"
Freeze = Callable[[datetime], None]


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Return what many got who began in one moment."""
    start = Barrier(MANY)

    def begin(number: int) -> Any:
        start.wait(60)
        return act(number)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(begin, range(MANY)))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that somebody looked at, in a house where each look takes a while."""
    seen: list[str] = []
    counting, look = Lock(), factors.check

    def check(*, account_id: int, code: str) -> bool:
        with counting:
            seen.append(code)
        return look(account_id=account_id, code=code)

    monkeypatch.setattr(factors, "check", check)
    return seen


def half_way(house: Flask) -> Callable[[int], FlaskClient]:
    """Return copies of a browser in which the right password was given, from one address each."""
    first = house.test_client()
    give_password(first)
    cookie = first.get_cookie("session")
    assert cookie is not None

    def copy(address: int) -> FlaskClient:
        client = house.test_client()
        client.set_cookie("session", cookie.value)
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{address}"
        return client

    return copy


@pytest.mark.slow
@pytest.mark.parametrize("code", ["000000", RECOVERY])
@pytest.mark.parametrize(("addresses", "allowed"), [(1, 5), (MANY, 10)])
def test_of_many_guesses_at_a_code_only_as_many_as_are_allowed_are_judged(
    real_house: Flask, freeze: Freeze, judged: list[str], code: str, addresses: int, allowed: int
) -> None:
    with real_house.app_context():
        totp, _codes = with_app(hire(), freeze)
    copy = half_way(real_house)
    answers = at_once(lambda number: give_code(copy(number % addresses), code))
    assert {one.status_code for one in answers} == {422}
    assert len(judged) == allowed
    assert sum("Too many failed tries" in one.text for one in answers) == MANY - allowed
    now = START + HALF_MINUTE
    later = give_code(copy(0), totp.at(now))
    assert "Too many failed tries" in later.text


@pytest.mark.slow
def test_of_many_guesses_at_a_second_persons_code_only_five_are_judged(
    real_house: Flask, freeze: Freeze, judged: list[str]
) -> None:
    with real_house.app_context():
        with_app(hire(), freeze)
    typed = {
        "second": "here",
        "second_email": EMAIL,
        "second_password": PASSWORD,
        "second_code": "000000",
    }

    def refused() -> None:
        raise NeedsSecondPerson({"refund": 1}, store_id=1, currency="PLN")

    def guess(_number: int) -> bool:
        with real_house.test_request_context("/", method="POST", data=typed):
            wanted = Wanted(
                act="orders.refund", reference=Reference("order", 1), arguments={}, reason="x"
            )
            return WithSecondPerson().carry_out_within_limits(refused, lambda: wanted)

    assert not any(at_once(guess))
    assert 1 <= len(judged) <= 5


@pytest.mark.slow
def test_of_many_guesses_at_a_password_only_five_are_judged(
    real_house: Flask, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(START)
    with real_house.app_context():
        hire()
    looked: list[str] = []
    fits = accounts._fits

    def look(account: Account | None, password: str) -> bool:
        looked.append(password)
        return fits(account, password)

    monkeypatch.setattr(accounts, "_fits", look)
    answers = at_once(lambda _n: give_password(real_house.test_client(), password="a guess"))
    assert {one.status_code for one in answers} == {422}
    assert len(looked) == 5


def test_what_was_right_is_no_failed_try(real_house: Flask, freeze: Freeze) -> None:
    with real_house.app_context():
        totp, _codes = with_app(hire(), freeze)
    for step in range(1, 12):  # more often than one may fail
        freeze(START + step * HALF_MINUTE)
        client = real_house.test_client()
        assert give_password(client).status_code == 303
        assert give_code(client, totp.at(START + step * HALF_MINUTE)).status_code == 303
    with real_house.app_context():
        assert session.scalars(select(SignInAttempt)).all() == []
