"""What the search over everything finds in stock: its documents, by number or delivery note."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select

from app.actor import current_actor
from app.api import BIGGEST_ID
from app.db import session
from app.i18n import _
from app.module import Found
from modules import organization
from modules.stock.models import GoodsReceipt, StockCount, Transfer

_NUMBER = re.compile(r"(GR|TR|SC)-?(\d{1,19})", re.IGNORECASE)
_MOST = 5


def find_documents(words: str) -> list[Found]:
    """Return the receipts, transfers and counts that the words name and this person may see."""
    return [*_by_number(words.strip()), *_by_delivery_note(words.strip())]


def _by_number(words: str) -> Iterator[Found]:
    named = _NUMBER.fullmatch(words)
    if named is None or int(named[2]) > BIGGEST_ID:
        return
    prefix, number = named[1].upper(), int(named[2])
    if prefix == "GR" and (receipt := session.get(GoodsReceipt, number)):
        yield from _shown(receipt, {receipt.location_id}, receipt.reference)
    if prefix == "TR" and (transfer := session.get(Transfer, number)):
        ends = {transfer.from_location_id, transfer.to_location_id}
        yield from _shown(transfer, ends, transfer.note)
    if prefix == "SC" and (counting := session.get(StockCount, number)):
        yield from _shown(counting, {counting.location_id}, "")


def _by_delivery_note(words: str) -> Iterator[Found]:
    if not words:
        return
    named = select(GoodsReceipt).where(GoodsReceipt.reference == words)
    for receipt in session.scalars(named.order_by(GoodsReceipt.id.desc()).limit(_MOST)):
        yield from _shown(receipt, {receipt.location_id}, receipt.reference)


def _shown(document: Any, location_ids: Collection[int], detail: str) -> Iterator[Found]:
    own = current_actor().stores("stock.view")
    if own is not None:
        places = {one.id: one.store_id for one in organization.list_locations()}
        if not own & {places[one] for one in location_ids}:
            return
    kinds = {
        GoodsReceipt: (_("Goods in"), "receipts", "package-import"),
        Transfer: (_("Transfers"), "transfers", "arrows-exchange"),
        StockCount: (_("Counts"), "counts", "list-check"),
    }
    kind, path, icon = kinds[type(document)]
    yield Found(
        kind=kind,
        title=document.number,
        detail=detail,
        url=f"/stock/{path}/{document.id}",
        icon=icon,
    )
