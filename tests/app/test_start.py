"""The shop starts only on what is safe and whole, and says in one line what is missing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from flask import Flask

from app.config import Unreadable, Unsafe, settings
from app.db import session, transact
from app.models import Setting
from tests.conftest import open_house
from tests.databases import Databases
from tests.live import LiveShop

PRODUCTION = {
    "PROFILE": "production",
    "BASE_URL": "https://shop.example",
    "ENCRYPTION_KEYS": "a-key-of-this-house-alone-and-long-enough",
}


@pytest.fixture
def production(databases: Databases) -> Iterator[Flask]:
    with open_house(databases, databases.new_database(), **PRODUCTION) as house:
        yield house


def _run(house: Flask, *words: str) -> Result:
    return house.test_cli_runner().invoke(args=list(words))


@pytest.mark.parametrize("process", ["serve", "web", "worker", "scheduler"])
def test_production_does_not_open_with_passwords_that_everybody_knows(
    production: Flask, process: str
) -> None:
    with production.app_context():
        kept = {"seed": 1, "day": "2026-01-01", "finished": True, "sign_ins": []}
        transact(lambda: session.add(Setting(key="demo", value=kept)))

    refused = _run(production, process)

    assert refused.exit_code == 2
    assert "passwords everybody knows" in refused.output


def test_production_never_builds_the_demo_shop(production: Flask) -> None:
    refused = _run(production, "demo", "load")

    assert refused.exit_code == 2
    assert "production never holds it" in refused.output


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "prove"),
        ("tokens", "create", "--name", "till", "--scope", "admin"),
        ("connectors", "check"),
        ("outbox", "list"),
        ("channels", "sync"),
    ],
)
def test_a_command_on_an_empty_database_says_in_one_line_what_to_do(
    databases: Databases, words: tuple[str, ...], tmp_path: Path
) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    with open_house(databases, empty) as house:
        refused = _run(house, *words)

    assert refused.exit_code == 2, refused.output
    assert "db upgrade" in refused.output
    assert len(refused.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERSO_PORT", "abc"),
        ("VERSO_PROXY_HOPS", "-1"),
        ("VERSO_DATABASE_URL", "mysql://user:secret@host/shop"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("VERSO_DATA_DIR", str(tmp_path))

    with pytest.raises(Unreadable, match=name) as refused:
        settings()

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"BASE_URL": "http://shop.example"}, "https://"), ({"SECRET_KEY": "short"}, "32 characters")],
)
def test_production_refuses_an_unsafe_default(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(Unsafe, match=said):
        settings({**PRODUCTION, "DATA_DIR": tmp_path, **change})


@pytest.mark.slow
def test_what_the_web_server_refuses_by_itself_is_a_problem_too(live_server: LiveShop) -> None:
    def too_much() -> Iterator[bytes]:
        for _piece in range(70):
            yield bytes(1024 * 1024)

    answers = [
        httpx.get(live_server.url, headers={"X-Long": "x" * 300_000}),
        httpx.post(f"{live_server.url}/api/v1/orders", content=too_much()),
    ]

    assert [answer.status_code for answer in answers] == [431, 413]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.text)["status"] == answer.status_code

    people = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "pl-PL,pl;q=0.9"}
    page = httpx.post(f"{live_server.url}/sign-in", content=too_much(), headers=people)
    assert (page.status_code, page.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert '<html lang="pl">' in page.text
    assert "Wyślij mniejszy" in page.text
