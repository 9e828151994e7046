"""The keys of what is sealed: which of them holds how much, and all of it sealed anew."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Column, Table, func, select, update

from app import secret_box
from app.db import Model, close_session, session, transact
from app.models import Audit, AuditLink

AT_ONCE = 100


@dataclass(frozen=True)
class Place:
    """A column whose texts are sealed, each bound to the key of its row."""

    table: Table
    key: Column[Any]
    column: Column[Any]

    def __str__(self) -> str:
        return f"{self.table.name}.{self.column.name}"


@dataclass(frozen=True, kw_only=True)
class Held:
    """How many rows of a place are sealed by a key."""

    place: str
    key: str
    rows: int
    known: bool
    first: bool


@dataclass
class Rotation:
    """What was sealed anew, and what could not be opened."""

    done: int = 0
    unreadable: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Place and key -> rows."""


def sealed_places() -> Iterator[Place]:
    """Yield every column that is marked as sealed, in the order of the tables."""
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if secret_box.is_sealed(column):
                [key] = table.primary_key.columns
                yield Place(table, key, column)


def list_held() -> Sequence[Held]:
    """Return what each key holds: the secrets first, then the seals of the audit trail."""
    found = []
    ours = list(secret_box.secret_keys())
    for place in sealed_places():
        found += _counted(str(place), place.column, 4, ours)  # behind "v1:"
    seals = list(secret_box.keys_for(secret_box.AUDIT))
    for name, column in (("audit", Audit.seal), ("audit_link", AuditLink.hash)):
        found += _counted(name, column, 1, seals)
    return found


def _counted(place: str, column: Any, begins: int, ours: Sequence[str]) -> list[Held]:
    key = func.substr(column, begins, secret_box.LENGTH_OF_NAME)
    rows = session.execute(
        select(key, func.count()).where(column.is_not(None)).group_by(key).order_by(key)
    )
    return [
        Held(place=place, key=name, rows=count, known=name in ours, first=name == ours[0])
        for name, count in rows
    ]


def count_waiting() -> int:
    """Return how many secrets are not sealed by the first key."""
    secrets = {str(place) for place in sealed_places()}
    return sum(held.rows for held in list_held() if held.place in secrets and not held.first)


def rotate(*, told: Callable[[int], None] = lambda _count: None) -> Rotation:
    """
    Seal every secret anew that is not sealed by the first key.

    Each step of a hundred is committed by itself: whatever stops it, the next run goes on from
    there. A secret that somebody changes meanwhile is left to him: he seals with the first key.
    """
    rotation = Rotation()
    for place in sealed_places():
        after: int | None = None
        while rows := _next_rows(place, after):
            after = rows[-1].key
            rotation.done += transact(partial(_seal_anew, place, rows, rotation))
            told(len(rows))
    return rotation


def _next_rows(place: Place, after: int | None) -> Sequence[Any]:
    first = next(iter(secret_box.secret_keys()))
    question = (
        select(place.key.label("key"), place.column.label("sealed"))
        .where(place.column.is_not(None), place.column.not_like(f"%:{first}:%"))
        .order_by(place.key)
        .limit(AT_ONCE)
    )
    if after is not None:
        question = question.where(place.key > after)
    rows = session.execute(question).all()
    close_session()
    return rows


def _seal_anew(place: Place, rows: Sequence[Any], rotation: Rotation) -> int:
    done = 0
    for row in rows:
        where = {"table": place.table.name, "row": row.key, "column": place.column.name}
        try:
            text = secret_box.unseal(row.sealed, **where)
        except secret_box.Unreadable:
            rotation.unreadable[str(place), secret_box.key_of(row.sealed)] += 1
            continue
        unchanged = (place.key == row.key, place.column == row.sealed)
        changed = session.execute(
            update(place.table)
            .where(*unchanged)
            .values({place.column: secret_box.seal(text, **where)})
            .returning(place.key)
        )
        done += len(changed.all())
    return done
