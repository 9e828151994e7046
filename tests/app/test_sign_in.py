"""Signing in and out, and how long a session lives."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import accounts
from app.db import session, transact
from app.errors import InvalidInput
from app.models import Account, SignInAttempt, UserSession

EMAIL = "ola@example.test"
PASSWORD = "seven wet umbrellas"
START = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ola(app: Flask) -> int:
    """Somebody who can sign in and may do nothing at all."""

    def make() -> int:
        account = Account(email=EMAIL, name="Ola", password_hash=accounts.hash_password(PASSWORD))
        session.add(account)
        session.flush()
        return account.id

    return transact(make)


def sign_in(client: FlaskClient, password: str = PASSWORD, **more: str) -> int:
    data = {"email": EMAIL, "password": password, **more}
    return client.post("/sign-in", data=data).status_code


def is_in(client: FlaskClient) -> bool:
    answer = client.get("/profile")
    assert answer.status_code in (200, 302), answer.status
    return answer.status_code == 200


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


# --- in and out -------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_shown_the_door_and_brought_back(client: FlaskClient) -> None:
    asked = client.get("/profile?tab=2")
    assert (asked.status_code, asked.location) == (302, "/sign-in?next=/profile?tab%3D2")
    entered = client.post(
        "/sign-in", data={"email": EMAIL, "password": PASSWORD, "next": "/profile?tab=2"}
    )
    assert (entered.status_code, entered.location) == (303, "/profile?tab=2")
    assert is_in(client)


def test_a_form_sent_without_a_session_is_refused_and_a_fragment_moves_the_browser(
    client: FlaskClient,
) -> None:
    refused = client.post("/profile")
    assert refused.status_code == 401
    assert 'href="/sign-in"' in refused.text  # what to do stands on the page
    fragment = client.get("/jobs/ring", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, "/sign-in?ended=1")
    assert fragment.get_data() == b""


def test_who_lost_the_session_in_the_middle_of_work_comes_back_to_it(client: FlaskClient) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "http://localhost/profile?tab=2"}
    door = client.get("/jobs/ring", headers=here).headers["HX-Redirect"]
    shown = client.get(door)
    assert "Your session has ended. What you sent last was not taken" in shown.text
    assert 'name="next" value="/profile?tab=2"' in shown.text
    sign_in(client, next="/profile?tab=2")
    again = client.get(door)  # in another tab: nobody signs in twice
    assert (again.status_code, again.location) == (302, "/profile?tab=2")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\tprofile",
        "profile",
        "",
    ],
)
def test_signing_in_sends_nobody_to_another_site(client: FlaskClient, target: str) -> None:
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_copied_cookie_dies_at_sign_out(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    thief = app.test_client()
    thief.set_cookie("session", cookie_of(client))
    assert is_in(thief)
    left = client.post("/sign-out")
    assert (left.status_code, left.location) == (303, "/sign-in")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    assert not is_in(thief)


def test_signing_out_here_leaves_the_other_browser_alone(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    client.post("/sign-out")
    assert is_in(other)


def test_what_a_browser_held_before_signing_in_opens_nothing_after(
    client: FlaskClient, app: Flask
) -> None:
    client.get("/sign-in")
    planted = client.get_cookie("session")
    sign_in(client)
    assert planted is None or planted.value != cookie_of(client)
    with client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    kept = session.scalars(select(UserSession)).one()
    assert secret not in str(vars(kept))
    assert kept.token_hash == accounts.digest(secret)


def test_the_cookie_is_for_this_site_and_for_no_script(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "session=" in one]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# --- wrong names and passwords ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong password"), ("nobody@example.test", PASSWORD), (EMAIL, PASSWORD.upper())],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    client: FlaskClient, email: str, password: str
) -> None:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert "E-mail or password is wrong." in answer.get_data(as_text=True)
    assert password not in answer.get_data(as_text=True)
    assert not is_in(client)
    assert session.scalars(select(SignInAttempt.email)).all() == [email]


def test_a_closed_account_cannot_sign_in_and_its_session_is_over(
    client: FlaskClient, ola: int
) -> None:
    sign_in(client)

    def close() -> None:
        session.get_one(Account, ola).disabled_at = START

    transact(close)
    assert not is_in(client)
    assert sign_in(client) == 422


def test_an_account_without_a_password_cannot_be_entered(client: FlaskClient, ola: int) -> None:
    def forget() -> None:
        session.get_one(Account, ola).password_hash = None

    transact(forget)
    assert sign_in(client, "nobody") == 422


def test_after_five_wrong_tries_one_waits_even_with_the_right_password(
    client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    for _try in range(5):
        assert sign_in(client, "wrong password") == 422
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many failed tries" in answer.get_data(as_text=True)
    freeze(START + timedelta(seconds=16))
    assert sign_in(client) == 303


def test_the_wait_doubles_and_ends(client: FlaskClient, freeze: Callable[[datetime], None]) -> None:
    freeze(START)
    for _try in range(5):
        sign_in(client, "wrong password")
    freeze(START + timedelta(seconds=16))
    assert sign_in(client, "wrong password") == 422  # the sixth: thirty seconds from here
    freeze(START + timedelta(seconds=16 + 29))
    assert sign_in(client) == 422
    freeze(START + timedelta(seconds=16 + 31))
    assert sign_in(client) == 303


def test_a_throttled_name_does_not_lock_others_out(
    client: FlaskClient, app: Flask, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    for _try in range(6):
        client.post("/sign-in", data={"email": "else@example.test", "password": "wrong one"})
    assert sign_in(app.test_client()) == 303


def test_one_address_that_tries_many_names_is_stopped(
    client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)

    def many() -> None:
        for number in range(50):
            session.add(
                SignInAttempt(email=f"n{number}@example.test", ip="127.0.0.1", step="password")
            )

    transact(many)
    assert sign_in(client) == 422
    freeze(START + timedelta(minutes=16))
    assert sign_in(client) == 303


# --- how long it lasts ------------------------------------------------------------------------


def test_a_session_ends_after_half_an_hour_without_a_click(
    client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    sign_in(client)
    freeze(START + timedelta(minutes=29))
    assert is_in(client)
    freeze(START + timedelta(minutes=58))  # the last click is 29 minutes old
    assert is_in(client)
    freeze(START + timedelta(minutes=58 + 31))
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_whatever_happens(
    client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    sign_in(client)
    for quarter in range(1, 48):
        freeze(START + timedelta(minutes=15 * quarter))
        assert is_in(client), quarter
    freeze(START + timedelta(hours=12, seconds=1))
    assert not is_in(client)


def test_sessions_that_are_over_are_swept_at_the_next_sign_in(
    client: FlaskClient, app: Flask, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    sign_in(client)
    freeze(START + timedelta(hours=1))
    sign_in(app.test_client())
    kept = session.scalars(select(UserSession)).all()
    assert [one.created_at for one in kept] == [START + timedelta(hours=1)]


def test_a_reader_writes_down_its_click_once_a_minute(
    client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    sign_in(client)
    freeze(START + timedelta(seconds=30))
    client.get("/profile")
    session.expire_all()
    assert session.scalars(select(UserSession.last_seen_at)).one() == START
    freeze(START + timedelta(seconds=61))
    client.get("/profile")
    assert session.scalars(select(UserSession.last_seen_at)).one() == START + timedelta(seconds=61)


# --- forms ------------------------------------------------------------------------------------


def test_a_form_without_the_house_mark_is_refused(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post("/profile", data={"language": "pl", "theme": "dark"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "not sent from our page" in answer.get_data(as_text=True)


@pytest.mark.parametrize("password", ["seven77", "x" * 129, "olaolaola", "        "])
def test_a_password_is_long_enough_and_not_easily_guessed(password: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.hash_password(password, words=["olaola"])


def test_two_hashes_of_one_password_differ() -> None:
    first, second = accounts.hash_password(PASSWORD), accounts.hash_password(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$")
