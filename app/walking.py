"""A page of what holds some words, found from the newest row on instead of from all hits."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, literal, select, table

from app.db import database, session
from app.search import contains, fold

_LOOKED_AT = 200
_WORTH_A_WALK = 2_500


def by_key(
    found: Select[Any], model: Any, words: str | Iterable[str]
) -> tuple[Select[Any], ColumnElement[Any]]:
    """
    Narrow a question to rows that hold the words; return the key too by which to sort and limit.

    SQLite then walks the trigrams in the order of the keys and stops at the last row of the page,
    where `contains` would fetch every hit of a common name before the newest are kept. PostgreSQL
    chooses by its own figures between that and its index.
    """
    wanted = _folded(words)
    long = _indexed(wanted)
    if database().dialect == "postgresql" or not long:
        return found.where(contains(model, words)), model.id
    index = _index_of(model)
    # A sum and no column: so rows are looked up by the index, and never the other way round.
    same = model.id == index.c.rowid + literal(0)
    # A short word, and a wildcard in a text, is left to a second look at what the index found.
    rest = [one for one in wanted if one not in long or "%" in one or "_" in one]
    return (
        found.where(same, *_by_index(index, long), *_holding(index.c.search, rest)),
        index.c.rowid,
    )


def is_common(model: Any, words: str | Iterable[str]) -> bool:
    """
    Test whether the newest rows with the words are rather found by walking from the newest on than
    by fetching all hits and sorting them: how far back is the two hundredth?

    PostgreSQL knows that by itself.
    """
    long = _indexed(_folded(words))
    if database().dialect == "postgresql" or not long:
        return False
    index = _index_of(model)
    newest = select(func.max(model.id)).scalar_subquery()
    asked = select(index.c.rowid, newest).where(*_by_index(index, long))
    row = session.execute(
        asked.order_by(index.c.rowid.desc()).limit(1).offset(_LOOKED_AT - 1)
    ).first()
    if row is None:
        return False
    key, last = row
    # A page by walking costs as that distance, by fetching as its inverse: they meet here.
    return int(last - key) ** 2 < _WORTH_A_WALK * int(last)


def holds(model: Any, words: str | Iterable[str]) -> ColumnElement[bool]:
    """Return the condition of `contains` without the index: for rows that are walked anyway."""
    return and_(literal(True), *_holding(model.search, _folded(words)))


def _folded(words: str | Iterable[str]) -> list[str]:
    return fold(words).split() if isinstance(words, str) else [fold(one) for one in words]


def _indexed(wanted: Sequence[str]) -> list[str]:
    return [word for word in wanted if len(word) > 2]


def _index_of(model: Any) -> Any:
    return table(f"fts_{model.__table__.name}", column("rowid"), column("search"))


def _by_index(index: Any, long: Sequence[str]) -> list[ColumnElement[bool]]:
    # The index answers LIKE only without an ESCAPE clause.
    return [index.c.search.like(f"%{word}%") for word in long]


def _holding(kept: Any, wanted: Sequence[str]) -> list[ColumnElement[bool]]:
    return [kept.contains(word, autoescape=True) for word in wanted]
