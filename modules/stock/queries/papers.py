"""What the lists of receipts, transfers and counts share: pages, sums of their lines, counters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all

from app.db import session
from app.i18n import lazy
from app.lists import CAP, Sort


def sorts_of(model: Any) -> tuple[Sort, Sort]:
    """Return the two orders of papers: newest first, and oldest first."""
    place: dict[str, Any] = {
        "by": (model.id,),
        "kinds": (int,),
        "place": lambda row: (row.id,),
    }
    return (
        Sort(code="newest", title=lazy("Newest first"), down=True, **place),
        Sort(code="oldest", title=lazy("Oldest first"), **place),
    )


def page_of_papers(
    model: Any,
    where: Sequence[ColumnElement[bool]],
    *,
    order: Sort,
    after: tuple[Any, ...] | None,
    limit: int,
    up_to: int | None,
) -> Sequence[Any]:
    """Return a page of papers, in an order of the list; `up_to` is the highest key meant."""
    found = select(model).where(*where)
    if up_to is not None:
        found = found.where(model.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def sums_by_paper(
    parent: Any, papers: Sequence[Any], *figures: ColumnElement[Any]
) -> dict[int, tuple[int, ...]]:
    """Return figures over the lines of some papers, by the key of the paper: one statement."""
    sums = select(parent, *figures).where(parent.in_([one.id for one in papers])).group_by(parent)
    return {row[0]: tuple(int(figure) for figure in row[1:]) for row in session.execute(sums)}


def count_papers(model: Any, where: Sequence[ColumnElement[bool]], *, cap: int) -> int:
    """Return how many papers there are over all pages, counted up to a number."""
    found = select(model.id).where(*where).limit(cap).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def count_states(
    model: Any, where: Sequence[ColumnElement[bool]], states: Sequence[Any]
) -> dict[str, int]:
    """Return how many papers are in each of some states, each counted up to CAP: one statement."""
    counts = []
    for state in states:
        inside = select(model.id).where(*where, model.state == state).limit(CAP).subquery()
        counts.append(
            select(literal(state.value).label("state"), func.count().label("n")).select_from(inside)
        )
    return {row[0]: int(row[1]) for row in session.execute(union_all(*counts))}


def newest_paper(model: Any) -> int:
    """Return the highest key of a paper."""
    return session.scalar(select(func.max(model.id))) or 0
