"""Every test has the whole house, a migrated database, and a transaction that never commits."""

import contextvars
import gc
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser
from sqlalchemy import Connection, Engine, event, select

from app import accounts, clock, sessions, tokens
from app.db import session, transact
from app.models import Account
from tests.browser import running_browser
from tests.clients import CheckedClient
from tests.databases import ENCRYPTION_KEYS, Databases
from tests.live import LiveShop, live_shop
from tests.machine import Missing, skipped
from tests.passwords import passwords_that_cost_little
from tests.postgres import Server, running_server
from wsgi import make_app

PASSWORD = "a long walk home"  # of every account that a test makes

# A slow machine is no fault of a rule, and what one run found is not kept for the next.
settings.register_profile("house", deadline=None, database=None)
settings.load_profile("house")
# What `make check` asks for: a quarter of the examples. `make test` has them all.
settings.register_profile("everyday", settings.get_profile("house"), max_examples=25)

_RUN = pytest.StashKey[ExitStack]()
_PLACE = pytest.StashKey[dict[str, str]]()


# -- the run: one server and one folder, shared by all its processes --------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[_PLACE] = config.workerinput["verso"]
        return
    held = config.stash[_RUN] = ExitStack()
    place = config.stash[_PLACE] = {"folder": tempfile.mkdtemp(prefix="verso-test-")}
    held.callback(shutil.rmtree, place["folder"], ignore_errors=True)
    try:
        if config.getoption("--database") == "postgres" and not config.option.collectonly:
            if "postgres" in skipped():
                raise Missing("VERSO_TEST_SKIP leaves PostgreSQL out.")
            server = held.enter_context(running_server())
            place |= {"server": server.url, "run": server.run}
    except Missing as missing:
        held.close()
        raise pytest.UsageError(str(missing)) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["verso"] = node.config.stash[_PLACE]


def pytest_unconfigure(config: pytest.Config) -> None:
    if held := config.stash.get(_RUN, None):
        held.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gc.freeze()  # what is read by now stays: looking through it again and again costs time
    if config.getoption("--database") == "postgres":
        _leave_to_sqlite(config, items)
    without_browser = "browser" in skipped()
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if without_browser:
                item.add_marker(pytest.mark.skip(reason="VERSO_TEST_SKIP leaves the browser out"))


def _leave_to_sqlite(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What opens no database, or asks nothing of it (`once`), is tried in the run on SQLite."""
    once = [
        item
        for item in items
        if "databases" not in getattr(item, "fixturenames", ()) or item.get_closest_marker("once")
    ]
    if once:
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if left_out := skipped():
        terminalreporter.write_line(f"LEFT OUT by VERSO_TEST_SKIP: {', '.join(sorted(left_out))}")


# -- guards: on for every test -----------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _nobody_outside_is_called() -> Iterator[None]:
    """Let no socket go beyond this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name), name))
        patch.setattr(socket, "getaddrinfo", _only_known_names(socket.getaddrinfo))
        yield


@pytest.fixture(autouse=True, scope="session")
def _passwords_cost_little() -> Iterator[None]:
    with passwords_that_cost_little():
        yield


def _is_here(host: object) -> bool:
    return host in ("", None, "localhost", "::1", "0.0.0.0") or str(host).startswith("127.")


def _only_here(real: Callable[..., Any], name: str) -> Callable[..., Any]:
    def guarded(sock: socket.socket, *rest: Any) -> Any:
        address = rest[-1]
        if sock.family != socket.AF_UNIX and not _is_here(address[0]):
            raise AssertionError(f"a test calls somebody outside: {name} {address}")
        return real(sock, *rest)

    return guarded


def _only_known_names(real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not _is_here(name):
            raise AssertionError(f"a test asks for the address of {name}")
        return real(host, *rest, **more)

    return guarded


# -- the house ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """Where a test gets one more database from."""
    place = pytestconfig.stash[_PLACE]
    server = Server(place["server"], place["run"]) if "server" in place else None
    return Databases(Path(place["folder"]), server)


@contextmanager
def open_house(databases: Databases, url: str, **settings: Any) -> Iterator[Flask]:
    """Hold a house on a database, with a data folder of its own."""
    folder = databases.own_folder()
    house = make_app(
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "SECRET_KEY": "only for tests, and long enough for them",
            "ENCRYPTION_KEYS": ENCRYPTION_KEYS,
            "BASE_URL": "http://localhost",
            **settings,
        }
    )
    house.test_client_class = CheckedClient
    databases.share_templates(house)
    engine: Engine = house.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", _write_down)
    try:
        yield house
    finally:
        engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def house(databases: Databases) -> Iterator[Flask]:
    """The whole house, built once; tests use `app`, which is the same inside a transaction."""
    with open_house(databases, databases.new_database()) as house:
        yield house


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:
    """The house inside a transaction: a commit in the test releases a savepoint and no more."""
    # The paper partners' books and the trail's heads are files: they would remember what the
    # database forgets.
    shutil.rmtree(house.config["DATA_DIR"] / "paper", ignore_errors=True)
    (house.config["DATA_DIR"] / "audit-heads.jsonl").unlink(missing_ok=True)
    database = house.extensions["database"]
    with database.engine.connect() as connection, connection.begin() as outer:
        with database.held_by(connection), house.app_context():
            yield house
        outer.rollback()


@pytest.fixture
def real_house(databases: Databases) -> Iterator[Flask]:
    """A house with a database of its own, where a commit is a commit: for threads and crashes.

    Nothing is pushed: `with real_house.app_context():` around each thing that happens.
    """
    url = databases.new_database()
    with open_house(databases, url) as house:
        yield house
    databases.drop_database(url)


# -- those who come in -------------------------------------------------------------------------


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return app.test_client()


@pytest.fixture
def client_as(app: Flask) -> Callable[..., FlaskClient]:
    """Return a browser in which somebody of a role is signed in: `client_as("clerk")`."""

    def sign_in(role: str, *, store_id: int | None = None) -> FlaskClient:
        def make() -> str:
            return sessions.open_session(_account(role, store_id), ip="127.0.0.1", agent="test")

        secret = transact(make)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=secret, _fresh=True)
        return client

    return sign_in


@cache
def _hash_of_password() -> str:
    """Return the hash of PASSWORD, made once: it costs more than most tests do."""
    return accounts.hash_password(PASSWORD)


def _account(role: str, store_id: int | None) -> int:
    """Return the account that holds this role and no other, made when first asked for."""
    email = f"{role}.{store_id or 'all'}@example.test"
    known = session.scalar(select(Account.id).where(Account.email == email))
    if known is not None:
        return known
    account = Account(
        email=email,
        name=role.replace("_", " ").title(),
        password_hash=_hash_of_password(),
    )
    session.add(account)
    session.flush()
    accounts.grant_role(account_id=account.id, role=role, store_id=store_id)
    return account.id


@pytest.fixture
def token_for(app: Flask) -> Callable[..., str]:
    """Return the text of a token with some scopes: `token_for("orders:write")`."""

    def make(*scopes: str) -> str:
        known = list(app.extensions["scopes"])
        return transact(
            lambda: tokens.create_token(name="a test", scopes=scopes, known_scopes=known)
        )

    return make


@pytest.fixture
def api(app: Flask, token_for: Callable[..., str]) -> FlaskClient:
    """A program that may do everything."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for('admin')}"
    return client


@pytest.fixture
def cli(app: Flask) -> Callable[..., Result]:
    """Run a command as at the terminal: `cli("ledger", "prove")`."""

    def run(*words: str, **more: Any) -> Result:
        runner = app.test_cli_runner()
        return contextvars.Context().run(runner.invoke, args=list(words), **more)

    return run


# -- what tests look at ------------------------------------------------------------------------

_LISTENING: list[list[str]] = []
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


def _write_down(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.lstrip().upper().startswith(_NOT_COUNTED):
        for listener in _LISTENING:
            listener.append(statement)


@contextmanager
def statements_asked() -> Iterator[list[str]]:
    """Hold the list of SQL statements that are sent meanwhile, without those of transactions."""
    heard: list[str] = []
    _LISTENING.append(heard)
    try:
        yield heard
    finally:
        _LISTENING.remove(heard)


@pytest.fixture
def statements() -> Callable[[], Any]:
    """Count SQL: `with statements() as asked: …` and then `len(asked) <= 15`."""
    return statements_asked


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the one clock at a moment: `freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))`."""

    def at(moment: datetime) -> None:
        assert moment.tzinfo, "a moment without a time zone"
        # Below `now` itself, which the defaults of columns hold since their tables were made.
        monkeypatch.setattr(clock, "datetime", SimpleNamespace(now=lambda _zone: moment))

    return at


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; each test opens a context of its own in it."""
    try:
        with running_browser() as browser:
            yield browser
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def live_server(databases: Databases) -> Iterator[LiveShop]:
    """The real product on a port of its own, shared by the tests that drive a browser."""
    with live_shop(databases) as shop:
        yield shop


@pytest.fixture
def own_live_server(databases: Databases) -> Iterator[LiveShop]:
    """The real product for one test alone, whose processes it may kill."""
    with live_shop(databases) as shop:
        yield shop
