"""The second factor: setting it up, showing codes, losing the phone, and who may not be without."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import factors
from app.db import close_session, session, transact
from app.door_models import PendingSignIn, RecoveryCode, SecondFactor
from app.models import Audit, UserSession
from tests.app.door import (
    HALF_MINUTE,
    PASSWORD,
    START,
    app_of,
    browser,
    give_code,
    give_password,
    hire,
    is_in,
    with_app,
)

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def ola(app: Flask) -> int:
    return hire()


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROFILE", "production")


# --- two steps ---------------------------------------------------------------------------------


def test_after_the_password_comes_the_code_and_then_the_page_that_was_asked_for(
    ola: int, client: FlaskClient, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    step = give_password(client, next="/profile?tab=2")
    assert (step.status_code, step.location) == (303, "/sign-in/code?next=/profile?tab%3D2")
    assert not is_in(client)
    entered = give_code(client, totp.at(START + HALF_MINUTE), next="/profile?tab=2")
    assert (entered.status_code, entered.location) == (303, "/profile?tab=2")
    assert is_in(client)


def test_the_password_alone_opens_no_session_at_all(
    ola: int, client: FlaskClient, freeze: Freeze
) -> None:
    with_app(ola, freeze)
    give_password(client)
    assert session.scalars(select(UserSession)).all() == []
    with client.session_transaction() as cookie:
        secret = cookie["pending"]
        # Neither is the key to the second step one to the house.
        cookie["_user_id"], cookie["_fresh"] = secret, True
    assert not is_in(client)


def test_a_code_is_good_once(ola: int, app: Flask, freeze: Freeze) -> None:
    totp, _codes = with_app(ola, freeze)
    code = totp.at(START + HALF_MINUTE)
    first, thief = browser(app), browser(app)
    give_password(first)
    assert give_code(first, code).status_code == 303
    give_password(thief)
    again = give_code(thief, code)
    assert again.status_code == 422
    assert "was used already" in again.text
    assert not is_in(thief)
    freeze(START + 2 * HALF_MINUTE)
    assert give_code(thief, totp.at(START + 2 * HALF_MINUTE)).status_code == 303


def test_the_code_that_set_the_app_up_does_not_let_in_as_well(
    ola: int, client: FlaskClient, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    give_password(client)
    assert give_code(client, totp.at(START)).status_code == 422


@pytest.mark.parametrize("late", [-1, 1])
def test_a_clock_that_is_half_a_minute_off_is_forgiven_and_more_is_not(
    late: int, ola: int, client: FlaskClient, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    now = START + 10 * HALF_MINUTE
    freeze(now)
    give_password(client)
    assert give_code(client, totp.at(now + 2 * late * HALF_MINUTE)).status_code == 422
    assert give_code(client, totp.at(now + late * HALF_MINUTE)).status_code == 303


def test_the_second_step_waits_ten_minutes_and_no_longer(
    ola: int, client: FlaskClient, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    give_password(client)
    late = START + HALF_MINUTE + timedelta(minutes=10, seconds=1)
    freeze(late)
    answer = give_code(client, totp.at(late))
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_in(client)


def test_a_new_password_ends_sign_ins_that_are_half_way(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    thief, owner = browser(app), browser(app)
    give_password(owner)
    give_code(owner, totp.at(START + HALF_MINUTE))
    give_password(thief)
    typed = {"own-current": PASSWORD, "own-password": "nine dry raincoats"}
    assert owner.post("/profile/password", data=typed).status_code == 303
    freeze(START + 2 * HALF_MINUTE)
    assert give_code(thief, totp.at(START + 2 * HALF_MINUTE)).location == "/sign-in"
    assert session.scalars(select(PendingSignIn)).all() == []


def test_wrong_codes_make_one_wait_as_wrong_passwords_do(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    client = browser(app)
    give_password(client)
    for _try in range(5):
        assert give_code(client, "000000").status_code == 422
    now = START + HALF_MINUTE
    told = give_code(client, totp.at(now))
    assert "Too many failed tries" in told.text
    freeze(now + timedelta(seconds=16))
    assert give_code(client, totp.at(now + timedelta(seconds=16))).status_code == 303


def test_strangers_from_many_addresses_together_get_few_tries_at_a_code(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    with_app(ola, freeze)
    refused = 0
    for number in range(15):
        stranger = browser(app)
        stranger.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        give_password(stranger)
        refused += "Too many failed tries" in give_code(stranger, "000000").text
    assert refused == 5


# --- recovery ----------------------------------------------------------------------------------


def test_each_recovery_code_lets_in_once_and_one_is_told_how_many_are_left(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    _totp, codes = with_app(ola, freeze)
    assert len(set(codes)) == 10
    client, thief = browser(app), browser(app)
    give_password(client)
    assert give_code(client, codes[3].upper().replace("-", " ")).status_code == 303
    assert "9 are left" in client.get("/profile").text
    give_password(thief)
    assert give_code(thief, codes[3]).status_code == 422
    assert give_code(thief, codes[4]).status_code == 303


def test_nobody_can_read_secrets_and_codes_in_the_database(ola: int, freeze: Freeze) -> None:
    totp, codes = with_app(ola, freeze)
    kept = session.scalars(select(SecondFactor)).one()
    assert kept.sealed is not None
    assert kept.sealed.startswith("v1:")
    assert totp.secret not in str(vars(kept))
    hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.replace("-", "") for code in codes} & set(hashes)
    assert all(len(one) == 64 for one in hashes)


def test_new_codes_end_the_earlier_ones(ola: int, app: Flask, freeze: Freeze) -> None:
    _totp, codes = with_app(ola, freeze)
    client = browser(app)
    give_password(client)
    give_code(client, codes[0])
    shown = client.post("/profile/second-factor/codes")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert codes[1] not in shown.text
    other = browser(app)
    give_password(other)
    assert give_code(other, codes[1]).status_code == 422


# --- setting up and taking off -----------------------------------------------------------------


def test_one_sets_it_up_in_the_profile_with_a_picture_to_scan(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    freeze(START)
    client = browser(app)
    give_password(client)
    assert "who learns your password still stays outside" in client.get("/profile").text
    assert client.post("/profile/second-factor").location == "/profile/second-factor"
    page = client.get("/profile/second-factor")
    assert 'src="data:image/svg+xml;base64,' in page.text
    secret = factors.new_secret(ola)
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page.text
    close_session()
    assert client.post("/profile/second-factor/app", data={"code": "000000"}).status_code == 422
    totp = pyotp.TOTP(secret)
    done = client.post("/profile/second-factor/app", data={"code": totp.at(START)})
    assert "The second factor is on" in done.text
    assert "since" in client.get("/profile").text
    assert give_password(browser(app)).location == "/sign-in/code"


def test_setting_it_up_or_turning_it_off_signs_every_other_browser_out(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    freeze(START)
    here, other = browser(app), browser(app)
    for one in (here, other):
        give_password(one)
    totp = app_of(ola)
    close_session()
    assert here.post("/profile/second-factor/app", data={"code": "000000"}).status_code == 422
    assert is_in(other)
    here.post("/profile/second-factor/app", data={"code": totp.at(START)})
    assert (is_in(here), is_in(other)) == (True, False)
    freeze(START + HALF_MINUTE)
    give_password(other)
    give_code(other, totp.at(START + HALF_MINUTE))
    assert is_in(other)
    here.post("/profile/second-factor/removal")
    assert (is_in(here), is_in(other)) == (True, False)


@pytest.mark.usefixtures("production")
def test_a_first_app_at_the_door_ends_what_was_begun_without_one(
    app: Flask, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(START)
    key = hire("administrator", "new@example.test", "New")
    monkeypatch.setitem(app.config, "PROFILE", "demo")
    other = browser(app)
    give_password(other, "new@example.test")
    assert is_in(other)
    monkeypatch.setitem(app.config, "PROFILE", "production")
    here = browser(app)
    give_password(here, "new@example.test")
    totp = pyotp.TOTP(factors.new_secret(key))
    close_session()
    assert here.post("/sign-in/app", data={"code": totp.at(START)}).status_code == 200
    kept = session.scalars(select(UserSession).where(UserSession.account_id == key)).all()
    assert [one.mfa_at for one in kept] == [START]


def test_a_new_password_signs_every_other_browser_out(ola: int, app: Flask) -> None:
    here, other = browser(app), browser(app)
    for one in (here, other):
        give_password(one)
    typed = {"own-current": PASSWORD, "own-password": "nine dry raincoats"}
    assert here.post("/profile/password", data=typed).status_code == 303
    assert (is_in(here), is_in(other)) == (True, False)


def test_until_the_new_app_has_shown_a_code_the_one_in_use_stays(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    totp, _codes = with_app(ola, freeze)
    app_of(ola)
    client = browser(app)
    give_password(client)
    assert give_code(client, totp.at(START + HALF_MINUTE)).status_code == 303


def test_who_turns_it_off_signs_in_with_the_password_alone(
    ola: int, app: Flask, freeze: Freeze
) -> None:
    _totp, codes = with_app(ola, freeze)
    client = browser(app)
    give_password(client)
    give_code(client, codes[0])
    assert client.post("/profile/second-factor/removal").status_code == 303
    assert session.scalars(select(RecoveryCode)).all() == []
    assert give_password(browser(app)).location == "/"
    done = session.scalars(select(Audit.action).where(Audit.ref_id == ola)).all()
    assert "second factor off" in done


def test_who_lost_the_phone_gets_in_again_by_a_manager_and_is_told(
    app: Flask, client_as: Callable[..., FlaskClient], freeze: Freeze
) -> None:
    from tests.organization.cast import PASSWORD as FIRST
    from tests.organization.cast import let_in

    staff = let_in("ewa@example.test")
    with_app(staff.id, freeze)
    manager = client_as("administrator")
    path = f"/organization/staff/{staff.id}"
    assert "Take the second factor off" in manager.get(path).text
    done = manager.post(f"{path}/second-factor/removal")
    assert done.status_code == 303
    assert "Second factor taken off" in manager.get(path).text
    lost = browser(app)
    assert give_password(lost, "ewa@example.test", FIRST).location == "/"
    assert "Administrator took your second factor off" in lost.get("/profile").text
    assert "took your second factor off" not in lost.get("/profile").text  # told once


def test_a_clerk_takes_nobodys_second_factor_off(
    ola: int, client_as: Callable[..., FlaskClient], freeze: Freeze
) -> None:
    with_app(ola, freeze)
    path = f"/organization/staff/{ola}/second-factor/removal"
    assert client_as("clerk").post(path).status_code == 403
    close_session()
    assert factors.is_on(ola)


# --- who may not be without --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "onward"),
    [
        ("clerk", "/"),
        ("shift_lead", "/"),
        ("store_manager", "/sign-in/app"),
        ("accountant", "/sign-in/app"),
        ("administrator", "/sign-in/app"),
    ],
)
@pytest.mark.usefixtures("production")
def test_in_production_who_sees_more_than_the_counter_is_led_to_set_it_up(
    role: str, onward: str, client: FlaskClient
) -> None:
    hire(role, "new@example.test", "New")
    assert give_password(client, "new@example.test").location == onward
    assert is_in(client) == (onward == "/")


def test_in_the_demo_nobody_is_forced(client: FlaskClient) -> None:
    hire("administrator", "new@example.test", "New")
    assert give_password(client, "new@example.test").location == "/"


@pytest.mark.usefixtures("production")
def test_until_it_is_set_up_nothing_else_can_be_reached(
    client: FlaskClient, freeze: Freeze
) -> None:
    freeze(START)
    key = hire("administrator", "new@example.test", "New")
    give_password(client, "new@example.test")
    for path in ("/", "/profile", "/organization/staff", "/confirmation", "/search"):
        assert client.get(path).status_code == 302, path
    page = client.get("/sign-in/app")
    assert "data:image/svg+xml" in page.text
    totp = pyotp.TOTP(factors.new_secret(key))
    close_session()
    assert client.post("/sign-in/app", data={"code": "123"}).status_code == 422
    done = client.post("/sign-in/app", data={"code": totp.at(START)})
    assert done.status_code == 200
    assert done.text.count("<li>") >= 10
    assert is_in(client)
    assert client.post("/profile/second-factor/removal").status_code == 303
    assert "Your role needs a second factor" in client.get("/profile").text
    close_session()
    assert factors.is_on(key)


@pytest.mark.usefixtures("production")
def test_who_is_in_without_a_code_as_the_role_comes_is_out(
    ola: int, app: Flask, client: FlaskClient
) -> None:
    from app import accounts

    give_password(client)
    assert is_in(client)
    transact(lambda: accounts.grant_role(account_id=ola, role="accountant"))
    assert not is_in(client)
    assert give_password(client).location == "/sign-in/app"
    assert client.get("/sign-in/app").status_code == 200
    assert not is_in(client)
