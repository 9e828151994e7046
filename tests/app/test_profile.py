"""One's own settings: the password, and the browsers in which one is signed in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import accounts, sessions
from app.agents import device_of
from app.db import close_session, session, transact
from app.models import Account, Audit, SignInAttempt

EMAIL, PASSWORD, NEW = "ola@example.test", "seven wet umbrellas", "nine dry raincoats"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def ola(app: Flask) -> int:
    def make() -> int:
        account = Account(email=EMAIL, name="Ola", password_hash=accounts.hash_password(PASSWORD))
        session.add(account)
        session.flush()
        return account.id

    return transact(make)


@pytest.fixture
def browser_of(app: Flask) -> Callable[..., FlaskClient]:
    def sign_in(agent: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = agent
        client.post("/sign-in", data={"email": EMAIL, "password": password})
        return client

    return sign_in


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def keys_of(account_id: int) -> list[int]:
    close_session()
    return [one.id for one in sessions.list_sessions(account_id)]


@pytest.mark.parametrize(
    ("agent", "device", "held"),
    [
        (FIREFOX, "Firefox · Windows", False),
        (PHONE, "Chrome · Android", True),
        (f"{PHONE} EdgA/140.0", "Edge · Android", True),
        (IPHONE, "Safari · iPhone", True),
        ("curl/8.5", "", False),
        ("", "", False),
    ],
)
def test_a_device_is_called_as_people_call_it(agent: str, device: str, held: bool) -> None:
    assert device_of(agent) == (device, held)


def test_one_sees_where_one_is_signed_in_and_which_browser_this_is(
    browser_of: Callable[..., FlaskClient],
) -> None:
    browser_of(PHONE)
    page = browser_of(FIREFOX).get("/profile").text
    assert "Chrome · Android" in page
    assert page.index("Firefox · Windows") < page.index("this browser")
    assert page.count("Sign out there") == 1


def test_a_lost_phone_is_signed_out_from_the_desk(
    ola: int, browser_of: Callable[..., FlaskClient]
) -> None:
    phone, desk = browser_of(PHONE), browser_of(FIREFOX)
    lost = min(keys_of(ola))
    assert desk.post(f"/profile/sessions/{lost}/ending").status_code == 303
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert desk.post(f"/profile/sessions/{lost}/ending").status_code == 404


def test_nobody_ends_the_session_of_another(
    ola: int, browser_of: Callable[..., FlaskClient], client_as: Callable[..., FlaskClient]
) -> None:
    desk = browser_of(FIREFOX)
    [hers] = keys_of(ola)
    assert client_as("administrator").post(f"/profile/sessions/{hers}/ending").status_code == 404
    assert is_in(desk)


def test_all_other_browsers_are_signed_out_at_once(browser_of: Callable[..., FlaskClient]) -> None:
    phone, tablet, desk = browser_of(PHONE), browser_of(PHONE), browser_of(FIREFOX)
    desk.post("/profile/sessions/ending")
    assert "2 browsers are signed out." in desk.get("/profile").text
    assert (is_in(phone), is_in(tablet), is_in(desk)) == (False, False, True)


def test_a_new_password_ends_every_other_session_and_is_written_down(
    ola: int, browser_of: Callable[..., FlaskClient]
) -> None:
    phone, desk = browser_of(PHONE), browser_of(FIREFOX)
    typed = {"own-current": PASSWORD, "own-password": NEW}
    assert desk.post("/profile/password", data=typed).status_code == 303
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert not is_in(browser_of(PHONE, PASSWORD))
    assert is_in(browser_of(PHONE, NEW))
    close_session()
    [row] = session.scalars(
        select(Audit).where(Audit.ref_id == ola, Audit.action == "new password")
    )
    assert (row.old, row.new) == (None, None)
    assert row.actor.startswith("staff:")


def test_who_sits_at_a_desk_left_open_cannot_guess_the_password(
    browser_of: Callable[..., FlaskClient],
) -> None:
    desk = browser_of(FIREFOX)
    typed = {"own-current": "is it this one?", "own-password": NEW}
    for _guess in range(5):
        refused = desk.post("/profile/password", data=typed)
        assert refused.status_code == 422
        assert "This is not your present password." in refused.text
    refused = desk.post("/profile/password", data=typed | {"own-current": PASSWORD})
    assert "Too many failed tries" in refused.text
    close_session()
    assert len(session.scalars(select(SignInAttempt)).all()) == 5
    assert is_in(desk)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "8 to 128 characters"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("", "Fill this in."),
    ],
)
def test_a_new_password_that_will_not_do_is_refused_and_the_old_one_stays(
    password: str, told: str, browser_of: Callable[..., FlaskClient]
) -> None:
    desk, phone = browser_of(FIREFOX), browser_of(PHONE)
    typed = {"own-current": PASSWORD, "own-password": password}
    answer = desk.post("/profile/password", data=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert is_in(phone)
    assert is_in(browser_of(PHONE))
