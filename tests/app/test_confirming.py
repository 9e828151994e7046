"""Dangerous acts ask for a proof of the last ten minutes, and go on with what was typed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import close_session, session
from app.door_models import KeptForm
from app.models import Account, ApiToken
from tests.app.door import (
    HALF_MINUTE,
    PASSWORD,
    START,
    browser,
    fields_of,
    give_code,
    give_password,
    hire,
    mark_in,
    with_app,
)

LATER = START + timedelta(minutes=11)
Freeze = Callable[[datetime], None]
NEW = {
    "name": "Ewa Lis",
    "email": "ewa@example.test",
    "password": "eleven dry socks",
    "role": "clerk",
    "store_id": "",
}


@pytest.fixture(autouse=True)
def ola(app: Flask) -> Iterator[int]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield hire("administrator")
    app.config["WTF_CSRF_ENABLED"] = False


def come_in(client: FlaskClient) -> None:
    assert give_password(client, csrf_token=mark_in(client.get("/sign-in"))).status_code == 303


def confirm(client: FlaskClient, page_mark: str, **proof: str) -> object:
    return client.post("/confirmation", data={"csrf_token": page_mark, **proof})


def people() -> int:
    count = session.scalar(select(func.count()).select_from(Account)) or 0
    close_session()
    return count


def test_within_ten_minutes_of_signing_in_nothing_is_asked(
    client: FlaskClient, freeze: Freeze
) -> None:
    freeze(START)
    come_in(client)
    freeze(START + timedelta(minutes=9))
    mark = mark_in(client.get("/organization/staff/new"))
    done = client.post("/organization/staff", data=NEW | {"csrf_token": mark})
    assert done.location.startswith("/organization/staff/")


def test_later_the_password_is_asked_and_the_act_goes_on_with_what_was_typed(
    client: FlaskClient, freeze: Freeze
) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    before = people()
    mark = mark_in(client.get("/organization/staff/new"))
    asked = client.post("/organization/staff", data=NEW | {"csrf_token": mark})
    assert (asked.status_code, asked.location) == (303, "/confirmation")
    assert people() == before
    page = client.get("/confirmation")
    assert "Is it you?" in page.text
    wrong = client.post(
        "/confirmation", data={"csrf_token": mark_in(page), "current": "not this one"}
    )
    assert wrong.status_code == 422
    right = client.post("/confirmation", data={"csrf_token": mark_in(page), "current": PASSWORD})
    assert right.status_code == 200
    assert "data-resume" in right.text
    sent = dict(fields_of(right, "/organization/staff"))
    assert NEW.items() <= sent.items()
    done = client.post("/organization/staff", data=sent)
    assert done.location.startswith("/organization/staff/")
    assert people() == before + 1
    assert session.scalars(select(KeptForm)).all() == []


def test_an_act_that_was_left_is_not_done_by_a_proof_for_something_else(
    client: FlaskClient, freeze: Freeze
) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    mark = mark_in(client.get("/organization/staff/new"))
    client.post("/organization/staff", data=NEW | {"csrf_token": mark})
    page = client.get("/confirmation?next=/profile/second-factor")
    done = client.post(
        "/confirmation",
        data={
            "csrf_token": mark_in(page),
            "current": PASSWORD,
            "next": "/profile/second-factor",
        },
    )
    assert (done.status_code, done.location) == (303, "/profile/second-factor")


def test_once_proven_nothing_is_asked_for_ten_minutes(client: FlaskClient, freeze: Freeze) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    page = client.get("/confirmation?next=/profile/second-factor")
    done = client.post(
        "/confirmation",
        data={"csrf_token": mark_in(page), "current": PASSWORD, "next": "/organization/tokens"},
    )
    assert done.location == "/organization/tokens"
    mark = mark_in(client.get("/organization/tokens/new"))
    typed = {"csrf_token": mark, "name": "web", "scopes": "orders:read"}
    assert client.post("/organization/tokens", data=typed).status_code == 201


def test_a_form_that_is_not_from_our_page_is_refused_before_anything_is_asked(
    client: FlaskClient, freeze: Freeze
) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    assert client.post("/organization/staff", data=NEW).status_code == 400
    assert session.scalars(select(KeptForm)).all() == []


def test_htmx_is_sent_to_the_question_too(client: FlaskClient, freeze: Freeze) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    mark = mark_in(client.get("/organization/tokens/new"))
    asked = client.post(
        "/organization/tokens",
        data={"name": "web", "scopes": "orders:read"},
        headers={"HX-Request": "true", "X-CSRFToken": mark},
    )
    assert (asked.status_code, asked.headers["HX-Redirect"]) == (204, "/confirmation")
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_a_code_of_the_app_proves_it_as_well(ola: int, app: Flask, freeze: Freeze) -> None:
    totp, _codes = with_app(ola, freeze)
    client = browser(app)
    come_in(client)
    mark = mark_in(client.get("/sign-in/code"))
    give_code(client, totp.at(START + HALF_MINUTE), csrf_token=mark)
    freeze(LATER)
    asked = client.post(
        "/profile/second-factor/codes", data={"csrf_token": mark_in(client.get("/profile"))}
    )
    assert asked.location == "/confirmation"
    page = client.get("/confirmation")
    right = client.post("/confirmation", data={"csrf_token": mark_in(page), "code": totp.at(LATER)})
    assert right.status_code == 200
    sent = dict(fields_of(right, "/profile/second-factor/codes"))
    assert (
        "earlier recovery codes open nothing"
        in client.post("/profile/second-factor/codes", data=sent).text
    )


def test_guessing_at_the_question_makes_one_wait(client: FlaskClient, freeze: Freeze) -> None:
    freeze(START)
    come_in(client)
    freeze(LATER)
    mark = mark_in(client.get("/confirmation"))
    for _try in range(5):
        confirm(client, mark, current="not this one")
    answer = client.post("/confirmation", data={"csrf_token": mark, "current": PASSWORD})
    assert "Too many failed tries" in answer.text


DANGEROUS = {
    "organization.create_person",
    "organization.save_person",
    "organization.give_role",
    "organization.take_role",
    "organization.set_password",
    "organization.take_second_factor_off",
    "organization.close_account",
    "organization.open_account",
    "organization.create_token",
    "organization.revoke_token",
    "connectors.save_settings",
    "factor.begin",
    "factor.set_up",
    "factor.take_app",
    "factor.new_codes",
    "factor.turn_off",
}


def test_every_dangerous_act_asks(house: Flask) -> None:
    asking = {name for name, view in house.view_functions.items() if getattr(view, "fresh", False)}
    assert asking >= DANGEROUS
