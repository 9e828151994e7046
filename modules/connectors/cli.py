"""`connectors list` and `connectors check`."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from app.cli import refusing
from modules.connectors.queries import list_active_accounts
from modules.connectors.registry import access_of, get_manifest, manifests

group = AppGroup("connectors", help="The partners' connectors.")


@group.command("list")
@with_appcontext
def list_connectors() -> None:
    """List the connectors of this house and what each was held against; needs no database."""
    for code, one in sorted(manifests().items()):
        proof = one.verified_against or "not verified against the partner"
        click.echo(f"{code}\t{one.title}\t{', '.join(sorted(one.ports))}\t{proof}\t{one.proof}")


@group.command("check")
@with_appcontext
@refusing
def check() -> None:
    """Ask every active account's partner whether it is there; exit 1 if one is not."""
    well = True
    for account in list_active_accounts():
        try:
            health = get_manifest(account.connector).check(access_of(account))
            ok, message = health.ok, health.message
        except Exception as error:  # a check only tells; it never breaks what looks at it
            ok, message = False, f"{type(error).__name__}: {error}"
        well = well and ok
        click.echo(f"{account.code}\t{'ok' if ok else 'not ok'}\t{message}")
    if not well:
        sys.exit(1)
