"""Questions about accounts, how far they were read, and what was said on the line."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select, union_all

from app import clock
from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.models import Schedule
from modules.connectors.models import (
    AccountState,
    ConnectorAccount,
    Cursor,
    Exchange,
    InboxEvent,
    InboxState,
)

_BAD = ("unknown", "down", "error")


class CallCounts(NamedTuple):
    """The calls of the last 24 hours."""

    calls: int = 0
    failed: int = 0
    by_hour: tuple[int, ...] = ()


def find_account(code: str) -> ConnectorAccount | None:
    return session.scalar(
        select(ConnectorAccount)
        .where(ConnectorAccount.code == code)
        .execution_options(populate_existing=True)
    )


def account_by_id(account_id: int) -> ConnectorAccount:
    """
    Return one account.

    :raises NotFound: there is none with that id
    """
    if account := session.get(ConnectorAccount, account_id, populate_existing=True):
        return account
    raise NotFound(_("There is no connector account %(id)s.", id=account_id))


def list_accounts() -> Sequence[ConnectorAccount]:
    return session.scalars(select(ConnectorAccount).order_by(ConnectorAccount.name)).all()


def list_active_accounts() -> Sequence[ConnectorAccount]:
    return session.scalars(
        select(ConnectorAccount)
        .where(ConnectorAccount.state == AccountState.ACTIVE)
        .order_by(ConnectorAccount.id)
    ).all()


def state_word(account: ConnectorAccount) -> str:
    """Return off, paused, down, slow or healthy: what people are shown."""
    if account.state is not AccountState.ACTIVE:
        return account.state.value
    if account.resting_until is not None and account.resting_until > clock.now():
        return "down"
    return "slow" if account.failures else "healthy"


def count_unwell() -> tuple[int, str] | None:
    """Return how many active accounts want a look; None if none does."""
    count = session.scalar(
        select(func.count()).where(
            ConnectorAccount.state == AccountState.ACTIVE, ConnectorAccount.failures > 0
        )
    )
    return (count, "wait") if count else None


def read_cursor(account_id: int, name: str) -> str | None:
    """Return how far something was read; None if it never was."""
    return session.scalar(
        select(Cursor.value).where(Cursor.account_id == account_id, Cursor.name == name)
    )


def list_cursors(account_id: int) -> Sequence[Cursor]:
    return session.scalars(
        select(Cursor).where(Cursor.account_id == account_id).order_by(Cursor.name)
    ).all()


def list_exchanges(
    account_id: int | None = None, *, before_id: int | None = None, limit: int = 50
) -> Sequence[Exchange]:
    """Return the calls of an account, or of all of them, newest first."""
    found = select(Exchange).order_by(Exchange.id.desc()).limit(limit)
    if account_id is not None:
        found = found.where(Exchange.account_id == account_id)
    if before_id is not None:
        found = found.where(Exchange.id < before_id)
    return session.scalars(found).all()


def exchanges_about(reference: str) -> Sequence[Exchange]:
    """Return the calls about one thing, by our own name of it, oldest first."""
    return session.scalars(
        select(Exchange).where(Exchange.reference == reference).order_by(Exchange.id)
    ).all()


def calls_of_a_day() -> dict[int, CallCounts]:
    """Return for each account how its last 24 hours were."""
    now = clock.now()
    hours = [now - timedelta(hours=24 - at) for at in range(24)]
    sums = [
        func.sum(case((Exchange.at.between(begin, begin + timedelta(hours=1)), 1), else_=0))
        for begin in hours
    ]
    rows = session.execute(
        select(
            Exchange.account_id,
            func.count(),
            func.sum(case((Exchange.outcome.in_(_BAD), 1), else_=0)),
            *sums,
        )
        .where(Exchange.at >= hours[0])
        .group_by(Exchange.account_id)
    )
    return {
        row[0]: CallCounts(int(row[1]), int(row[2]), tuple(int(one) for one in row[3:]))
        for row in rows
    }


def next_runs(kinds: Sequence[str]) -> datetime | None:
    """Return when the next of these scheduled jobs begins; None if none is planned yet."""
    return session.scalar(
        select(func.min(Schedule.next_run_at)).where(Schedule.name.in_(list(kinds)))
    )


def list_events(source: str, *, state: InboxState, limit: int = 100) -> Sequence[InboxEvent]:
    """Return what came from a source and is in this state, oldest first."""
    return session.scalars(
        select(InboxEvent)
        .where(InboxEvent.source == source, InboxEvent.state == state)
        .order_by(InboxEvent.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()


def get_event(event_id: int) -> InboxEvent:
    """
    Return one thing that came in.

    :raises NotFound: there is none with that id
    """
    if event := session.get(InboxEvent, event_id, populate_existing=True):
        return event
    raise NotFound(_("Nothing came in as %(id)s.", id=event_id))


def count_failed(sources: Iterable[str]) -> int:
    """Return how much of what came from these sources could not be taken in."""
    found = select(func.count()).where(
        InboxEvent.source.in_(list(sources)), InboxEvent.state == InboxState.FAILED
    )
    return session.scalar(found) or 0


def last_received(sources: Iterable[str]) -> tuple[datetime, str] | None:
    """Return when something came last from these sources, and from which; None if nothing did."""
    # In each state the newest stands at the end of the index; over all of them it would be sorted.
    newest = [
        select(InboxEvent.received_at, InboxEvent.source)
        .where(InboxEvent.source == source, InboxEvent.state == state)
        .order_by(InboxEvent.id.desc())
        .limit(1)
        .subquery()
        for source in sources
        for state in InboxState
    ]
    if not newest:
        return None
    one_of = union_all(*(select(one.c.received_at, one.c.source) for one in newest)).subquery()
    last = session.execute(select(one_of).order_by(one_of.c.received_at.desc()).limit(1)).first()
    return (last.received_at, last.source) if last else None


def count_events(source: str) -> dict[InboxState, int]:
    rows = session.execute(
        select(InboxEvent.state, func.count())
        .where(InboxEvent.source == source)
        .group_by(InboxEvent.state)
    )
    return dict(rows.all())
