"""The people of these tests: hired into the running shop, and signing in at its door."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import accounts
from app.api import BASE
from app.db import session, transact
from app.models import Account
from tests.conftest import PASSWORD
from tests.live import LiveShop

PATIENCE = 60_000
"""Milliseconds that a page may wait for the worker on a busy machine."""


def hire(shop: LiveShop, role: str, name: str) -> str:
    """Return the e-mail of somebody with this role, who is hired when first asked for."""
    email = f"{name.split()[0].lower()}.{role}@e2e.example"

    def work() -> None:
        if session.scalar(select(Account.id).where(Account.email == email)):
            return
        account = Account(
            email=email, name=name, password_hash=accounts.hash_password(PASSWORD), language="en"
        )
        session.add(account)
        session.flush()
        accounts.grant_role(account_id=account.id, role=role)

    with shop.house.app_context():
        transact(work)
    return email


def sign_in(page: Page, email: str) -> None:
    """Come in at the door, by keyboard."""
    page.goto("/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main.v-sheet")).to_be_visible()


def call(
    shop: LiveShop, token: str, method: str, path: str, body: Any = None, *, key: str = ""
) -> tuple[int, Any, dict[str, str]]:
    """Let a program ask the running shop; return status, JSON and headers."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    asked = urllib.request.Request(
        f"{shop.url}{BASE}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers=headers,
        method=method,
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.load(answer), _lower(answer.headers)
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused), _lower(refused.headers)


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
