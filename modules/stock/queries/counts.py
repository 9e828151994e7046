"""Counts of stock: one of them, its lines, and the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.lists import Sort
from modules.stock.models import CountState, StockCount, StockCountLine
from modules.stock.queries.papers import page_of_papers, sorts_of, sums_by_paper


def get_count(count_id: int) -> StockCount:
    """
    Return one count.

    :raises NotFound: there is none with that id
    """
    if counting := session.get(StockCount, count_id, populate_existing=True):
        return counting
    raise NotFound(_("There is no count %(number)s.", number=count_id))


def lines_of_count(count_id: int) -> Sequence[StockCountLine]:
    """Return the lines of a count, the last counted first."""
    return session.scalars(
        select(StockCountLine)
        .where(StockCountLine.count_id == count_id)
        .order_by(StockCountLine.counted_at.desc(), StockCountLine.id.desc())
        .execution_options(populate_existing=True)
    ).all()


class ListedCount(NamedTuple):
    """A count as the list shows it."""

    id: int
    location_id: int
    state: CountState
    started_at: datetime
    closed_at: datetime | None
    actor: str
    line_count: int
    pieces: int
    difference: int

    @property
    def number(self) -> str:
        return f"SC-{self.id}"


NEWEST_FIRST, OLDEST_FIRST = sorts_of(StockCount)


def counts_where(
    *, location_ids: Sequence[int] | None = None, state: CountState | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of counts."""
    where: list[ColumnElement[bool]] = []
    if location_ids is not None:
        where.append(StockCount.location_id.in_(location_ids))
    if state is not None:
        where.append(StockCount.state == state)
    return where


def list_counts(
    *,
    location_ids: Sequence[int] | None = None,
    state: CountState | None = None,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> Sequence[ListedCount]:
    """Return counts in an order of the list."""
    where = counts_where(location_ids=location_ids, state=state)
    counts = page_of_papers(StockCount, where, order=order, after=after, limit=limit, up_to=up_to)
    totals = sums_by_paper(
        StockCountLine.count_id,
        counts,
        func.count(),
        func.sum(StockCountLine.counted),
        func.sum(func.abs(StockCountLine.counted - StockCountLine.expected)),
    )
    return [
        ListedCount(
            one.id,
            one.location_id,
            one.state,
            one.started_at,
            one.closed_at,
            one.actor,
            *totals.get(one.id, (0, 0, 0)),
        )
        for one in counts
    ]


def count_to_review(location_ids: Sequence[int] | None = None) -> int:
    """Return how many counts are open: stock is corrected once they are posted."""
    found = select(func.count()).where(StockCount.state == CountState.COUNTING)
    if location_ids is not None:
        found = found.where(StockCount.location_id.in_(location_ids))
    return session.scalar(found) or 0
