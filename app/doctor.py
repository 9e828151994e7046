"""`doctor`: what this installation is like, check by check; and what keeps production closed."""

import sys
from collections.abc import Iterator

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from app import demo, holding, safety, schema
from app.backups import nightly
from app.backups.snapshots import has_client
from app.db import database, session
from app.heartbeat import seen_lately
from app.models import Account
from app.refusals import refusing
from app.safety import Finding

_DEMO_HOST = "@verso.test"


def contents_found() -> Iterator[Finding]:
    """Yield what is in the database that production must not hold."""
    if not schema.stands():
        said = "The database is not set up yet: `flask --app wsgi db upgrade`."
        yield Finding(name="schema", level="fault", said=said)
        return
    yield _schema()
    loaded = demo.is_loaded()
    said = (
        "This database holds the demo shop, whose passwords everybody knows. "
        "Give production a database of its own."
    )
    yield Finding(name="demo", level="fault" if loaded else "ok", said=said if loaded else "")
    known = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.email.endswith(_DEMO_HOST), Account.disabled_at.is_(None))
    )
    said = f"{known} accounts of the demo (…{_DEMO_HOST}) can sign in: disable them."
    yield Finding(name="accounts", level="fault" if known else "ok", said=said if known else "")


def _schema() -> Finding:
    with database().read_engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(schema.alembic_config()).get_current_head()
    if here == newest:
        return Finding(name="schema")
    said = f"The schema is {here}, this version wants {newest}: `flask --app wsgi db upgrade`."
    return Finding(name="schema", level="fault", said=said)


def _state() -> Iterator[Finding]:
    last = nightly.get_last()
    if last is None:
        yield _look("backup", "No backup was ever made: `flask --app wsgi backup FILE`.")
    else:
        said = f"The last backup is of {last.made_at:%Y-%m-%d %H:%M} UTC."
        yield _look("backup", said) if last.is_old else Finding(name="backup")
    for name in ("worker", "scheduler"):
        lacking = not seen_lately(name)
        said = f"The {name} was not seen for half a minute."
        yield _look(name, said) if lacking else Finding(name=name)
    held = holding.current_hold() is not None
    said = "What goes out is on hold after a restore: `flask --app wsgi outbox release`."
    yield _look("outbox", said) if held else Finding(name="outbox")
    if database().dialect == "postgresql":
        said = "pg_dump of the server's version is not here: no backup can be made on this machine."
        yield Finding(name="pg_dump") if has_client() else _look("pg_dump", said)


def _look(name: str, said: str) -> Finding:
    return Finding(name=name, level="look", said=said)


def refuse_unsafe_contents(app: Flask) -> None:
    """
    Keep a process of production from starting over a database that is not fit for it.

    :raises SystemExit: with one line for each fault
    """
    if app.config["PROFILE"] != "production":
        return
    faults = [one for one in contents_found() if one.level == "fault"]
    if faults:
        for one in faults:
            click.echo(one.said, err=True)
        sys.exit(2)


@click.command("doctor")
@with_appcontext
@refusing
def doctor() -> None:
    """Look at settings, files, database and processes; exit 1 where production would not start."""
    faults = 0
    is_production = current_app.config["PROFILE"] == "production"
    found = [*safety.settings_found(current_app.config), *safety.looks(current_app.config)]
    found += contents_found()
    if schema.stands():
        found += _state()
    for one in found:
        faults += one.level == "fault"
        click.echo(f"{one.level.upper() if one.said else 'ok':<6}{one.name:<16}{one.said}".rstrip())
    if faults:
        click.echo(
            f"{faults} faults: production does not start with them."
            + ("" if is_production else " (This is the profile demo, which does.)"),
            err=True,
        )
        sys.exit(1)
