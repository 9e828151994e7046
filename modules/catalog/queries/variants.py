"""Variants by code or by fragments of it: for programs, pickers and the search over everything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import (
    bindparam,
    select,
    tuple_,
    union_all,
)

from app.actor import current_actor
from app.db import session
from app.feeds import settled
from app.i18n import _
from app.module import Found
from app.search import contains
from modules.catalog.barcodes import readings
from modules.catalog.models import (
    Barcode,
    Photo,
    Product,
    Variant,
)
from modules.catalog.queries.cards import BARCODES, VARIANTS, VariantCard, variant_card
from modules.catalog.queries.lists import list_products

_MOST_HITS = 8

_WITH_PRODUCT: Any = VARIANTS.add_columns(Product.code, Product.name).join(
    Product, Product.id == Variant.product_id
)


_THEIR_BARCODES = BARCODES.where(
    Barcode.variant_id.in_(bindparam("variants", expanding=True))
).order_by(Barcode.id)
_THEIR_PHOTOS = (
    select(Photo)
    .where(Photo.product_id.in_(bindparam("products", expanding=True)))
    .order_by(Photo.position, Photo.id)
)
# A scan, which comes all day: put together once.
_BY_BARCODE = (
    _WITH_PRODUCT.where(
        Variant.id.in_(
            select(Barcode.variant_id).where(Barcode.code.in_(bindparam("codes", expanding=True)))
        ),
        Variant.archived_at.is_(None),
    )
    .order_by(Variant.sku)
    .limit(bindparam("limit"))
)


def list_variants(
    *,
    q: str = "",
    skus: Sequence[str] = (),
    gtin: str = "",
    updated_after: datetime | None = None,
    after: tuple[str] | tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[VariantCard]:
    """
    Return variants by SKU: those named, the one with the barcode, or all that `q` finds.

    With `updated_after` by their last change; who reads changes is told of archived ones too.
    """
    if gtin and not (skus or q or updated_after or after):
        codes = {"codes": readings(gtin), "limit": limit}
        rows = session.execute(_BY_BARCODE, codes).all()
    else:
        found = _WITH_PRODUCT
        if skus:
            found = found.where(Variant.sku.in_(skus))
        if gtin:
            found = found.where(
                Variant.id.in_(select(Barcode.variant_id).where(Barcode.code.in_(readings(gtin))))
            )
        if q:
            found = found.where(contains(Variant, q))
        place: tuple[Any, ...] = (Variant.sku,)
        if updated_after is None:
            found = found.where(Variant.archived_at.is_(None))
        else:
            place = (Variant.updated_at, Variant.id)
            found = found.where(Variant.updated_at > updated_after, settled(Variant.updated_at))
        if after is not None:
            found = found.where(tuple_(*place) > tuple_(*after))
        rows = session.execute(found.order_by(*place).limit(limit)).all()
    barcodes: dict[int, list[Any]] = {}
    for barcode in session.execute(_THEIR_BARCODES, {"variants": [row.id for row in rows]}):
        barcodes.setdefault(barcode.variant_id, []).append(barcode)
    photos: dict[int, list[Photo]] = {}
    for photo in session.scalars(
        _THEIR_PHOTOS, {"products": list({row.product_id for row in rows})}
    ):
        photos.setdefault(photo.product_id, []).append(photo)
    return [variant_card(row, row, barcodes, photos.get(row.product_id, [])) for row in rows]


class FoundVariant(NamedTuple):
    """A variant as pickers and the search over everything show it."""

    id: int
    sku: str
    label: str
    price_minor: int
    product_code: str
    product_name: str


_FOUND = (
    select(
        Variant.id,
        Variant.sku,
        Variant.label,
        Variant.price_minor,
        Product.code,
        Product.name,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.archived_at.is_(None), Product.archived_at.is_(None))
)


def find_variants(q: str, *, limit: int = 20, exact_only: bool = False) -> list[FoundVariant]:
    """Return variants for a picker: the exact code first, else fragments of name, SKU or EAN."""
    text = q.strip()
    if not text:
        return []
    exact = union_all(
        select(Barcode.variant_id).where(Barcode.code.in_(readings(text))),
        select(Variant.id).where(Variant.sku == text),
    )
    rows = session.execute(_FOUND.where(Variant.id.in_(exact)).limit(limit)).all()
    if not rows and not exact_only:
        fragments = _FOUND.where(contains(Variant, text)).order_by(Variant.sku).limit(limit)
        rows = session.execute(fragments).all()
    return [FoundVariant._make(row) for row in rows]


def search_everything(words: str) -> list[Found]:
    """Return what `/` finds here: the variant that a whole code means, else products."""
    if not current_actor().may("catalog.view"):
        return []
    exact = [
        Found(
            kind=_("Products"),
            title=f"{one.product_name} · {one.label}" if one.label else one.product_name,
            detail=one.sku,
            url=f"/catalog/products/{quote(one.product_code, safe='')}"
            f"?sku={quote(one.sku, safe='')}",
            icon="shirt",
            exact=True,
        )
        for one in find_variants(words, limit=_MOST_HITS, exact_only=True)
    ]
    if exact:
        return exact
    rows = list_products(q=words, limit=_MOST_HITS + 1)
    all_url = f"/catalog/?q={quote(words, safe='')}" if len(rows) > _MOST_HITS else ""
    said = words.strip().casefold()
    return [
        replace(_found(one, exact=one.code.casefold() == said), all_url=all_url)
        for one in rows[:_MOST_HITS]
    ]


def product_names(product_ids: Sequence[int]) -> dict[int, Found]:
    """Return how products are called, by their keys, to the person who asks."""
    if not current_actor().may("catalog.view"):
        return {}
    rows = session.execute(
        select(Product.id, Product.code, Product.name, Product.brand).where(
            Product.id.in_(product_ids)
        )
    )
    return {row.id: _found(row) for row in rows}


def _found(product: Any, *, exact: bool = False) -> Found:
    return Found(
        kind=_("Products"),
        title=product.name,
        detail=" · ".join(part for part in (product.code, product.brand) if part),
        url=f"/catalog/products/{quote(product.code, safe='')}",
        icon="shirt",
        exact=exact,
    )
