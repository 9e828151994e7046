"""How a connection to the database is opened, so that no update is lost and nobody starves."""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from app.folding import SQLITE_FUNCTION, fold
from app.gate import Gate

_REST = 1.0  # seconds
POOL = 24  # at least one for each web thread and each slot of the worker


def open_engine(url: str) -> Engine:
    """Return the engine of a database address (`sqlite:///file`, `postgresql+psycopg://…`)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(url, address.database)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    settings = "-c lock_timeout=5s -c statement_timeout=15s"
    settings += " -c idle_in_transaction_session_timeout=30s -c timezone=UTC -c jit=off"
    engine = create_engine(
        address,
        pool_size=POOL,
        max_overflow=0,
        connect_args={"options": settings, "connect_timeout": 5},
    )
    _ask_whoever_rested(engine)
    return engine


def _ask_whoever_rested(engine: Engine) -> None:
    """
    Let a connection that nobody used for a while be asked whether it still stands.

    The library can ask at each use, which costs a busy shop two round trips for each request.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        rests_since = record.info.get("rests_since", time.monotonic())
        if time.monotonic() - rests_since < _REST:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            # The pool opens another one in its place, and asks here again.
            raise DisconnectionError from gone


def reading(engine: Engine) -> Engine:
    """Return the same engine for readers: it takes no gate and cannot write."""
    options: dict[str, Any] = {"readonly": True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return engine.execution_options(**options)


def _open_sqlite(url: str, file: str | None) -> Engine:
    in_memory = not file or file == ":memory:" or "mode=memory" in url
    if in_memory:
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        gate = None
    else:
        assert file is not None
        engine = create_engine(url, pool_size=POOL, max_overflow=0)
        gate = Gate(Path(f"{file}.gate"))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver opens transactions late and by itself, which loses updates: we begin them.
        connection.isolation_level = None
        connection.create_function(SQLITE_FUNCTION, 1, fold, deterministic=True)
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 30000",
            "cache_size = -32000",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {setting}")

    # Gate and BEGIN stand in one listener: a second one would run in an order that is not ours.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("readonly"):
            connection.exec_driver_sql("PRAGMA query_only = 1")
            connection.exec_driver_sql("BEGIN")
            return
        if gate is None:
            connection.exec_driver_sql("PRAGMA query_only = 0")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        record = connection.connection._connection_record
        assert record is not None
        if "gate" not in record.info:  # else this connection begins again before it went back
            gate.acquire()
            record.info["gate"] = gate
        try:
            connection.exec_driver_sql("PRAGMA query_only = 0")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            record.info.pop("gate").release()
            raise

    @event.listens_for(engine, "checkin")
    def _leave(_connection: Any, record: Any) -> None:
        if record and (held := record.info.pop("gate", None)):
            held.release()

    return engine
