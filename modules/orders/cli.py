"""Commands of orders."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from app.cli import refusing
from modules.orders.importing import ImportedOrders, import_orders, read_file

group = AppGroup("orders", help="Orders.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@refusing
def import_file(file: Path) -> None:
    """Bring in orders of an earlier system; the same file twice changes nothing."""
    groups, refused = read_file(file)
    with click.progressbar(import_orders(groups), label="Orders", file=sys.stderr) as steps:
        reached = list(steps)
    done = reached[-1] if reached else ImportedOrders()
    refused = sorted([*refused, *done.refused])
    for number, reason in refused:
        click.echo(f"row {number}: {reason}", err=True)
    click.echo(f"orders: {done.new}, known: {done.known}, rows refused: {len(refused)}")
    if refused:
        sys.exit(1 if done.new or done.known else 2)
