"""Transfers between our own locations: one of them, its lines, and the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from app.db import session
from app.errors import NotFound
from app.feeds import settled
from app.i18n import _
from app.lists import Sort
from modules.stock.models import Transfer, TransferLine, TransferState
from modules.stock.queries.papers import page_of_papers, sorts_of, sums_by_paper


def get_transfer(transfer_id: int) -> Transfer:
    """
    Return one transfer.

    :raises NotFound: there is none with that id
    """
    if transfer := session.get(Transfer, transfer_id, populate_existing=True):
        return transfer
    raise NotFound(_("There is no transfer %(number)s.", number=transfer_id))


def lines_of_transfer(transfer_id: int) -> Sequence[TransferLine]:
    """Return the lines of a transfer, in the order in which they were put on it."""
    return session.scalars(
        select(TransferLine)
        .where(TransferLine.transfer_id == transfer_id)
        .order_by(TransferLine.id)
        .execution_options(populate_existing=True)
    ).all()


class ListedTransfer(NamedTuple):
    """A transfer as the list shows it."""

    id: int
    from_location_id: int
    to_location_id: int
    state: TransferState
    note: str
    created_at: datetime
    shipped_at: datetime | None
    closed_at: datetime | None
    actor: str
    line_count: int
    pieces: int

    @property
    def number(self) -> str:
        return f"TR-{self.id}"


NEWEST_FIRST, OLDEST_FIRST = sorts_of(Transfer)


def transfers_where(
    *,
    location_ids: Sequence[int] | None = None,
    states: Sequence[TransferState] = (),
    updated_after: datetime | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of transfers that leave or reach some locations."""
    where: list[ColumnElement[bool]] = []
    if location_ids is not None:
        where.append(
            or_(
                Transfer.from_location_id.in_(location_ids),
                Transfer.to_location_id.in_(location_ids),
            )
        )
    if states:
        where.append(Transfer.state.in_(states))
    if updated_after is not None:
        where += [Transfer.updated_at > updated_after, settled(Transfer.updated_at)]
    return where


def list_transfers(
    *,
    location_ids: Sequence[int] | None = None,
    states: Sequence[TransferState] = (),
    updated_after: datetime | None = None,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> Sequence[ListedTransfer]:
    """Return transfers that leave or reach some locations, in an order of the list."""
    where = transfers_where(location_ids=location_ids, states=states, updated_after=updated_after)
    transfers = page_of_papers(Transfer, where, order=order, after=after, limit=limit, up_to=up_to)
    totals = sums_by_paper(
        TransferLine.transfer_id, transfers, func.count(), func.sum(TransferLine.quantity)
    )
    return [
        ListedTransfer(
            one.id,
            one.from_location_id,
            one.to_location_id,
            one.state,
            one.note,
            one.created_at,
            one.shipped_at,
            one.closed_at,
            one.actor,
            *totals.get(one.id, (0, 0)),
        )
        for one in transfers
    ]


def count_transfers(
    state: TransferState,
    *,
    sent_from: Sequence[int] | None = None,
    sent_to: Sequence[int] | None = None,
) -> int:
    """Return how many transfers are in this state, from or to some locations (None: any)."""
    found = select(func.count()).where(Transfer.state == state)
    if sent_from is not None:
        found = found.where(Transfer.from_location_id.in_(sent_from))
    if sent_to is not None:
        found = found.where(Transfer.to_location_id.in_(sent_to))
    return session.scalar(found) or 0


def on_the_way() -> Any:
    """Return the question which variants are on transfers that have left."""
    return (
        select(TransferLine.variant_id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(Transfer.state == TransferState.IN_TRANSIT)
    )


def list_incoming(variant_id: int, *, limit: int = 20) -> Sequence[tuple[Transfer, int]]:
    """Return the transfers that bring a variant, each with how many pieces of it."""
    rows = session.execute(
        select(Transfer, TransferLine.quantity)
        .join(TransferLine, TransferLine.transfer_id == Transfer.id)
        .where(TransferLine.variant_id == variant_id, Transfer.state == TransferState.IN_TRANSIT)
        .order_by(Transfer.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]
