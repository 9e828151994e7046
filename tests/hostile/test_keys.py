"""The keys change while the shop runs: nothing is lost, and the old key can be thrown away."""

import ast
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select, text

from app import keys, secret_box
from app.db import Model, close_session, session, transact
from modules.connectors.models import ConnectorAccount
from tests.databases import ENCRYPTION_KEYS as OLD
from tests.test_architecture import called, sources

NEW = "another one of them, and long enough as well"
ROWS = 250


@pytest.fixture
def sealed_house(real_house: Flask) -> Flask:
    """A house in which many secrets were sealed with the old key, and that has a new one."""

    def fill() -> None:
        there = session.scalars(select(ConnectorAccount.id)).all()
        new = [
            {"code": f"a{number}", "connector": "paper", "name": f"A {number}", "settings": {}}
            for number in range(ROWS - len(there))
        ]
        session.execute(insert(ConnectorAccount), new)
        for account in session.scalars(select(ConnectorAccount)).all():
            account.secrets = _seal(account.id, f"secret of {account.id}")

    with real_house.app_context():
        transact(fill)
    real_house.config["ENCRYPTION_KEYS"] = f"{NEW},{OLD}"
    return real_house


def _seal(row: int, words: str) -> str:
    return secret_box.seal(words, table="connector_account", row=row, column="secrets")


def _read_all() -> set[str]:
    """Return what is sealed, opened; raises where one cannot be."""
    close_session()
    found = set()
    for account in session.scalars(select(ConnectorAccount)).all():
        if account.secrets:
            found.add(
                secret_box.unseal(
                    account.secrets, table="connector_account", row=account.id, column="secrets"
                )
            )
    return found


def _states() -> dict[str, int]:
    close_session()
    found: dict[str, int] = {}
    for held in keys.list_held():
        if held.place == "connector_account.secrets":
            found["first" if held.first else "opens" if held.known else "missing"] = held.rows
    return found


_KILLED_HALF_WAY = """
import os, signal
from app import keys, secret_box
from wsgi import make_app
real, count = secret_box.seal, 0
def seal(*args, **more):
    global count
    count += 1
    if count == 150:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **more)
secret_box.seal = seal
with make_app({settings!r}).app_context():
    keys.rotate()
"""


@pytest.mark.slow
def test_a_change_of_keys_that_was_killed_half_way_is_finished_by_the_next(
    sealed_house: Flask,
) -> None:
    config = sealed_house.config
    names = ("DATABASE_URL", "ENCRYPTION_KEYS", "SECRET_KEY", "BASE_URL")
    settings = {name: config[name] for name in names} | {"DATA_DIR": str(config["DATA_DIR"])}
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_HALF_WAY.replace("{settings!r}", repr(settings))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with sealed_house.app_context():
        assert _states() == {"first": 100, "opens": ROWS - 100}
        assert len(_read_all()) == ROWS  # meanwhile all of it is read
        assert keys.rotate().done == ROWS - 100
        assert _states() == {"first": ROWS}
        sealed_house.config["ENCRYPTION_KEYS"] = NEW
        assert len(_read_all()) == ROWS
        assert keys.rotate().done == 0


def test_a_secret_that_is_changed_meanwhile_stays_as_it_was_changed(
    sealed_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = keys._next_rows
    changed: list[int] = []

    def look_and_be_overtaken(place: keys.Place, after: int | None) -> object:
        rows = real(place, after)
        if not changed:
            account = session.scalars(select(ConnectorAccount.id)).first()
            assert account is not None
            changed.append(account)
            close_session()

            def change() -> None:
                found = session.get_one(ConnectorAccount, account)
                found.secrets = _seal(account, "changed meanwhile")

            transact(change)
        return rows

    monkeypatch.setattr(keys, "_next_rows", look_and_be_overtaken)
    with sealed_house.app_context():
        keys.rotate()
        assert "changed meanwhile" in _read_all()
        assert _states() == {"first": ROWS}


@pytest.fixture
def at_terminal(cli: Callable[..., Result], app: Flask, monkeypatch: pytest.MonkeyPatch) -> object:
    """One secret and the commands: `at_terminal("keys", "list")` with the old key, then the new."""

    def make() -> None:
        account = ConnectorAccount(code="a", connector="paper", name="A")
        session.add(account)
        session.flush()
        account.secrets = _seal(account.id, "hush")

    transact(make)
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", f"{NEW},{OLD}")
    return cli


def test_the_terminal_says_which_key_holds_what(at_terminal: Callable[..., Result]) -> None:
    before = at_terminal("keys", "list")
    assert re.search(r"^\w{8}\topens\tconnector_account\.secrets\t1$", before.output, re.M)
    done = at_terminal("keys", "rotate")
    assert done.exit_code == 0, done.output
    assert "sealed anew: 1" in done.output
    after = at_terminal("keys", "list").output
    assert re.search(r"^\w{8}\tfirst\tconnector_account\.secrets\t1$", after, re.M)


def test_what_no_key_opens_is_told_and_left_as_it_is(
    at_terminal: Callable[..., Result], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", NEW)
    assert "\tmissing\tconnector_account.secrets\t1" in at_terminal("keys", "list").output
    refused = at_terminal("keys", "rotate")
    assert refused.exit_code == 1
    assert "which opens none of them" in refused.output
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", OLD)
    assert _read_all() == {"hush"}


def test_the_audit_trail_is_proven_with_the_key_that_sealed_it(
    cli: Callable[..., Result], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("ledger", "prove").exit_code == 0
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", f"{NEW},{OLD}")
    assert cli("ledger", "prove").exit_code == 0


# -- nothing is sealed that the change of keys would not find ----------------------------------


def _sealings() -> Iterator[tuple[str, str, str]]:
    """Yield file, table and column of every call that seals."""
    for path, text_of_file in sources().items():
        if "seal(" not in text_of_file:
            continue
        for node in ast.walk(ast.parse(text_of_file)):
            if isinstance(node, ast.Call) and re.search(r"(^|\.)seal$", called(node)):
                said = {one.arg: one.value for one in node.keywords}
                if "table" not in said:
                    continue
                place = [ast.literal_eval(said[name]) for name in ("table", "column")]
                yield path, place[0], place[1]


def test_every_column_that_is_sealed_is_sealed_anew_too() -> None:
    marked = {str(place) for place in keys.sealed_places()}
    found = {f"{table}.{column}" for _path, table, column in _sealings()}
    assert found != set()
    assert found <= marked


def test_a_column_that_is_called_a_secret_is_sealed() -> None:
    marked = {str(place) for place in keys.sealed_places()}
    named = re.compile(r"^(sealed|secrets?|totp)(_(?!hash)|$)|_secrets?$")
    loose = [
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if named.search(column.name) and f"{table.name}.{column.name}" not in marked
    ]
    assert loose == []


def test_what_is_not_marked_cannot_be_sealed(app: Flask) -> None:
    with pytest.raises(AssertionError, match="info=SEALED"):
        secret_box.seal("hush", table="connector_account", row=1, column="name")


def test_no_secret_stands_open_in_the_database(at_terminal: object) -> None:
    held = session.execute(text("SELECT secrets FROM connector_account WHERE secrets IS NOT NULL"))
    assert all(row.secrets.startswith("v1:") and "hush" not in row.secrets for row in held)
