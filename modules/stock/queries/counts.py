"""Counts of stock: one of them, its lines, and the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.stock.models import CountState, StockCount, StockCountLine


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


def list_counts(
    *,
    location_ids: Sequence[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[ListedCount]:
    """Return counts, newest first."""
    page = select(StockCount).order_by(StockCount.id.desc()).limit(limit)
    if location_ids is not None:
        page = page.where(StockCount.location_id.in_(location_ids))
    if before_id is not None:
        page = page.where(StockCount.id < before_id)
    counts = session.scalars(page).all()
    sums = (
        select(
            StockCountLine.count_id,
            func.count(),
            func.sum(StockCountLine.counted),
            func.sum(func.abs(StockCountLine.counted - StockCountLine.expected)),
        )
        .where(StockCountLine.count_id.in_([one.id for one in counts]))
        .group_by(StockCountLine.count_id)
    )
    totals = {row[0]: (row[1], int(row[2]), int(row[3])) for row in session.execute(sums)}
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
