"""Receipts of goods: one of them, its lines, and the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.stock.models import GoodsReceipt, GoodsReceiptLine, ReceiptState


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


def list_receipts(
    *,
    location_ids: Sequence[int] | None = None,
    state: ReceiptState | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[ListedReceipt]:
    """Return receipts, newest first, with how much is on them."""
    page = select(GoodsReceipt).order_by(GoodsReceipt.id.desc()).limit(limit)
    if location_ids is not None:
        page = page.where(GoodsReceipt.location_id.in_(location_ids))
    if state is not None:
        page = page.where(GoodsReceipt.state == state)
    if before_id is not None:
        page = page.where(GoodsReceipt.id < before_id)
    receipts = session.scalars(page).all()
    sums = (
        select(GoodsReceiptLine.receipt_id, func.count(), func.sum(GoodsReceiptLine.quantity))
        .where(GoodsReceiptLine.receipt_id.in_([one.id for one in receipts]))
        .group_by(GoodsReceiptLine.receipt_id)
    )
    totals = {row[0]: (row[1], int(row[2])) for row in session.execute(sums)}
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
