"""Who reads by the last change is told of every change, also of one that commits late."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import database, session, unit_of_work
from app.feeds import settled
from app.models import Account


def _open_account(name: str) -> None:
    session.add(Account(email=f"{name}@example.test", name=name))
    session.flush()


def _readable() -> list[str]:
    found = select(Account.name).where(settled(Account.created_at)).order_by(Account.id)
    return list(session.scalars(found))


def test_what_is_younger_than_an_open_change_waits_for_the_next_reading(real_house: Flask) -> None:
    with real_house.app_context():
        if database().dialect != "postgresql":
            pytest.skip("SQLite has one writer at a time: stamps and commits have one order")
    written, may_commit = threading.Event(), threading.Event()

    def change_slowly() -> None:
        with real_house.app_context(), unit_of_work():
            _open_account("first stamped, last committed")
            written.set()
            assert may_commit.wait(20)

    slow = threading.Thread(target=change_slowly)
    slow.start()
    assert written.wait(20)
    with real_house.app_context(), unit_of_work():
        _open_account("stamped later")
    with real_house.app_context():
        before = _readable()
    may_commit.set()
    slow.join()

    with real_house.app_context():
        assert before == []
        assert _readable() == ["first stamped, last committed", "stamped later"]


def test_with_no_open_change_all_is_told_at_once(real_house: Flask) -> None:
    with real_house.app_context(), unit_of_work():
        _open_account("anna")
    with real_house.app_context():
        assert _readable() == ["anna"]
