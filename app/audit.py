"""Who did what to which record of master data, from what to what; shown beside the record."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.actor import current_actor
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
    session.add(
        Audit(
            ref_kind=reference.kind,
            ref_id=reference.id,
            action=action,
            old=_plain({key: value for key, value in before.items() if key not in same}) or None,
            new=_plain({key: value for key, value in after.items() if key not in same}) or None,
            actor=str(current_actor()),
        )
    )


def list_changes(reference: Reference, *, limit: int = 50) -> Sequence[Audit]:
    """Return the changes of one record, newest first."""
    found = select(Audit).where(Audit.ref_kind == reference.kind, Audit.ref_id == reference.id)
    return session.scalars(found.order_by(Audit.id.desc()).limit(limit)).all()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(one) for one in value]
    return value if isinstance(value, str | int | bool | dict | None) else str(value)
