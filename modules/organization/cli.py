"""The organization at the terminal: letting the first people in."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from app import first_run
from app.cli import refusing
from app.db import transact
from modules.organization import operations, queries

staff = AppGroup("staff", help="People who work here.")


@staff.command("create")
@click.option("--email", required=True)
@click.option("--role", required=True, help="clerk, store_manager, administrator, …")
@click.option("--name", help="Default: what stands before the @ of the e-mail.")
@click.option("--store", "store_code", help="Code of the only store; default: all stores.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password there.")
@with_appcontext
@refusing
def create(
    email: str, role: str, name: str | None, store_code: str | None, password_stdin: bool
) -> None:
    """Let somebody in. The password comes by stdin, so that no list of commands keeps it."""
    password = sys.stdin.readline().rstrip("\r\n")

    def work() -> int:
        store_id = queries.get_store(store_code).id if store_code else None
        made = operations.create_staff(
            email=email,
            name=name or _name_in(email),
            password=password,
            role=role,
            store_id=store_id,
        )
        return made.id

    account_id = transact(work)
    click.echo(f"{email.strip().lower()} may sign in as {role} (account {account_id})")


@staff.command("first-run")
@with_appcontext
@refusing
def show_first_run() -> None:
    """Show where the first administrator comes in; good for a day, an earlier one ends."""
    click.echo(transact(first_run.make_address))


def _name_in(email: str) -> str:
    return email.partition("@")[0].replace(".", " ").replace("_", " ").strip().title()
