"""Questions about price lists: which there are, one of them, and what stands on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select, tuple_

from app import clock
from app.db import session
from app.errors import NotFound
from app.feeds import settled
from app.i18n import _, lazy
from app.lists import Sort
from app.search import contains, fold
from modules import catalog
from modules.pricing.models import PriceEntry, PriceList


class Standing(StrEnum):
    """How a list stands at a moment: whether it is switched on, and its time."""

    RUNNING = "running"
    SCHEDULED = "scheduled"
    ENDED = "ended"
    OFF = "off"
    ARCHIVED = "archived"


BY_RANK = Sort(
    code="rank",
    title=lazy("Highest rank first"),
    by=(PriceList.rank, PriceList.id),
    kinds=(int, int),
    place=lambda row: (row.rank, row.id),
    down=True,
)
BY_NAME = Sort(
    code="name",
    title=lazy("By name"),
    by=(PriceList.name, PriceList.id),
    kinds=(str, int),
    place=lambda row: (row.name, row.id),
)


def standing_of(record: PriceList, at: datetime | None = None) -> Standing:
    """Return how a list stands at a moment, or now."""
    at = at or clock.now()
    if record.archived_at is not None:
        return Standing.ARCHIVED
    if not record.active:
        return Standing.OFF
    if record.valid_to is not None and record.valid_to <= at:
        return Standing.ENDED
    if record.valid_from is not None and record.valid_from > at:
        return Standing.SCHEDULED
    return Standing.RUNNING


def list_price_lists(
    *,
    q: str = "",
    standing: str = "",
    order: Sort = BY_RANK,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[PriceList]:
    """Return price lists page by page; without `standing` all that are not archived."""
    found = _asked(select(PriceList), q=q, standing=standing)
    if up_to is not None:
        found = found.where(PriceList.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def count_price_lists(*, q: str = "", standing: str = "", cap: int) -> int:
    found = _asked(select(PriceList.id), q=q, standing=standing).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_price_list() -> int:
    return session.scalar(select(func.max(PriceList.id))) or 0


def list_updated(
    *,
    q: str = "",
    updated_after: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int,
) -> Sequence[PriceList]:
    """Return price lists in the order in which they changed, for programs."""
    found = select(PriceList)
    if q:
        found = found.where(PriceList.search.contains(fold(q), autoescape=True))
    if updated_after is not None:
        found = found.where(PriceList.updated_at > updated_after, settled(PriceList.updated_at))
    if after is not None:
        moment, key = after
        found = found.where(
            or_(
                PriceList.updated_at > moment,
                and_(PriceList.updated_at == moment, PriceList.id > key),
            )
        )
    order = (PriceList.updated_at, PriceList.id)
    return session.scalars(found.order_by(*order).limit(limit)).all()


def get_price_list(price_list_id: int) -> PriceList:
    """
    Return one price list.

    :raises NotFound: there is none with that id
    """
    record = session.get(PriceList, price_list_id)
    if record is None:
        raise NotFound(_("There is no such price list here."))
    return record


def get_price_list_by_code(code: str) -> PriceList:
    """
    Return the price list of a code.

    :raises NotFound: there is none
    """
    record = session.scalar(select(PriceList).where(PriceList.code == code))
    if record is None:
        raise NotFound(_("There is no price list %(code)s.", code=code[:64]))
    return record


def price_lists_by_id(keys: Sequence[int]) -> Mapping[int, PriceList]:
    if not keys:
        return {}
    return {one.id: one for one in session.scalars(select(PriceList).where(PriceList.id.in_(keys)))}


def count_entries(price_list_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many prices stand on lists, by the list."""
    if not price_list_ids:
        return {}
    rows = session.execute(
        select(PriceEntry.price_list_id, func.count())
        .where(PriceEntry.price_list_id.in_(price_list_ids))
        .group_by(PriceEntry.price_list_id)
    )
    return dict(rows.all())


def list_entries(
    price_list_id: int, *, after: int = 0, limit: int | None = None
) -> Sequence[PriceEntry]:
    """Return the prices of a list, in the order in which they were written."""
    found = (
        select(PriceEntry)
        .where(PriceEntry.price_list_id == price_list_id, PriceEntry.id > after)
        .order_by(PriceEntry.id)
    )
    return session.scalars(found if limit is None else found.limit(limit)).all()


def entries_of(price_list_id: int, variant_ids: Sequence[int]) -> Sequence[PriceEntry]:
    """Return the prices of some variants on a list: the smallest step first, then by time."""
    rows = session.scalars(
        select(PriceEntry).where(
            PriceEntry.price_list_id == price_list_id, PriceEntry.variant_id.in_(variant_ids)
        )
    ).all()
    return sorted(
        rows,
        key=lambda one: (
            one.variant_id,
            one.least_quantity,
            one.valid_from.timestamp() if one.valid_from else 0,
        ),
    )


class PricedProduct(NamedTuple):
    """A product of which prices stand on a list."""

    product_id: int
    code: str
    name: str
    entries: int
    lowest_minor: int
    highest_minor: int


def priced_products(
    price_list_id: int, *, q: str = "", after: tuple[str, int] | None = None, limit: int
) -> list[PricedProduct]:
    """Return the products of which prices stand on a list, by name, page by page."""
    product = catalog.Product
    found = (
        select(
            product.id,
            product.code,
            product.name,
            func.count(),
            func.min(PriceEntry.price_minor),
            func.max(PriceEntry.price_minor),
        )
        .join(catalog.Variant, catalog.Variant.id == PriceEntry.variant_id)
        .join(product, product.id == catalog.Variant.product_id)
        .where(PriceEntry.price_list_id == price_list_id)
        .group_by(product.id, product.code, product.name)
        .order_by(product.name, product.id)
        .limit(limit)
    )
    if q:
        found = found.where(contains(product, q))
    if after is not None:
        found = found.where(tuple_(product.name, product.id) > tuple_(*after))
    return [PricedProduct._make(row) for row in session.execute(found)]


def _asked(found: Select[Any], *, q: str, standing: str) -> Select[Any]:
    if q:
        found = found.where(PriceList.search.contains(fold(q), autoescape=True))
    if standing == Standing.ARCHIVED:
        return found.where(PriceList.archived_at.is_not(None))
    found = found.where(PriceList.archived_at.is_(None))
    now, starts, ends = clock.now(), PriceList.valid_from, PriceList.valid_to
    is_on = PriceList.active.is_(True)
    match standing:
        case Standing.OFF:
            return found.where(PriceList.active.is_(False))
        case Standing.ENDED:
            return found.where(is_on, ends <= now)
        case Standing.SCHEDULED:
            return found.where(is_on, starts > now, or_(ends.is_(None), ends > now))
        case Standing.RUNNING:
            return found.where(
                is_on, or_(starts.is_(None), starts <= now), or_(ends.is_(None), ends > now)
            )
    return found
