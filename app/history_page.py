"""What was done to a record, in words: the last of it beside the record, all on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from app.access import signed_in
from app.api import pack_cursor
from app.audit import list_changes
from app.errors import NotFound
from app.ground import blueprint
from app.histories import Change, Difference, History
from app.i18n import _
from app.models import Audit
from app.module import Found
from app.recent import kinds
from app.reference import Reference
from app.web import PAGE, cursor_from_url, listing, render

_BESIDE = 10


@dataclass(frozen=True, kw_only=True)
class LastChanges:
    """The last changes of one record, and where the others stand."""

    changes: Sequence[Change]
    more_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.changes)


def last_changes(kind: str, record_id: int) -> LastChanges:
    """Return what was done last to a record, newest first."""
    found = _told(kind, list_changes(Reference(kind, record_id), limit=_BESIDE + 1))
    more = url_for("ground.history", kind=kind, record_id=record_id)
    return LastChanges(changes=found[:_BESIDE], more_url=more if len(found) > _BESIDE else "")


def newest_change(kind: str, record_id: int) -> Change | None:
    """Return what was done last to a record; None where nobody changed it yet."""
    return next(iter(_told(kind, list_changes(Reference(kind, record_id), limit=1))), None)


@blueprint.get("/history/<kind>/<int:record_id>")
@signed_in
def history(kind: str, record_id: int) -> ResponseReturnValue:
    record = _named(kind, record_id)
    place = cursor_from_url(int)
    rows = list_changes(
        Reference(kind, record_id), limit=PAGE + 1, before=place[0] if place else None
    )
    found = _told(kind, rows)
    cursor = pack_cursor(found[PAGE - 1].key) if len(found) > PAGE else None
    return render("history.html", record=record, listing=listing(found, limit=PAGE, cursor=cursor))


def person_of(actor: str) -> str:
    """Return the name in what was written down of an actor ("staff:5:Ewa Żak")."""
    return _("Verso") if actor.startswith("system") else actor.split(":", 2)[-1]


def _named(kind: str, record_id: int) -> Found:
    """
    Return what a record is called and where it stands.

    :raises NotFound: there is none, or it is nothing for the person who asks
    """
    known: Mapping[str, History] = current_app.extensions["histories"]
    named = kinds()[kind]([record_id]) if kind in known and kind in kinds() else {}
    if record := named.get(record_id):
        return record
    raise NotFound(_("There is no such record here."))


def _told(kind: str, rows: Sequence[Audit]) -> list[Change]:
    how: History = current_app.extensions["histories"][kind]
    return [_change(how, row) for row in rows]


def _change(how: History, row: Audit) -> Change:
    old, new = row.old or {}, row.new or {}
    names = () if row.action in how.bare else dict.fromkeys((*old, *new))
    return Change(
        key=row.id,
        what=str(how.actions.get(row.action, row.action)),
        icon=how.icons.get(row.action, "pencil"),
        who=person_of(row.actor),
        at=row.at,
        differences=[
            _difference(how, name, before, after)
            for name in names
            if how.tells(name)
            for before, after in (_apart(old.get(name), new.get(name)),)
            if before != after
        ],
    )


def _difference(how: History, name: str, old: Any, new: Any) -> Difference:
    before = "" if old in (None, "", [], {}) else how.value(name, old)
    return Difference(field=how.field(name), before=before, after=how.value(name, new))


def _apart(old: Any, new: Any) -> tuple[Any, Any]:
    """Return of two lists, or of two values by name, what they do not have in common."""
    if isinstance(old, list) and isinstance(new, list):
        gone, more = [one for one in old if one not in new], [one for one in new if one not in old]
        return (gone, more) if gone or more else (old, new)
    if isinstance(old, dict) and isinstance(new, dict):
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        before, after = ({key: one[key] for key in changed if key in one} for one in (old, new))
        return before, after
    return old, new
