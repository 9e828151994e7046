"""Being the other side by hand: `paper order`, `show`, `move`, `pay` and `fault`."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from app.cli import refusing
from app.money import parse_money
from integrations.paper.client import (
    FAULTS,
    PaperBank,
    PaperCourier,
    PaperError,
    PaperGateway,
    PaperShop,
    Partner,
)
from integrations.paper.mapping import SEEN
from integrations.paper.partners import reach

group = AppGroup("paper", help="The partners made of paper, played by hand.")
PARTNERS: dict[str, type[Partner]] = {
    "shop": PaperShop,
    "courier": PaperCourier,
    "gateway": PaperGateway,
    "bank": PaperBank,
}


@group.command("order")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@refusing
def put_order(file: Path) -> None:
    """Let the paper shop take the order (or the list of orders) of a JSON file."""
    told: Any = json.loads(file.read_text(encoding="utf-8"))
    for order in told if isinstance(told, list) else [told]:
        try:
            place = reach(PaperShop).put_order(order)
        except PaperError as no:
            click.echo(str(no), err=True)
            sys.exit(2)
        click.echo(f"order {order['id']}: place {place}")


@group.command("show")
@click.argument("what", type=click.Choice(sorted(PARTNERS)), default="shop")
@with_appcontext
def show(what: str) -> None:
    """Show a partner's books: orders with their parcels and stock, parcels, money, transfers."""
    books = reach(PARTNERS[what]).books()
    click.echo(json.dumps(books, ensure_ascii=False, indent=2))


@group.command("move")
@click.argument("number")
@click.argument("what", type=click.Choice(list(SEEN)), default="delivered")
@with_appcontext
def move(number: str, what: str) -> None:
    """Let the courier move a parcel."""
    try:
        reach(PaperCourier).deliver(number, what)
    except PaperError as no:
        click.echo(str(no), err=True)
        sys.exit(2)
    click.echo(f"parcel {number}: {what}")


@group.command("pay")
@click.argument("amount")
@click.argument("title")
@click.option("--payer", default="Jan Kowalski")
@click.option("--currency", default="PLN")
@with_appcontext
def pay(amount: str, title: str, payer: str, currency: str) -> None:
    """Let a transfer come in at the bank: `paper pay 129,00 "order VS-100001"`."""
    try:
        minor = parse_money(amount, currency)
    except ValueError as no:
        click.echo(str(no), err=True)
        sys.exit(2)
    name = reach(PaperBank).put_transfer(amount=minor, unit=currency, title=title, payer=payer)
    click.echo(f"transfer {name}")


@group.command("fault")
@click.argument("partner", type=click.Choice(sorted(PARTNERS)))
@click.argument("operation")
@click.argument("kind", type=click.Choice(FAULTS))
@click.option("--times", default=1)
@with_appcontext
def fault(partner: str, operation: str, kind: str, times: int) -> None:
    """Let the next calls of an operation go wrong: `paper fault courier announce timeout_after`."""
    reach(PARTNERS[partner]).lay_fault(operation, kind, times=times)
    click.echo(f"{partner} {operation}: {kind}, {times} times")
