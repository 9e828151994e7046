"""Lists of products, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    String,
    func,
    select,
    tuple_,
    type_coerce,
)

from app.db import session
from app.errors import NotFound
from app.feeds import settled
from app.i18n import _, lazy
from app.lists import Sort
from app.search import contains
from modules.catalog.models import (
    Product,
    ProductStatus,
    Variant,
)
from modules.catalog.queries.photos import first_photos
from modules.catalog.queries.sale import ARCHIVED


class ListedProduct(NamedTuple):
    """A product as the list shows it."""

    id: int
    code: str
    name: str
    status: str
    brand: str | None
    category: str | None
    variant_count: int
    lowest_minor: int | None
    highest_minor: int | None
    photo: str | None
    created_at: datetime


BY_NAME = Sort(
    code="name",
    title=lazy("Name A to Z"),
    by=(Product.name, Product.id),
    kinds=(str, int),
    place=lambda row: (row.name, row.id),
)
BY_NAME_BACKWARDS = Sort(
    code="name-down",
    title=lazy("Name Z to A"),
    by=(Product.name, Product.id),
    kinds=(str, int),
    place=lambda row: (row.name, row.id),
    down=True,
)
NEWEST = Sort(
    code="newest",
    title=lazy("Newest first"),
    by=(Product.id,),
    kinds=(int,),
    place=lambda row: (row.id,),
    down=True,
)


def list_products(
    *,
    q: str = "",
    status: str = "",
    brand: str = "",
    category: str = "",
    order: Sort = BY_NAME,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> list[ListedProduct]:
    """
    Return products in an order, in three statements whatever their number.

    `q` finds fragments of name, code, brand, SKU and barcode; without `status` all that are not
    archived.
    """
    columns: Any = select(
        Product.id,
        Product.code,
        Product.name,
        Product.status,
        Product.brand,
        Product.category,
        Product.archived_at,
        Product.created_at,
    )
    found = _asked(columns, q=q, status=status, brand=brand, category=category)
    if up_to is not None:
        found = found.where(Product.id <= up_to)
    rows = session.execute(order.page(found, after=after, limit=limit)).all()
    ids = [row.id for row in rows]
    counted = {
        row.product_id: row
        for row in session.execute(
            select(
                Variant.product_id,
                func.count().label("number"),
                func.min(Variant.price_minor).label("lowest"),
                func.max(Variant.price_minor).label("highest"),
            )
            .where(Variant.product_id.in_(ids), Variant.archived_at.is_(None))
            .group_by(Variant.product_id)
        )
    }
    photos = first_photos(ids)
    return [
        ListedProduct(
            id=row.id,
            code=row.code,
            name=row.name,
            status=ARCHIVED if row.archived_at else row.status.value,
            brand=row.brand,
            category=row.category,
            variant_count=counted[row.id].number if row.id in counted else 0,
            lowest_minor=counted[row.id].lowest if row.id in counted else None,
            highest_minor=counted[row.id].highest if row.id in counted else None,
            photo=photos.get(row.id),
            created_at=row.created_at,
        )
        for row in rows
    ]


def _asked(found: Select[Any], *, q: str, status: str, brand: str, category: str) -> Select[Any]:
    if status == ARCHIVED:
        found = found.where(Product.archived_at.is_not(None))
    else:
        found = found.where(Product.archived_at.is_(None))
        if status:
            found = found.where(type_coerce(Product.status, String) == status)
    if brand:
        found = found.where(Product.brand == brand)
    if category:
        found = found.where(Product.category == category)
    if q:
        found = found.where(contains(Product, q))
    return found


def count_listed(
    *, q: str = "", status: str = "", brand: str = "", category: str = "", cap: int
) -> int:
    """Return how many products `list_products` would list over all its pages, up to a number."""
    found = _asked(select(Product.id), q=q, status=status, brand=brand, category=category)
    return session.scalar(select(func.count()).select_from(found.limit(cap).subquery())) or 0


def newest_product() -> int:
    """Return the highest key of a product."""
    return session.scalar(select(func.max(Product.id))) or 0


def codes_of_products(keys: Sequence[int]) -> dict[int, str]:
    """Return the codes of products by key, in one statement."""
    rows = session.execute(select(Product.id, Product.code).where(Product.id.in_(keys)))
    return dict(rows.all())


def product_by_id(key: int) -> Product:
    """
    Return one product.

    :raises NotFound: there is none with that key
    """
    if product := session.get(Product, key):
        return product
    raise NotFound(_("There is no such product."))


def page_of_products(
    *,
    q: str = "",
    status: str = "",
    updated_after: datetime | None = None,
    after: tuple[datetime | None, int] | None = None,
    limit: int = 50,
) -> Sequence[Product]:
    """
    Return products for programs: by key, or by their last change where `updated_after` is given.

    Who reads changes is told of archived products too; who reads all is not.
    """
    found = select(Product)
    if status == ARCHIVED:
        found = found.where(Product.archived_at.is_not(None))
    elif status:
        found = found.where(type_coerce(Product.status, String) == status)
    if q:
        found = found.where(contains(Product, q))
    if updated_after is None:
        if status != ARCHIVED:
            found = found.where(Product.archived_at.is_(None))
        if after is not None:
            found = found.where(Product.id > after[1])
        return session.scalars(found.order_by(Product.id).limit(limit)).all()
    found = found.where(Product.updated_at > updated_after, settled(Product.updated_at))
    if after is not None:
        found = found.where(tuple_(Product.updated_at, Product.id) > tuple_(*after))
    return session.scalars(found.order_by(Product.updated_at, Product.id).limit(limit)).all()


def list_brands() -> list[str]:
    """Return the brands in use, by name."""
    return _used(Product.brand)


def list_categories() -> list[str]:
    """Return the categories in use, by name."""
    return _used(Product.category)


def _used(column: Any) -> list[str]:
    found = (
        select(column)
        .where(column.is_not(None), Product.archived_at.is_(None))
        .group_by(column)
        .order_by(column)
        .limit(200)
    )
    return [value for value in session.scalars(found) if value is not None]


def count_products() -> dict[str, int]:
    """Return how many products there are by status, without the archived."""
    rows = session.execute(
        select(Product.status, func.count())
        .where(Product.archived_at.is_(None))
        .group_by(Product.status)
    )
    counts = {status.value: 0 for status in ProductStatus}
    return counts | {status.value: number for status, number in rows}
