"""Setting up accounts, letting them rest, keeping what comes in. Nothing here calls a partner."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import audit, clock, secret_box
from app.db import database, session
from app.reference import Reference
from modules.connectors.models import (
    AccountState,
    ConnectorAccount,
    Cursor,
    Exchange,
    InboxEvent,
    InboxState,
)
from modules.connectors.queries import account_by_id, find_account, get_event
from modules.connectors.registry import access_of

_PATIENCE = 5  # calls in a row without an answer
_FIRST_REST = timedelta(seconds=60)
_LONGEST_REST = timedelta(minutes=15)
_KEPT = timedelta(days=30)


def open_account(
    *,
    code: str,
    connector: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    state: AccountState = AccountState.ACTIVE,
) -> int:
    """Set an account at a partner up and return its id; one that stands is left as it is."""
    if known := find_account(code):
        return known.id
    account = ConnectorAccount(
        code=code, connector=connector, name=name, settings=dict(settings or {}), state=state
    )
    session.add(account)
    session.flush()
    if secrets:
        account.secrets = _sealed(account.id, secrets)
    audit.record_change(_named(account.id), "opened", new={"name": name, "state": state})
    return account.id


def change_settings(
    *, account_id: int, settings: Mapping[str, Any], secrets: Mapping[str, str] | None = None
) -> None:
    """
    Change how an account reaches its partner; secrets that are not given stay as they are.

    :raises NotFound: there is no such account
    """
    account = account_by_id(account_id)
    old = dict(account.settings)
    account.settings = dict(settings)
    changed = {name: value for name, value in (secrets or {}).items() if value}
    if changed:
        account.secrets = _sealed(account_id, {**access_of(account).secrets, **changed})
    session.flush()
    # Of a secret it is only written down that it was changed.
    told = dict.fromkeys(changed, "changed")
    audit.record_change(_named(account_id), "settings", old=old, new={**settings, **told})


def set_state(*, account_id: int, state: AccountState) -> None:
    """
    Let an account work, wait or stop; one that works again is tried at once.

    :raises NotFound: there is no such account
    """
    account = account_by_id(account_id)
    audit.record_change(
        _named(account_id), "state", old={"state": account.state}, new={"state": state}
    )
    account.state = state
    if state is AccountState.ACTIVE:
        account.failures = 0
        account.resting_until = None
    session.flush()


def move_cursor(*, account_id: int, name: str, value: str) -> None:
    """Write down how far something was read, in the transaction that brings it in."""
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    now = clock.now()
    session.execute(
        insert(Cursor)
        .values(account_id=account_id, name=name, value=value, moved_at=now)
        .on_conflict_do_update(
            index_elements=["account_id", "name"], set_={"value": value, "moved_at": now}
        )
    )


def read_again(*, account_id: int, places: Mapping[str, str]) -> None:
    """Put cursors back, so that what came since is read again; what is known stays as it is."""
    for name, value in places.items():
        move_cursor(account_id=account_id, name=name, value=value)
    audit.record_change(_named(account_id), "read again", new=dict(places))


def store_event(
    *, source: str, event_id: str, body: str, headers: Mapping[str, Any] | None = None
) -> int | None:
    """Keep what came in, as it came, and return its id; None if it was here already."""
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    stored: int | None = session.execute(
        insert(InboxEvent)
        .values(
            source=source,
            event_id=event_id,
            body=body,
            headers=dict(headers or {}),
            state=InboxState.NEW,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["source", "event_id"])
        .returning(InboxEvent.id)
    ).scalar()
    return stored


def end_event(*, event_id: int, message: str | None = None) -> None:
    """Write down that a thing was taken in, or (with a message) that it could not be."""
    event = get_event(event_id)
    event.state = InboxState.FAILED if message else InboxState.DONE
    event.message = message
    event.taken_at = clock.now()
    session.flush()


def renew_event(*, event_id: int) -> None:
    """Let something that failed be taken in once more."""
    event = get_event(event_id)
    if event.state is InboxState.FAILED:
        event.state = InboxState.NEW
        event.message = None
        session.flush()


def note_call(
    *, account_id: int, operation: str, reference: str, outcome: str, message: str, ms: int
) -> None:
    """Write a call down, and what it says of the partner's health."""
    now = clock.now()
    session.add(
        Exchange(
            account_id=account_id,
            operation=operation,
            reference=reference,
            outcome=outcome,
            message=message[:500],
            ms=ms,
            at=now,
        )
    )
    if outcome in ("done", "refused"):
        session.execute(
            update(ConnectorAccount)
            .where(ConnectorAccount.id == account_id)
            .values(last_contact_at=now, failures=0, resting_until=None)
        )
        return
    failures = session.execute(
        update(ConnectorAccount)
        .where(ConnectorAccount.id == account_id)
        .values(
            failures=ConnectorAccount.failures + 1,
            last_error=message[:500] or outcome,
            last_error_at=now,
        )
        .returning(ConnectorAccount.failures)
    ).scalar_one()
    if failures >= _PATIENCE:
        # After the rest one call is let through; if it fails too, the next rest is twice as long.
        rest = min(_FIRST_REST * 2 ** min(failures - _PATIENCE, 10), _LONGEST_REST)
        session.execute(
            update(ConnectorAccount)
            .where(ConnectorAccount.id == account_id)
            .values(resting_until=now + rest)
        )


def forget_old_calls() -> int:
    """Remove what was said on the line more than 30 days ago and return how many rows that was."""
    gone = session.execute(
        delete(Exchange).where(Exchange.at < clock.now() - _KEPT).returning(Exchange.id)
    ).all()
    return len(gone)


def _sealed(account_id: int, secrets: Mapping[str, str]) -> str:
    return secret_box.seal(
        json.dumps(dict(secrets)), table="connector_account", row=account_id, column="secrets"
    )


def _named(account_id: int) -> Reference:
    return Reference("connector_account", account_id)
