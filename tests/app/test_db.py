"""The one session of a context: it reads, and writes only inside a unit of work."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from app.db import (
    LostRace,
    after_commit,
    close_session,
    is_writing,
    may_lose,
    session,
    transact,
    unit_of_work,
)
from app.models import Account, Audit, RoleGrant, Setting


@pytest.fixture
def house(real_house: Flask) -> Iterator[Flask]:
    """A house where a commit is a commit, with a context."""
    with real_house.app_context():
        yield real_house


def put(key: str, **value: Any) -> None:
    session.add(Setting(key=key, value=value))


def keys() -> list[str]:
    found = session.scalars(select(Setting.key).where(Setting.key.startswith("t.")))
    return sorted(found)


# --- reading ----------------------------------------------------------------------------------


def test_a_reading_session_refuses_to_flush(house: Flask) -> None:
    put("t.a")
    with pytest.raises(AssertionError, match="a write outside a unit of work"):
        session.flush()
    close_session()
    assert keys() == []


def test_a_reading_session_refuses_a_statement_that_writes(house: Flask) -> None:
    # SQLite: query_only; PostgreSQL: a read-only transaction.
    with pytest.raises(DBAPIError, match="(?i)read.?only"):
        session.execute(insert(Setting).values(key="t.a", value={}))
    close_session()
    assert keys() == []


def test_a_reading_session_refuses_raw_sql_too(house: Flask) -> None:
    with pytest.raises(DBAPIError, match="(?i)read.?only"):
        session.execute(text("DELETE FROM setting"))
    close_session()


def test_readers_leave_the_connection_fit_for_writers(house: Flask) -> None:
    for number in range(30):  # more than the pool has: each connection served both
        assert len(keys()) == number
        transact(partial(put, f"t.{number:02}"))


def test_a_reader_does_not_wait_for_a_writer(house: Flask) -> None:
    seen: list[list[str]] = []

    def read() -> None:
        with house.app_context():
            seen.append(keys())

    with unit_of_work():
        put("t.a")
        session.flush()
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
        assert seen == [[]]  # it answered, and with what is committed
    assert keys() == ["t.a"]


# --- units of work ----------------------------------------------------------------------------


def test_a_unit_commits_all_or_nothing(house: Flask) -> None:
    def half() -> None:
        put("t.a")
        session.flush()
        put("t.b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transact(half)
    assert keys() == []
    assert not is_writing()
    transact(lambda: put("t.a"))
    assert keys() == ["t.a"]


def test_a_unit_inside_a_unit_is_a_programmers_error(house: Flask) -> None:
    with pytest.raises(AssertionError, match="inside a unit of work"):
        transact(lambda: transact(lambda: None))
    assert not is_writing()
    transact(lambda: put("t.a"))  # and nothing is left in the way
    assert keys() == ["t.a"]


def test_after_a_unit_one_reads_what_it_wrote(house: Flask) -> None:
    assert keys() == []
    with unit_of_work():
        put("t.a")
    assert keys() == ["t.a"]


def test_what_happens_after_the_commit_happens_once_and_only_then(house: Flask) -> None:
    rung: list[list[str]] = []

    def ring() -> None:
        rung.append(keys())

    def work() -> None:
        put("t.a")
        after_commit(ring)
        after_commit(ring)
        assert rung == []

    transact(work)
    assert rung == [["t.a"]]

    def fails() -> None:
        after_commit(ring)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transact(fails)
    assert rung == [["t.a"]]


def test_outside_of_a_unit_nothing_waits_for_a_commit(house: Flask) -> None:
    with pytest.raises(AssertionError):
        after_commit(lambda: None)


def test_a_lost_race_is_run_again_and_another_failure_is_not(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)

    class Driver(Exception):
        def __init__(self, state: str) -> None:
            super().__init__(state)
            self.sqlstate = state

    def failing(state: str, times: int, name: str) -> list[int]:
        tries: list[int] = []

        def work() -> list[int]:
            tries.append(1)
            put(f"t.{name}{len(tries)}")
            session.flush()
            if len(tries) <= times:
                raise OperationalError("UPDATE", {}, Driver(state))
            return tries

        transact(work)
        return tries

    assert len(failing("40001", 2, "a")) == 3
    assert keys() == ["t.a3"]  # what the lost tries wrote is gone
    with pytest.raises(OperationalError):
        failing("40P01", 3, "b")
    with pytest.raises(OperationalError):
        failing("23505", 1, "c")
    assert keys() == ["t.a3"]


def test_sixteen_threads_lose_no_update(house: Flask) -> None:
    transact(lambda: put("t.count", n=0))

    def add_one() -> None:
        def work() -> None:
            row = session.get_one(Setting, "t.count", with_for_update=True)
            row.value = {"n": row.value["n"] + 1}

        with house.app_context():
            for _time in range(5):
                transact(work)

    threads = [threading.Thread(target=add_one) for _number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_session()
    assert session.get_one(Setting, "t.count").value == {"n": 80}


# --- what the database keeps ------------------------------------------------------------------


def test_a_moment_comes_back_in_utc_whatever_zone_it_had(app: Flask) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=1)))
    transact(lambda: session.add(Account(email="a@example.test", name="A", created_at=noon)))
    close_session()
    kept = session.scalars(select(Account.created_at).where(Account.email == "a@example.test"))
    found = kept.one()
    assert (found, found.tzinfo) == (datetime(2026, 11, 21, 11, tzinfo=UTC), UTC)


def test_a_moment_without_a_zone_is_a_programmers_error(app: Flask) -> None:
    naive = datetime(2026, 11, 21, 12)  # noqa: DTZ001 - the fault itself
    with pytest.raises((AssertionError, StatementError), match="without a time zone"):
        transact(lambda: session.add(Account(email="a@x.test", name="A", created_at=naive)))


def test_foreign_keys_are_kept(house: Flask) -> None:
    with pytest.raises(IntegrityError):
        transact(lambda: session.add(RoleGrant(account_id=999, role_id=999)))


def test_a_key_is_never_given_twice(house: Flask) -> None:
    def make() -> int:
        row = Audit(ref_kind="t", ref_id=1, action="made", actor="t")
        session.add(row)
        session.flush()
        return row.id

    def unmake(key: int) -> None:
        session.delete(session.get_one(Audit, key))

    first = transact(make)
    transact(lambda: unmake(first))
    assert transact(make) > first


def test_sqlite_is_opened_so_that_nothing_acknowledged_is_lost(house: Flask) -> None:
    engine: Engine = house.extensions["database"].engine
    if engine.dialect.name != "sqlite":
        pytest.skip("these settings are SQLite's")
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000
    }  # fmt: skip


def test_the_last_try_of_a_race_waits_instead_of_losing(house: Flask) -> None:
    patient: list[bool] = []

    def lose() -> None:
        patient.append(not may_lose())
        raise LostRace

    with pytest.raises(LostRace):
        transact(lose)
    assert patient == [False, False, True]
    assert not may_lose()


def test_connections_that_broke_while_they_rested_are_opened_anew(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Engine = house.extensions["database"].engine
    if engine.dialect.name != "postgresql":
        pytest.skip("a file does not hang up")
    monkeypatch.setattr("app.engines._REST", 0.0)
    transact(lambda: put("t.a"))
    close_session()
    stranger = create_engine(engine.url, poolclass=NullPool)
    with stranger.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert keys() == ["t.a"]
