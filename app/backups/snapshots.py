"""One consistent state of the database as a file, taken while the shop works, and the way back."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, func, make_url, select, text

from app.db import Model, database
from app.errors import RuleViolation
from app.gate import Gate
from app.i18n import _
from app.models import Audit, AuditLink

_PAGES = 2_000  # copied between two looks at the progress
Told = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a state of the database holds."""

    schema: str
    rows: dict[str, int]
    audit: dict[str, Any]


def size() -> int:
    """Return how large the database is, in bytes, near enough."""
    with database().read_engine.connect() as connection:
        if is_sqlite():
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
            return int(pages * (connection.exec_driver_sql("PRAGMA page_size").scalar() or 0))
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def take(target: Path, *, told: Told) -> Contents:
    """Write the present state of the database into a file of its own; others go on writing."""
    if is_sqlite():
        return _copy_sqlite(target, told)
    return _dump_postgres(target, told)


def look_into(connection: Connection) -> Contents:
    """Return what is there for whoever reads on this connection."""
    rows = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }
    head = connection.execute(
        select(AuditLink.place, AuditLink.hash).order_by(AuditLink.place.desc()).limit(1)
    ).first()
    return Contents(
        schema=connection.scalar(text("SELECT version_num FROM alembic_version")) or "",
        rows=rows,
        audit={
            "rows": rows[str(Audit.__tablename__)],
            "place": head.place if head else 0,
            "hash": head.hash if head else "",
        },
    )


# --- SQLite ----------------------------------------------------------------------------------


def is_sqlite() -> bool:
    return database().dialect == "sqlite"


def sqlite_file() -> Path:
    file = make_url(database().engine.url).database
    assert file is not None
    return Path(file)


def _copy_sqlite(target: Path, told: Told) -> Contents:
    with (
        closing(sqlite3.connect(sqlite_file())) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # A transaction that reads already keeps its state however long the copy takes: without it
        # each write of another process would make the copy begin anew.
        source.isolation_level = None
        source.execute("PRAGMA query_only = 1")
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        page = source.execute("PRAGMA page_size").fetchone()[0]
        seen = [0]

        def note(_status: int, left: int, total: int) -> None:
            told((total - left - seen[0]) * page)
            seen[0] = total - left

        source.backup(copy, pages=_PAGES, progress=note, sleep=0)
        source.execute("ROLLBACK")
        # One file, with no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        _check_sqlite(copy)
    engine = create_engine(f"sqlite:///{target}")
    try:
        with engine.connect() as connection:
            return look_into(connection)
    finally:
        engine.dispose()


def _check_sqlite(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise RuleViolation(_("The database is damaged: %(what)s.", what=found))
    if orphan := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise RuleViolation(
            _("The database is damaged: a row of %(table)s refers to nothing.", table=orphan[0])
        )


def _put_back_sqlite(source: Path, statements: Sequence[str]) -> None:
    target = sqlite_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    database().engine.dispose()
    gate = Gate(Path(f"{target}.gate"))
    with closing(sqlite3.connect(source, isolation_level=None)) as kept:
        _check_sqlite(kept)
        kept.execute("BEGIN")
        for statement in statements:
            kept.execute(statement)
        kept.execute("COMMIT")
        gate.acquire()
        try:
            with closing(sqlite3.connect(target, timeout=30)) as there:
                kept.backup(there)  # one transaction: readers see the old state or the new one
        finally:
            gate.release()


# --- PostgreSQL ------------------------------------------------------------------------------


def _dump_postgres(target: Path, told: Told) -> Contents:
    program = _client("pg_dump")
    with database().engine.connect().execution_options(isolation_level="REPEATABLE READ") as here:
        here.exec_driver_sql("SET LOCAL statement_timeout = 0")
        here.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        # What is counted and what is dumped are one and the same state.
        snapshot = here.scalar(text("SELECT pg_export_snapshot()"))
        contents = look_into(here)
        words = ["--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={target}"]
        words += ["--no-owner", "--no-privileges", "--no-comments", "--no-publications"]
        dump = _begin([program, *words, "--no-subscriptions", f"--dbname={_address()}"])
        try:
            seen = 0
            while dump.poll() is None:
                time.sleep(0.1)
                now = target.stat().st_size if target.exists() else 0
                told(now - seen)
                seen = now
        except BaseException:
            dump.kill()
            raise
        finally:
            said = dump.communicate()[1].decode(errors="replace")
        if dump.returncode:
            raise RuleViolation(_failed("pg_dump", said))
        here.rollback()
    return contents


def _put_back_postgres(source: Path, statements: Sequence[str]) -> None:
    """Let psql play what pg_restore reads, in one transaction: all of it, or nothing."""
    database().engine.dispose()
    read = _begin([_client("pg_restore"), "--no-owner", "--no-privileges", "-f", "-", str(source)])
    play = _begin(
        [
            *(_client("psql"), "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1"),
            *("--single-transaction", "-f", "-", f"--dbname={_address()}"),
        ]
    )
    assert read.stdout
    assert read.stderr
    assert play.stdin
    try:
        play.stdin.write(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
        shutil.copyfileobj(read.stdout, play.stdin)
        if read.wait():
            # Before the end of its input psql commits nothing.
            play.kill()
            raise RuleViolation(_failed("pg_restore", read.stderr.read().decode(errors="replace")))
        play.stdin.write("".join(f"{one};\n" for one in statements).encode())
    except BrokenPipeError:
        pass  # psql tells why
    except BaseException:
        play.kill()
        raise
    finally:
        read.kill()
        read.communicate()
        with contextlib.suppress(BrokenPipeError):
            play.stdin.close()
        play.stdin = None
        said = play.communicate()[1].decode(errors="replace")
    if play.returncode:
        raise RuleViolation(_failed("psql", said))


def _begin(words: Sequence[str]) -> subprocess.Popen[bytes]:
    password = make_url(database().engine.url).password
    secret = {"PGPASSWORD": str(password)} if password else {}
    return subprocess.Popen(  # noqa: S603 - programs of the database, words of ours
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **secret, "PGOPTIONS": "-c statement_timeout=0 -c lock_timeout=30s"},
    )


def _address() -> str:
    # A command line is seen by all users of the machine: the password goes another way.
    plain = make_url(database().engine.url).set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def _client(name: str) -> str:
    """
    Return PostgreSQL's own program.

    :raises RuleViolation: it is not here, or older than the server
    """
    with database().read_engine.connect() as connection:
        server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    for program in _programs(name):
        asked = [program, "--version"]
        told = subprocess.run(asked, capture_output=True, text=True).stdout  # noqa: S603
        number = next((word.split(".")[0] for word in told.split() if word[0].isdigit()), "0")
        if number.isdigit() and int(number) >= server:
            return program
    raise RuleViolation(
        _(
            "%(program)s of PostgreSQL %(version)s or newer is not on this machine. Install the "
            "package postgresql-client-%(version)s, or do this where it is.",
            program=name,
            version=server,
        )
    )


def has_client() -> bool:
    """Test whether a backup of this PostgreSQL can be made on this machine."""
    try:
        return bool(_client("pg_dump"))
    except RuleViolation:
        return False


def _programs(name: str) -> Iterator[str]:
    if found := shutil.which(name):
        yield found
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            yield str(folder / name)


def _failed(program: str, said: str) -> str:
    reason = next((line for line in said.splitlines() if line.strip()), "?")[:300]
    return _(
        "%(program)s refused: %(reason)s. Nothing was changed.", program=program, reason=reason
    )


# --- both ------------------------------------------------------------------------------------


def put_back(source: Path, statements: Sequence[str]) -> None:
    """
    Let a file become the database, and let some statements be part of that one change.

    :raises RuleViolation: the file is damaged, or the database's programs refuse it
    """
    if is_sqlite():
        _put_back_sqlite(source, statements)
    else:
        _put_back_postgres(source, statements)


@contextmanager
def no_half_file(*files: Path) -> Iterator[None]:
    """
    Leave none of these files behind, and say in one line when there is no room for them.

    :raises RuleViolation: the disk (or what this process may write of it) is full
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and not _is_full(error):
            raise
        raise RuleViolation(
            _(
                "The backup could not be written (%(reason)s). Nothing is left of it; make room "
                "or choose another disk, and try again.",
                reason=getattr(error, "strerror", None) or str(error),
            )
        ) from error
    finally:
        for file in files:
            for one in (file, *(file.with_name(f"{file.name}-{end}") for end in _BESIDE)):
                one.unlink(missing_ok=True)


_BESIDE = ("journal", "wal", "shm")


def _is_full(error: sqlite3.Error) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return name == "SQLITE_FULL" or name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN"))
