"""Which connectors the house has, and the ports of its accounts."""

import json
from typing import Any

from flask import current_app

from app import secret_box
from app.i18n import _
from app.module import Module
from modules.connectors.errors import NoSuchAccount
from modules.connectors.manifest import Access, Manifest
from modules.connectors.models import ConnectorAccount
from modules.connectors.queries import find_account, list_active_accounts


def manifests() -> dict[str, Manifest]:
    """Return every connector of this house by its code; needs no database."""
    parts: list[Module] = current_app.extensions["parts"]
    return {part.connector.code: part.connector for part in parts if part.connector is not None}


def get_manifest(code: str) -> Manifest:
    """
    Return what a connector tells of itself.

    :raises NoSuchAccount: the house has none with that code
    """
    if manifest := manifests().get(code):
        return manifest
    raise NoSuchAccount(_("This house has no connector %(code)s.", code=code))


def access_of(account: ConnectorAccount) -> Access:
    """Return how an account reaches its partner, with its secrets opened."""
    secrets: dict[str, str] = {}
    if account.secrets:
        secrets = json.loads(
            secret_box.unseal(
                account.secrets, table="connector_account", row=account.id, column="secrets"
            )
        )
    return Access(account=account.code, settings=account.settings, secrets=secrets)


def find_port(port: str, code: str) -> Any:
    """
    Return what fulfils a port for an account, such as `find_port("payments.Gateway", "paper")`.

    :raises NoSuchAccount: there is no such account, or its connector can't do that
    """
    return build_port(port, get_account(code))


def build_port(port: str, account: ConnectorAccount) -> Any:
    factory = get_manifest(account.connector).ports.get(port)
    if factory is None:
        raise NoSuchAccount(
            _("The connector %(code)s can't be used for this.", code=account.connector)
        )
    return factory(access_of(account))


def get_account(code: str) -> ConnectorAccount:
    """
    Return an account.

    :raises NoSuchAccount: there is none with that code
    """
    account = find_account(code)
    if account is None:
        raise NoSuchAccount(_("No connector is set up as %(code)s.", code=code))
    return account


def accounts_with(port: str) -> list[ConnectorAccount]:
    """Return the active accounts whose connector fulfils a port."""
    known = manifests()
    return [
        account
        for account in list_active_accounts()
        if account.connector in known and port in known[account.connector].ports
    ]
