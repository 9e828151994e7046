"""What the search over everything finds in stock: its documents, by number or delivery note."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
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
_KINDS: dict[str, Any] = {"GR": GoodsReceipt, "TR": Transfer, "SC": StockCount}


def find_documents(words: str) -> list[Found]:
    """Return the receipts, transfers and counts that the words name and this person may see."""
    return [*_by_number(words.strip()), *_by_delivery_note(words.strip())]


def _by_number(words: str) -> Iterator[Found]:
    named = _NUMBER.fullmatch(words)
    if named is None or int(named[2]) > BIGGEST_ID:
        return
    prefix, number = named[1].upper(), int(named[2])
    yield from _named(_KINDS[prefix], [number])


def names_of(model: Any) -> Callable[[Sequence[int]], dict[int, Found]]:
    """Return what names documents of one kind, by their keys, to the person who asks."""
    return lambda keys: {int(one.url.rpartition("/")[2]): one for one in _named(model, list(keys))}


def _named(model: Any, keys: Sequence[int]) -> Iterator[Found]:
    for document in session.scalars(select(model).where(model.id.in_(keys))):
        yield from _shown(document, _places_of(document), _detail_of(document))


def _places_of(document: Any) -> set[int]:
    if isinstance(document, Transfer):
        return {document.from_location_id, document.to_location_id}
    return {document.location_id}


def _detail_of(document: Any) -> str:
    if isinstance(document, Transfer):
        return document.note or ""
    return document.reference if isinstance(document, GoodsReceipt) else ""


def _by_delivery_note(words: str) -> Iterator[Found]:
    if not words:
        return
    named = select(GoodsReceipt).where(GoodsReceipt.reference == words)
    for receipt in session.scalars(named.order_by(GoodsReceipt.id.desc()).limit(_MOST)):
        yield from _shown(receipt, {receipt.location_id}, receipt.reference)


def _shown(document: Any, location_ids: Collection[int], detail: str) -> Iterator[Found]:
    if not current_actor().may("stock.view"):
        return
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
        exact=True,
    )
