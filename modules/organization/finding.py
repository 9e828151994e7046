"""People and stores for the search over everything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import select

from app.db import session
from app.module import Found
from app.search import fold
from modules.organization.models import Staff, Store
from modules.organization.naming import NAMES

_MOST = 5
# A company has some hundred of both: they are folded here rather than kept folded.
_PEOPLE: Any = (
    select(Staff.id, Staff.name, Staff.email)
    .where(Staff.disabled_at.is_(None))
    .order_by(Staff.name)
)
_STORES: Any = select(Store.id, Store.name, Store.code).order_by(Store.name)


def find(words: str) -> Iterator[Found]:
    """Yield the people and stores that the words name, of those that this person may see."""
    wanted = fold(words).split()
    if wanted:
        yield from _fitting("staff", _PEOPLE, wanted, words)
        yield from _fitting("store", _STORES, wanted, words)


def _fitting(kind: str, rows: Any, wanted: Sequence[str], words: str) -> Iterator[Found]:
    names: Callable[[Sequence[int]], Any] = NAMES[kind]
    found = [row for row in session.execute(rows) if all(word in fold(*row[1:]) for word in wanted)]
    seen = names([row.id for row in found])
    said = words.strip().casefold()
    for row in islice((row for row in found if row.id in seen), _MOST):
        yield replace(seen[row.id], exact=row[2].casefold() == said)
