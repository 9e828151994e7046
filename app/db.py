"""The database: types, and one session per context that reads until a unit of work is opened."""

import enum
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar, cast

from flask import Flask, current_app, g
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from werkzeug.local import LocalProxy

from app import engines


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, always in UTC and aware of it, also where the database forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        assert value is None or value.tzinfo, "a moment without a time zone"
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return None


# On SQLite a key must be INTEGER to be the rowid itself.
BigInt = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON(none_as_null=True)

Id = Annotated[int, mapped_column(BigInt, primary_key=True)]
"""A key: 64 bits, made by the database, never used again."""


class Model(DeclarativeBase):
    type_annotation_map = {
        int: BigInt,
        str: String(),
        date: Date(),
        datetime: UTCDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[int]: Json,
        list[dict[str, Any]]: Json,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=40,
            create_constraint=False,
            values_callable=lambda kind: [one.value for one in kind],
        ),
    }
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is not None and table.autoincrement_column is not None:
            # A key that a deleted row had is never given to another.
            table.dialect_options["sqlite"]["autoincrement"] = True


class Database:
    """The engine and the two kinds of sessions of one application."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.read_engine = engines.reading(engine)
        self._connection: Connection | None = None
        self._reading = sessionmaker(self.read_engine, expire_on_commit=False)
        self._writing = sessionmaker(engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def new_reader(self) -> Session:
        reader = self._reading()
        event.listen(reader, "before_flush", _refuse_flush)
        return reader

    def new_writer(self) -> Session:
        return self._writing()

    @contextmanager
    def held_by(self, connection: Connection) -> Iterator[None]:
        """Bind both kinds of sessions to one connection, whose transaction a test rolls back."""
        before = self._reading, self._writing
        joined = sessionmaker(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        self._reading = self._writing = joined
        try:
            yield
        finally:
            self._reading, self._writing = before


def database() -> Database:
    return cast(Database, current_app.extensions["database"])


def _refuse_flush(session: Session, *_rest: Any) -> None:
    raise AssertionError(f"a write outside a unit of work: {[*session.new, *session.dirty]}")


def _current_session() -> Session:
    if "write_session" in g:
        return cast(Session, g.write_session)
    if "read_session" not in g:
        g.read_session = database().new_reader()
    return cast(Session, g.read_session)


session = cast(Session, LocalProxy(_current_session))
"""The session of this context: it reads, and inside a unit of work it writes."""


def is_writing() -> bool:
    """Test whether a unit of work is open here (no partner may be called then)."""
    return "write_session" in g


def close_session() -> None:
    """End the reading session, so that the next question sees the present."""
    if reader := g.pop("read_session", None):
        reader.close()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Commit everything that happens inside, or nothing of it. Only the edges open one."""
    assert "write_session" not in g, "a unit of work inside a unit of work"
    close_session()
    writer = g.write_session = database().new_writer()
    g.after_commit = []
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        del g.write_session
        writer.close()
        waiting = g.pop("after_commit")
    for act in waiting:
        act()


def after_commit(act: Callable[[], None]) -> None:
    """Let something small happen once this unit of work is in the database (ring a bell)."""
    assert is_writing()
    if act not in g.after_commit:
        g.after_commit.append(act)


class LostRace(Exception):
    """Somebody else was faster with the same thing: run again, one sees what he did."""


Result = TypeVar("Result")
_TRIES = 3
_WORTH_REPEATING = {"40001", "40P01"}  # serialization failure, deadlock


def transact(work: Callable[[], Result]) -> Result:
    """Return what `work` answers, done in a unit of work of its own; a lost race is run again."""
    for attempt in range(1, _TRIES + 1):
        try:
            g.may_lose = attempt < _TRIES
            with unit_of_work():
                return work()
        except (DBAPIError, LostRace) as error:
            if attempt == _TRIES or not _is_worth_repeating(error):
                raise
            # Spread the losers, so that they do not meet again.
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - no secret
        finally:
            g.pop("may_lose", None)
    raise AssertionError("unreachable")


def may_lose() -> bool:
    """
    Test whether a race that is lost now is run again.

    Then it is better to look without a lock and to be refused at the end, once in a long while;
    else one waits for the others at the beginning, and cannot lose.
    """
    return bool(g.get("may_lose", False))


def _is_worth_repeating(error: DBAPIError | LostRace) -> bool:
    return isinstance(error, LostRace) or sqlstate(error) in _WORTH_REPEATING


def sqlstate(error: DBAPIError) -> str | None:
    """Return PostgreSQL's five letters for an error; None on SQLite."""
    return getattr(error.orig, "sqlstate", None)


# Besides a lost race: a lock that was not given, and a statement that waited too long for one.
_BUSY = _WORTH_REPEATING | {"55P03", "57014"}


def is_busy(error: DBAPIError) -> bool:
    """Test whether others were in the way, so that the same thing may go well in a moment."""
    locked = getattr(error.orig, "sqlite_errorname", "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED")
    )
    return locked or sqlstate(error) in _BUSY


def init_app(app: Flask) -> None:
    app.extensions["database"] = Database(engines.open_engine(app.config["DATABASE_URL"]))

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        close_session()
