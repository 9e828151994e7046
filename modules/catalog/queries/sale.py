"""What is sold: a variant by its SKU, its key or a scan, and a product by its code."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    String,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.catalog.barcodes import readings
from modules.catalog.models import (
    Barcode,
    BarcodeKind,
    Product,
    Variant,
)

ARCHIVED = "archived"


class VariantForSale(NamedTuple):
    """What the modules above need to sell a variant, in one row."""

    id: int
    sku: str
    name: str
    label: str
    product_id: int
    price_minor: int
    cost_minor: int | None
    tax_class_id: int
    per: int
    weight_grams: int | None
    status: str
    """draft, active, discontinued or archived"""
    brand: str | None
    category: str | None
    is_gift_card: bool = False
    gift_card_months: int | None = None


# They name tables, not classes: by way of the ORM they cost twice the time.
_VARIANT: Any = Variant.__table__
_PRODUCT: Any = Product.__table__
_status = case(
    (or_(_VARIANT.c.archived_at.is_not(None), _PRODUCT.c.archived_at.is_not(None)), ARCHIVED),
    else_=type_coerce(_PRODUCT.c.status, String),
)
_for_sale = select(
    _VARIANT.c.id,
    _VARIANT.c.sku,
    _PRODUCT.c.name,
    _VARIANT.c.label,
    _VARIANT.c.product_id,
    _VARIANT.c.price_minor,
    _VARIANT.c.cost_minor,
    _PRODUCT.c.tax_class_id,
    _VARIANT.c.per,
    _VARIANT.c.weight_grams,
    _status.label("status"),
    _PRODUCT.c.brand,
    _PRODUCT.c.category,
    _PRODUCT.c.is_gift_card,
    _PRODUCT.c.gift_card_months,
).select_from(_VARIANT.join(_PRODUCT, _PRODUCT.c.id == _VARIANT.c.product_id))
_BY_SKU = _for_sale.where(_VARIANT.c.sku.in_(bindparam("skus", expanding=True)))
_BY_ID = _for_sale.where(_VARIANT.c.id.in_(bindparam("ids", expanding=True)))


def variants_for_sale(skus: Sequence[str]) -> dict[str, VariantForSale]:
    """Return what is known of these SKUs, by SKU, in one statement; an unknown one is left out."""
    if not skus:
        return {}
    rows = session.execute(_BY_SKU, {"skus": list(skus)})
    return {row.sku: VariantForSale._make(row) for row in rows}


def variants_by_id(variant_ids: Iterable[int]) -> dict[int, VariantForSale]:
    """Return the same by id, in one statement."""
    wanted = sorted(set(variant_ids))
    if not wanted:
        return {}
    rows = session.execute(_BY_ID, {"ids": wanted})
    return {row.id: VariantForSale._make(row) for row in rows}


def variants_like(
    *,
    skus: Iterable[str] = (),
    brands: Iterable[str] = (),
    categories: Iterable[str] = (),
    limit: int,
) -> list[VariantForSale]:
    """Return what is sold, by key: of these SKUs, brands and categories, where such are named."""
    found = _for_sale.where(_VARIANT.c.archived_at.is_(None), _PRODUCT.c.archived_at.is_(None))
    for column, words in (
        (_VARIANT.c.sku, skus),
        (_PRODUCT.c.brand, brands),
        (_PRODUCT.c.category, categories),
    ):
        if wanted := sorted(words):
            found = found.where(column.in_(wanted))
    rows = session.execute(found.order_by(_VARIANT.c.id).limit(limit))
    return [VariantForSale._make(row) for row in rows]


_carrier = (
    select(Barcode.variant_id)
    .where(Barcode.code.in_(bindparam("codes", expanding=True)))
    .order_by(Barcode.id)
    .limit(1)
)
_SCANNED = select(Variant).where(
    Variant.id
    == select(
        # Codes from earlier systems may read like a SKU of ours: the SKU is the stronger word.
        func.coalesce(
            _carrier.where(Barcode.kind == BarcodeKind.GTIN).scalar_subquery(),
            select(Variant.id).where(Variant.sku == bindparam("sku")).scalar_subquery(),
            _carrier.scalar_subquery(),
        )
    ).scalar_subquery()
)


def find_by_scan(code: str) -> Variant | None:
    """Return the variant that a scanned code means: a GTIN, a SKU, or another barcode."""
    text = code.strip()
    if not text:
        return None
    return session.scalar(_SCANNED, {"codes": readings(text), "sku": text})


def variant_by_gtin(code: str) -> Variant | None:
    """Return the variant that carries this GTIN."""
    found = (
        select(Variant)
        .join(Barcode, Barcode.variant_id == Variant.id)
        .where(Barcode.code.in_(readings(code.strip())), Barcode.kind == BarcodeKind.GTIN)
    )
    return session.scalar(found)


def variants_after(key: int, *, limit: int) -> list[VariantForSale]:
    """Return the variants behind a key, in the order of their keys: to walk through all of them."""
    found = _for_sale.where(_VARIANT.c.id > key).order_by(_VARIANT.c.id).limit(limit)
    return [VariantForSale._make(row) for row in session.execute(found)]


def get_variant(sku: str) -> Variant:
    """
    Return one variant.

    :raises NotFound: there is none with that SKU
    """
    if variant := session.scalar(select(Variant).where(Variant.sku == sku)):
        return variant
    raise NotFound(_("There is no variant %(sku)s.", sku=sku[:80]))


def get_product(code: str) -> Product:
    """
    Return one product.

    :raises NotFound: there is none with that code
    """
    if product := session.scalar(select(Product).where(Product.code == code)):
        return product
    raise NotFound(_("There is no product %(code)s.", code=code[:80]))


def products_by_id(product_ids: Iterable[int]) -> Sequence[Product]:
    """Return products by key, in no order."""
    return session.scalars(select(Product).where(Product.id.in_(set(product_ids)))).all()
