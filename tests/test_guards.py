"""What every test relies on: nothing is left behind, nobody outside is called, SQL is counted."""

import socket
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.db import session, transact
from app.models import Account


def _open_account(name: str) -> None:
    session.add(Account(email=f"{name}@example.test", name=name))


def _accounts() -> int:
    return session.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.parametrize("_again", range(2))
def test_what_a_test_writes_is_gone_in_the_next(app: Flask, _again: int) -> None:
    before = _accounts()
    transact(lambda: _open_account("anna"))
    assert (before, _accounts()) == (0, 1)


def test_in_a_real_house_threads_commit(real_house: Flask) -> None:
    def one(number: int) -> None:
        with real_house.app_context():
            transact(lambda: _open_account(str(number)))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with real_house.app_context():
        assert _accounts() == 8


def test_two_real_houses_know_nothing_of_each_other(
    real_house: Flask, databases: Any, app: Flask
) -> None:
    with real_house.app_context():
        transact(lambda: _open_account("anna"))
    assert _accounts() == 0


def test_nobody_outside_is_called() -> None:
    with pytest.raises(AssertionError, match="a test asks for the address of example.test"):
        urllib.request.urlopen("http://example.test")
    with socket.socket() as door, pytest.raises(AssertionError, match="calls somebody outside"):
        door.connect(("192.0.2.1", 80))


def test_statements_are_counted_without_those_of_transactions(
    app: Flask, statements: Callable[[], Any]
) -> None:
    with statements() as asked:
        transact(lambda: _open_account("anna"))
    assert len(asked) == 1
    assert asked[0].startswith("INSERT INTO account")


def test_the_database_is_the_one_that_was_asked_for(
    app: Flask, pytestconfig: pytest.Config
) -> None:
    asked = {"sqlite": "sqlite", "postgres": "postgresql"}[pytestconfig.getoption("--database")]
    assert app.extensions["database"].dialect == asked


def test_an_empty_shop_proves_its_ledgers(cli: Callable[..., Result]) -> None:
    proved = cli("ledger", "prove")
    assert proved.exit_code == 0, proved.output
