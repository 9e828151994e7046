"""The changes of a record, as they stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import list_changes
from app.reference import Reference
from modules.organization.labels import ACTION, field_word, value_word


@dataclass(frozen=True)
class Difference:
    """One field of a change: its name, what it said, and what it says since."""

    field: str
    before: str
    """Empty where nothing was said before."""
    after: str


@dataclass(frozen=True)
class ChangeView:
    """Who changed a record, when, and what."""

    what: str
    who: str
    at: datetime
    differences: Sequence[Difference]


def changes_of(kind: str, record_id: int, *, limit: int = 10) -> Sequence[ChangeView]:
    """Return the last changes of a record, newest first."""
    views = []
    for change in list_changes(Reference(kind, record_id), limit=limit):
        old, new = change.old or {}, change.new or {}
        names = [] if change.action == "made" else [*old, *(one for one in new if one not in old)]
        views.append(
            ChangeView(
                what=str(ACTION.get(change.action, change.action)),
                who=change.actor.rpartition(":")[2],
                at=change.at,
                differences=[
                    Difference(
                        field=field_word(name),
                        before=value_word(name, old[name]) if name in old else "",
                        after=value_word(name, new.get(name)),
                    )
                    for name in names
                    if old.get(name) != new.get(name)
                ],
            )
        )
    return views
