"""What a person opened last, named anew each time: a record that he may no longer see is gone."""

from collections.abc import Callable, Mapping, Sequence

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock
from app.actor import current_actor
from app.db import database, session
from app.models import RecentRecord
from app.module import Found
from app.reference import Reference

_KEPT = 30
_SHOWN = 8

Names = Callable[[Sequence[int]], Mapping[int, Found]]


def kinds() -> Mapping[str, Names]:
    """Return how the records of each kind are named."""
    found: dict[str, Names] = current_app.extensions["names"]
    return found


def opened_last(limit: int = _SHOWN) -> list[Found]:
    """Return the records that the person who asks opened last, the newest first."""
    rows = session.execute(
        select(RecentRecord.kind, RecentRecord.record_id)
        .where(RecentRecord.account_id == current_actor().id)
        .order_by(RecentRecord.at.desc())
        .limit(limit)
    ).all()
    wanted: dict[str, list[int]] = {}
    for kind, key in rows:
        wanted.setdefault(kind, []).append(key)
    named = {
        Reference(kind, key): found
        for kind, keys in wanted.items()
        if kind in kinds()
        for key, found in kinds()[kind](keys).items()
    }
    return [named[Reference(*row)] for row in rows if Reference(*row) in named]


def note(*, account_id: int, record: Reference) -> None:
    """Keep that somebody opened a record now, and forget what he opened long ago."""
    insert = postgresql_insert if database().dialect == "postgresql" else sqlite_insert
    now = clock.now()
    session.execute(
        insert(RecentRecord)
        .values(account_id=account_id, kind=record.kind, record_id=record.id, at=now)
        .on_conflict_do_update(index_elements=["account_id", "kind", "record_id"], set_={"at": now})
    )
    oldest = (
        select(RecentRecord.at)
        .where(RecentRecord.account_id == account_id)
        .order_by(RecentRecord.at.desc())
        .offset(_KEPT)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        delete(RecentRecord).where(RecentRecord.account_id == account_id, RecentRecord.at <= oldest)
    )
