"""Commands of orders."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from app.cli import refusing
from modules.orders.importing import ImportedOrders, import_orders, read_file

group = AppGroup("orders", help="Orders.")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
@refusing
def import_file(file: Path) -> None:
    """Bring in orders of an earlier system; the same file twice changes nothing.

    Exit 0: every row was taken or known; 1: some were refused; 2: nothing was taken.
    """
    table = read_file(file)
    done = ImportedOrders()
    with click.progressbar(length=len(table.orders), label="Orders", file=sys.stderr) as bar:
        for done in import_orders(table.orders):
            bar.update(done.orders - bar.pos)
    refused = sorted([*table.refused, *done.refused])
    for number, reason in refused:
        click.echo(f"row {number}: {reason}", err=True)
    count = done.new_rows + done.known_rows + len(refused)
    click.echo(
        f"orders: {done.new}, known: {done.known}, rows refused: {len(refused)}; "
        f"of {count} rows: {done.new_rows} new, {done.known_rows} known, {len(refused)} refused"
    )
    if refused:
        sys.exit(1 if done.new or done.known else 2)
