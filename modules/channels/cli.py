"""`channels sync`: bring orders in and stock out now."""

import click
from flask.cli import AppGroup, with_appcontext

from app import outbox
from app.cli import refusing
from app.db import transact

group = AppGroup("channels", help="The shops that sell for us.")


@group.command("sync")
@with_appcontext
@refusing
def sync() -> None:
    """Ask for a round of orders and stock now; the worker (or `outbox run`) does it."""

    def ask() -> None:
        for kind in ("channels.pull", "channels.push"):
            outbox.enqueue(kind)

    transact(ask)
    click.echo("asked for a round of orders and stock")
