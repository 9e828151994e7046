"""The list of stock: a page of variants with their figures, for people and for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select, true, tuple_

from app.db import session
from app.feeds import settled
from app.i18n import lazy
from app.lists import Sort
from app.search import contains
from modules import catalog
from modules.catalog import Product, Variant
from modules.organization import Location
from modules.stock.models import IS_HELD, Reservation, StockItem
from modules.stock.queries.transfers import on_the_way

_GONE = StockItem.on_hand == StockItem.unsellable + StockItem.reserved


class StockRow(NamedTuple):
    """A variant with its figures, summed over the locations that were asked for."""

    variant_id: int
    sku: str
    name: str
    label: str
    per: int
    on_hand: int
    unsellable: int
    reserved: int
    incoming: int

    @property
    def available(self) -> int:
        return self.on_hand - self.unsellable - self.reserved


BY_AGE = Sort(
    code="age",
    title=lazy("Oldest goods first"),
    by=(Variant.id,),
    kinds=(int,),
    place=lambda row: (row.variant_id,),
)
NEWEST_FIRST = Sort(
    code="newest",
    title=lazy("Newest goods first"),
    by=(Variant.id,),
    kinds=(int,),
    place=lambda row: (row.variant_id,),
    down=True,
)
BY_SKU = Sort(
    code="sku",
    title=lazy("By SKU"),
    by=(Variant.sku, Variant.id),
    kinds=(str, int),
    place=lambda row: (row.sku, row.variant_id),
)


def list_stock(
    *,
    q: str = "",
    location_ids: Sequence[int] | None = None,
    only: str = "",
    order: Sort = BY_AGE,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> list[StockRow]:
    """
    Return variants in an order of the list, in two statements whatever their number.

    `only` is "in" (something lies there), "out" (nothing of it can be promised), "reserved",
    "incoming", or "". A search also finds what was never stocked.
    """
    columns: Any = select(Variant.id, Variant.sku, Product.name, Variant.label, Variant.per).join(
        Product, Product.id == Variant.product_id
    )
    page = _narrowed(columns, q=q, location_ids=location_ids, only=only)
    if up_to is not None:
        page = page.where(Variant.id <= up_to)
    rows = session.execute(order.page(page, after=after, limit=limit)).all()
    sums = select(
        StockItem.variant_id,
        func.sum(StockItem.on_hand),
        func.sum(StockItem.unsellable),
        func.sum(StockItem.reserved),
        func.sum(StockItem.incoming),
    ).where(StockItem.variant_id.in_([row.id for row in rows]))
    if location_ids is not None:
        sums = sums.where(StockItem.location_id.in_(location_ids))
    figures: dict[int, list[int]] = {
        row[0]: [int(figure) for figure in row[1:]]
        for row in session.execute(sums.group_by(StockItem.variant_id))
    }
    return [StockRow(*row, *figures.get(row.id, [0, 0, 0, 0])) for row in rows]


def count_stock(
    *, q: str = "", location_ids: Sequence[int] | None = None, only: str = "", cap: int
) -> int:
    """Return how many variants `list_stock` lists over all pages, counted up to a number."""
    columns: Any = select(Variant.id)
    found = _narrowed(columns, q=q, location_ids=location_ids, only=only).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_variant() -> int:
    """Return the highest key of a variant."""
    return session.scalar(select(func.max(Variant.id))) or 0


def _narrowed(
    page: Select[Any], *, q: str, location_ids: Sequence[int] | None, only: str
) -> Select[Any]:
    here = [StockItem.variant_id == Variant.id]
    if location_ids is not None:
        here.append(StockItem.location_id.in_(location_ids))
    if q:
        exact = catalog.find_by_scan(q)
        page = page.where(Variant.id == exact.id if exact else contains(Variant, q))
    if only == "in":
        page = page.where(exists().where(*here, StockItem.on_hand > 0))
    elif only == "reserved":
        held = select(Reservation.variant_id).where(IS_HELD)
        if location_ids is not None:
            held = held.where(Reservation.location_id.in_(location_ids))
        page = page.where(Variant.id.in_(held))
    elif only == "incoming":
        page = page.where(
            Variant.id.in_(on_the_way()), exists().where(*here, StockItem.incoming > 0)
        )
    elif only == "out":
        # An index of its own holds the places where nothing is free; few have more elsewhere.
        gone = select(StockItem.variant_id).where(*here[1:], _GONE)
        page = page.where(
            Variant.id.in_(gone) if not q else true(),
            ~exists().where(*here, ~_GONE),
            Variant.archived_at.is_(None),
        )
    elif not q:
        page = page.where(exists().where(*here))
    return page


class LevelRow(NamedTuple):
    """The figures of one stock item as programs read them."""

    variant_id: int
    location_id: int
    sku: str
    location: str
    on_hand: int
    reserved: int
    unsellable: int
    incoming: int
    updated_at: datetime

    @property
    def available(self) -> int:
        return self.on_hand - self.unsellable - self.reserved


_LEVELS: Any = (
    select(
        StockItem.variant_id,
        StockItem.location_id,
        Variant.sku,
        Location.code,
        StockItem.on_hand,
        StockItem.reserved,
        StockItem.unsellable,
        StockItem.incoming,
        StockItem.updated_at,
    )
    .join(Variant, Variant.id == StockItem.variant_id)
    .join(Location, Location.id == StockItem.location_id)
)


def list_levels(
    *,
    skus: Sequence[str] = (),
    location_ids: Sequence[int] | None = None,
    updated_after: datetime | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
) -> list[LevelRow]:
    """
    Return stock items by variant and location; those changed since a moment by that moment.

    `after` is the key of the last row of the page before, in the same order.
    """
    key = [StockItem.variant_id, StockItem.location_id]
    if updated_after is not None:
        key.insert(0, StockItem.updated_at)  # type: ignore[arg-type]
    found = _LEVELS.order_by(*key).limit(limit)
    if skus:
        found = found.where(Variant.sku.in_(skus))
    if location_ids is not None:
        found = found.where(StockItem.location_id.in_(location_ids))
    if updated_after is not None:
        found = found.where(StockItem.updated_at > updated_after, settled(StockItem.updated_at))
    if after is not None:
        found = found.where(tuple_(*key) > tuple_(*after))
    return [LevelRow(*row) for row in session.execute(found)]
