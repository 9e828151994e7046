"""People and stores for the search over everything."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from app.actor import current_actor
from app.db import session
from app.i18n import _
from app.module import Found
from app.search import fold
from modules.organization.models import Staff, Store
from modules.organization.operations.staff import LETS_IN

_MOST = 5


def find(words: str) -> Iterator[Found]:
    """Yield the stores that the words name, and the people for those who let them in."""
    actor = current_actor()
    wanted = fold(words).split()
    if not wanted:
        return
    if actor.may(LETS_IN):
        yield from _people(wanted)
    if actor.may("organization.view"):
        yield from _stores(words, wanted)


def _people(wanted: list[str]) -> Iterator[Found]:
    # A company has some hundred people: they are folded here rather than kept folded.
    people = select(Staff.id, Staff.name, Staff.email).where(Staff.disabled_at.is_(None))
    fitting = [
        row
        for row in session.execute(people.order_by(Staff.name))
        if all(word in fold(row.name, row.email) for word in wanted)
    ]
    for row in fitting[:_MOST]:
        yield Found(
            kind=_("Staff"),
            title=row.name,
            detail=row.email,
            url=url_for("organization.person", account_id=row.id),
            icon="user",
            exact=[row.email] == wanted,
        )


def _stores(words: str, wanted: list[str]) -> Iterator[Found]:
    stores = session.execute(select(Store.code, Store.name).order_by(Store.name))
    fitting = [row for row in stores if all(one in fold(row.name, row.code) for one in wanted)]
    for row in fitting[:_MOST]:
        yield Found(
            kind=_("Stores"),
            title=row.name,
            detail=row.code,
            url=url_for("organization.store", code=row.code),
            icon="building-store",
            exact=row.code.casefold() == words.strip().casefold(),
        )
