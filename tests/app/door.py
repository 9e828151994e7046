"""People at the door of these tests, and what they read on its pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from app import accounts, factors
from app.db import close_session, session, transact
from app.models import Account

EMAIL, PASSWORD = "ola@example.test", "seven wet umbrellas"
START = datetime(2026, 11, 21, 9, 0, 10, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


def hire(role: str | None = None, email: str = EMAIL, name: str = "Ola") -> int:
    """Return the key of somebody new with a role, or with none at all."""

    def work() -> int:
        account = Account(email=email, name=name, password_hash=accounts.hash_password(PASSWORD))
        session.add(account)
        session.flush()
        if role:
            accounts.grant_role(account_id=account.id, role=role)
        return account.id

    return transact(work)


def give_password(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str
) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def give_code(client: FlaskClient, code: str, **more: str) -> TestResponse:
    return client.post("/sign-in/code", data={"code": code, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def app_of(account_id: int) -> pyotp.TOTP:
    """Return an authenticator app that was set up for somebody, and is in use."""
    transact(lambda: factors.begin(account_id=account_id))
    secret = factors.new_secret(account_id)
    close_session()
    return pyotp.TOTP(secret)


def with_app(
    account_id: int, freeze: Callable[[datetime], None], at: datetime = START
) -> tuple[pyotp.TOTP, list[str]]:
    """Return an app that is in use, and the recovery codes; half a minute has gone by since."""
    freeze(at)
    totp = app_of(account_id)
    codes = transact(lambda: factors.confirm(account_id=account_id, code=totp.at(at)))
    freeze(at + HALF_MINUTE)
    close_session()
    return totp, list(codes)


def mark_in(page: TestResponse) -> str:
    """Return the mark of the first form of a page, by which the house knows it as its own."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def fields_of(page: TestResponse, action: str) -> list[tuple[str, str]]:
    """Return what the form with this address would send as it stands."""
    root: Any = html.document_fromstring(page.text)
    [form] = root.xpath("//form[@action=$action]", action=action)
    return [(one.get("name"), one.get("value", "")) for one in form.xpath(".//input[@name]")]


def browser(app: Flask, agent: str = "test") -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    return client
