"""Receipts of goods: one of them, its lines, and the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.lists import Sort
from modules.stock.models import GoodsReceipt, GoodsReceiptLine, ReceiptState
from modules.stock.queries.papers import page_of_papers, sorts_of, sums_by_paper


def get_receipt(receipt_id: int) -> GoodsReceipt:
    """
    Return one receipt.

    :raises NotFound: there is none with that id
    """
    if receipt := session.get(GoodsReceipt, receipt_id, populate_existing=True):
        return receipt
    raise NotFound(_("There is no goods receipt %(number)s.", number=receipt_id))


def lines_of_receipt(receipt_id: int) -> Sequence[GoodsReceiptLine]:
    """Return the lines of a receipt, the last scanned first."""
    found = select(GoodsReceiptLine).where(GoodsReceiptLine.receipt_id == receipt_id)
    order = GoodsReceiptLine.id.desc()
    return session.scalars(found.order_by(order).execution_options(populate_existing=True)).all()


class ListedReceipt(NamedTuple):
    """A receipt as the list shows it."""

    id: int
    reference: str
    location_id: int
    state: ReceiptState
    created_at: datetime
    posted_at: datetime | None
    actor: str
    line_count: int
    pieces: int

    @property
    def number(self) -> str:
        return f"GR-{self.id}"


NEWEST_FIRST, OLDEST_FIRST = sorts_of(GoodsReceipt)


def receipts_where(
    *, location_ids: Sequence[int] | None = None, state: ReceiptState | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of receipts."""
    where: list[ColumnElement[bool]] = []
    if location_ids is not None:
        where.append(GoodsReceipt.location_id.in_(location_ids))
    if state is not None:
        where.append(GoodsReceipt.state == state)
    return where


def list_receipts(
    *,
    location_ids: Sequence[int] | None = None,
    state: ReceiptState | None = None,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> Sequence[ListedReceipt]:
    """Return receipts in an order of the list, with how much is on them."""
    where = receipts_where(location_ids=location_ids, state=state)
    receipts = page_of_papers(
        GoodsReceipt, where, order=order, after=after, limit=limit, up_to=up_to
    )
    totals = sums_by_paper(
        GoodsReceiptLine.receipt_id, receipts, func.count(), func.sum(GoodsReceiptLine.quantity)
    )
    return [
        ListedReceipt(
            one.id,
            one.reference,
            one.location_id,
            one.state,
            one.created_at,
            one.posted_at,
            one.actor,
            *totals.get(one.id, (0, 0)),
        )
        for one in receipts
    ]


def count_drafts(location_ids: Sequence[int] | None = None) -> int:
    """Return how many receipts were begun and wait to be posted."""
    found = select(func.count()).where(GoodsReceipt.state == ReceiptState.DRAFT)
    if location_ids is not None:
        found = found.where(GoodsReceipt.location_id.in_(location_ids))
    return session.scalar(found) or 0
