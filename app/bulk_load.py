"""
Rows by the million: the driver's own fastest words, with the indexes away meanwhile.

An index that is kept up row by row costs more than all the rest; built at the end it is one sort.
On PostgreSQL the foreign keys are laid aside as well and checked as a whole at the end.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from app.db import database, is_writing, session

Rows = Iterable[Sequence[Any]]
_QUIET = ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0")


def moment(value: datetime) -> Any:
    """Return a moment as the driver takes it: the library's types are not asked here."""
    assert value.tzinfo, "a moment without a time zone"
    if database().dialect == "postgresql":
        return value
    return value.strftime("%Y-%m-%d %H:%M:%S.%f")


def next_key(table: Table) -> int:
    """Return the first key that nothing in a table has."""
    return int(session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1


def load_rows(table: Table, names: Sequence[str], rows: Rows) -> None:
    """
    Put rows into a table, each with a value for every name, in the driver's own types.

    Keys are given by the caller (`next_key`); the database counts on after them.
    """
    assert is_writing()
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608
        driver.executemany(statement, rows)
        return
    words = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(words) as copy:
        for row in rows:
            copy.write_row(row)
    if table.autoincrement_column is not None and "id" in names:
        session.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:name, 'id'), "  # noqa: S608 - ours
                f"(SELECT max(id) FROM {quote(table.name)}))"
            ),
            {"name": quote(table.name)},
        )


@contextmanager
def without_indexes(*tables: Table) -> Iterator[None]:
    """
    Take the indexes of some tables away and build them anew at the end.

    All of it is one transaction with what is loaded inside: it holds whole, or nothing happened.
    """
    assert is_writing()
    connection = session.connection()
    aside = _sqlite_aside if connection.dialect.name == "sqlite" else _postgres_aside
    with aside(connection, [table.name for table in tables]):
        yield


@contextmanager
def _sqlite_aside(connection: Connection, names: Sequence[str]) -> Iterator[None]:
    # Sorting and the tree that grows stay in memory.
    connection.exec_driver_sql("PRAGMA cache_size = -500000")
    back: list[str] = []
    for name in names:
        found = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL "
            "AND (type = 'index' OR (type = 'trigger' AND name LIKE 'fts%insert'))",
            (name,),
        ).all()
        for kind, own, statement in found:
            connection.exec_driver_sql(f'DROP {kind} "{own}"')
            back.append(statement)
    yield
    for statement in back:
        connection.exec_driver_sql(statement)
    for name in names:
        index = f"fts_{name}"
        if _has_table(connection, index):
            connection.exec_driver_sql(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')  # noqa: S608
    connection.exec_driver_sql("PRAGMA cache_size = -32000")


def _has_table(connection: Connection, name: str) -> bool:
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.exec_driver_sql(asked, (name,)).first() is not None


@contextmanager
def _postgres_aside(connection: Connection, names: Sequence[str]) -> Iterator[None]:
    for setting in (*_QUIET, "maintenance_work_mem = '512MB'"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")
    back: list[str] = []
    for name in names:
        keys = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE contype = 'f' AND conrelid = CAST(:name AS regclass)"
            ),
            {"name": f'"{name}"'},
        ).all()
        indexes = connection.execute(
            text(
                "SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index "
                "JOIN pg_class ON pg_class.oid = indexrelid "
                "WHERE indrelid = CAST(:name AS regclass) AND NOT EXISTS "
                "(SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
            ),
            {"name": f'"{name}"'},
        ).all()
        for own, said in keys:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" DROP CONSTRAINT "{own}"')
            back.append(f'ALTER TABLE "{name}" ADD CONSTRAINT "{own}" {said}')
        for own, said in indexes:
            connection.exec_driver_sql(f'DROP INDEX "{own}"')
            back.insert(0, said)
    yield
    for statement in back:
        connection.exec_driver_sql(statement)
    for name in names:
        connection.exec_driver_sql(f'ANALYZE "{name}"')
