"""Who did what to which record of master data, from what to what; shown beside the record."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, select

from app import clock, seals
from app.actor import current_actor
from app.bulk import insert_many
from app.db import session
from app.models import Audit
from app.reference import Reference


def record_change(
    reference: Reference,
    action: str,
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    """Write down a change; of old and new only what differs is kept. No change, no row."""
    before, after = dict(old or {}), dict(new or {})
    same = {key for key in before.keys() & after.keys() if before[key] == after[key]}
    if old is not None and new is not None and same == before.keys() | after.keys():
        return
    row = _row(
        reference,
        action,
        old=_plain({key: value for key, value in before.items() if key not in same}) or None,
        new=_plain({key: value for key, value in after.items() if key not in same}) or None,
        actor=str(current_actor()),
    )
    session.add(Audit(**row))


def record_many(
    references: Sequence[Reference],
    action: str,
    *,
    new: Mapping[str, Any] | None = None,
    actor: str | None = None,
) -> None:
    """Write down that one act changed many records, in one statement."""
    who, values = actor or str(current_actor()), _plain(dict(new or {})) or None
    rows = [_row(one, action, old=None, new=values, actor=who) for one in references]
    insert_many(cast(Table, Audit.__table__), rows)


def list_changes(
    reference: Reference, *, limit: int = 50, before: int | None = None
) -> Sequence[Audit]:
    """Return the changes of one record, newest first; `before`: those older than a row's key."""
    found = select(Audit).where(Audit.ref_kind == reference.kind, Audit.ref_id == reference.id)
    if before is not None:
        found = found.where(Audit.id < before)
    return session.scalars(found.order_by(Audit.id.desc()).limit(limit)).all()


def facts_of(row: Audit) -> list[Any]:
    """Return what of a row is sealed for good: which record, what was done, by whom, when."""
    return [row.ref_kind, row.ref_id, row.action, row.actor, row.at.isoformat()]


def said_in(row: Audit) -> list[Any]:
    """Return what a row says of the values."""
    return [row.old, row.new]


def _row(
    reference: Reference,
    action: str,
    *,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    actor: str,
) -> dict[str, Any]:
    at = clock.now()
    facts = [reference.kind, reference.id, action, actor, at.isoformat()]
    return {
        "ref_kind": reference.kind,
        "ref_id": reference.id,
        "action": action,
        "old": old,
        "new": new,
        "actor": actor,
        "at": at,
        "seal": seals.make_seal(facts, [old, new]),
    }


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(one) for one in value]
    if isinstance(value, dict):
        return _plain(value)
    return value if isinstance(value, str | int | bool | None) else str(value)
