"""Connectors: the machinery that all partners share: accounts, lines, cursors, inbox, log."""

from modules.connectors.errors import AccountOff, NoSuchAccount, PartnerDown
from modules.connectors.forms import SettingsForm
from modules.connectors.line import Line, open_line
from modules.connectors.manifest import Access, Health, Manifest
from modules.connectors.models import AccountState, ConnectorAccount, InboxEvent, InboxState
from modules.connectors.operations import (
    end_event,
    move_cursor,
    open_account,
    renew_event,
    set_state,
    store_event,
)
from modules.connectors.queries import (
    account_by_id,
    count_events,
    count_failed,
    exchanges_about,
    find_account,
    get_event,
    last_received,
    list_accounts,
    list_events,
    read_cursor,
    state_word,
)
from modules.connectors.registry import accounts_with, find_port, manifests

__all__ = [
    "Access",
    "AccountOff",
    "AccountState",
    "ConnectorAccount",
    "Health",
    "InboxEvent",
    "InboxState",
    "Line",
    "Manifest",
    "NoSuchAccount",
    "PartnerDown",
    "SettingsForm",
    "account_by_id",
    "accounts_with",
    "count_events",
    "count_failed",
    "end_event",
    "exchanges_about",
    "find_account",
    "find_port",
    "get_event",
    "last_received",
    "list_accounts",
    "list_events",
    "manifests",
    "move_cursor",
    "open_account",
    "open_line",
    "read_cursor",
    "renew_event",
    "set_state",
    "state_word",
    "store_event",
]
