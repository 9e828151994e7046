"""A PostgreSQL of our own in a temporary folder: spoken to by a socket file, gone at the end."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.machine import Missing, fetch, is_root

_PACKAGE = "postgresql"
_OWNER = "postgres"
# The tests may lose their data when the machine dies; nothing here is about that.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}


class Server:
    """A server in which databases are made: ours, or the one that an address names."""

    def __init__(self, url: str, run: str = "") -> None:
        self.url = url
        self.run = run or str(os.getpid())
        self._numbers = count(1)

    def new_database(self, template: str | None = None) -> str:
        """Return the address of a new database, empty or a copy of the template's."""
        name = f"verso_test_{self.run}_{os.getpid()}_{next(self._numbers)}"
        source = make_url(template).database if template else "template0"
        assert source is not None
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(source)))
        return self._address_of(name)

    def drop_database(self, url: str) -> None:
        """Remove a database that was made for this run, whoever is still connected to it."""
        name = str(make_url(url).database)
        assert name.startswith(f"verso_test_{self.run}_")
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_all(self) -> None:
        """Remove what all processes of this run made."""
        pattern = sql.Literal(f"verso\\_test\\_{self.run}\\_%")
        question = sql.SQL("SELECT datname FROM pg_database WHERE datname LIKE {}").format(pattern)
        for (name,) in self._run(question):
            self.drop_database(self._address_of(name))

    def _address_of(self, name: str) -> str:
        url = make_url(self.url).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: sql.Composed) -> list[tuple[str]]:
        plain = make_url(self.url).set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []


@contextmanager
def running_server(*, fast: bool = True) -> Iterator[Server]:
    """
    Hold a server: `VERSO_TEST_POSTGRES_URL`, else one made from the machine's own binaries.

    `fast` leaves out fsync, which only a machine that dies would notice.

    :raises Missing: neither is there, and it cannot be installed
    """
    if url := os.environ.get("VERSO_TEST_POSTGRES_URL"):
        server = Server(url)
        try:
            yield server
        finally:
            server.drop_all()
        return
    binaries = _find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="verso-pg-", dir=_room_for_sockets()))
    try:
        with _running_in(folder, binaries, fast=fast) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_binaries() -> Path:
    if found := _look_for_binaries():
        return found
    # Without this Debian also makes a cluster of its own and starts it; we need only the programs.
    drop_in = Path("/etc/postgresql-common/createcluster.d/verso-tests.conf")
    if is_root() and not drop_in.exists():
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text("create_main_cluster = false\n")
    fetch(_PACKAGE, for_what="PostgreSQL")
    if found := _look_for_binaries():
        return found
    raise Missing("PostgreSQL was installed, but `initdb` and `postgres` are not to be found.")


def _look_for_binaries() -> Path | None:
    on_path = shutil.which("postgres")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    for folder in [*([Path(on_path).resolve().parent] if on_path else []), *debian]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    return None


def _room_for_sockets() -> str | None:
    # The path of a socket has at most 107 characters, and the server's user must get to it.
    usual = tempfile.gettempdir()
    return "/tmp" if (is_root() or len(usual) > 60) and Path("/tmp").is_dir() else None


def _as_owner(command: list[str]) -> list[str]:
    """Return the command for the user that may run a server (root may not), tied to our life."""
    if not shutil.which("setpriv"):
        if is_root():
            raise Missing("PostgreSQL does not run as root, and setpriv (util-linux) is not here.")
        return command
    tie = ["setpriv", "--pdeathsig", "SIGINT"]  # SIGINT = a fast, clean stop
    if is_root():
        tie += ["--reuid", _OWNER, "--regid", _OWNER, "--clear-groups"]
    return [*tie, *command]


@contextmanager
def _running_in(folder: Path, binaries: Path, *, fast: bool) -> Iterator[Server]:
    if is_root():
        try:
            shutil.chown(folder, _OWNER, _OWNER)
        except LookupError:
            raise Missing(
                f"PostgreSQL does not run as root, and no user {_OWNER} is here."
            ) from None
    data = folder / "data"
    made = subprocess.run(
        _as_owner(
            [
                *(str(binaries / "initdb"), "-D", str(data), "-U", "verso", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ]
        ),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Missing(f"PostgreSQL does not start: initdb: {made.stderr.strip()[-300:]}")
    settings = _ALWAYS | {"unix_socket_directories": str(folder)} | (_FAST if fast else {})
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            _as_owner([str(binaries / "postgres"), "-D", str(data), *options]),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            # A Ctrl-C at the terminal is for the tests: they stop the server when they are done.
            start_new_session=True,
        )
    try:
        url = f"postgresql+psycopg://verso@/postgres?host={folder}"
        _await(url, server, log)
        yield Server(url)
    finally:
        server.send_signal(2)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            psycopg.connect(plain, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    last = (log.read_text(errors="replace").strip().splitlines() or ["it says nothing"])[-1]
    raise Missing(f"PostgreSQL does not start: {last}")
