"""Products written in batches: the one place that inserts them, whether one or a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from app import clock
from app.db import session
from app.events import publish
from app.search import fold
from modules.catalog.barcodes import is_gtin
from modules.catalog.events import PricesChanged
from modules.catalog.models import (
    Barcode,
    BarcodeKind,
    OptionValue,
    Photo,
    Product,
    ProductOption,
    ProductStatus,
    Variant,
)


@dataclass(frozen=True, kw_only=True)
class NewVariant:
    """A cell to make. Its options name a value of every axis of the product."""

    sku: str
    price_minor: int
    options: dict[str, str] = field(default_factory=dict)
    barcodes: Sequence[str] = ()
    """GTINs with a right check digit become GTINs, all others internal codes."""
    cost_minor: int | None = None
    weight_grams: int | None = None
    per: int = 1


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """A picture to show: a stored file, or the address of a remote one that was not fetched."""

    file: str | None = None
    remote_url: str | None = None
    colour: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class NewOption:
    """An axis to make, with its values in order; `swatches` are hex colours by value."""

    name: str
    values: Sequence[str]
    swatches: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewProduct:
    """A product to make, with all that belongs to it."""

    code: str
    name: str
    tax_class_id: int
    options: Sequence[NewOption] = ()
    variants: Sequence[NewVariant] = ()
    photos: Sequence[NewPhoto] = ()
    status: ProductStatus = ProductStatus.ACTIVE
    brand: str | None = None
    category: str | None = None
    description: str | None = None
    is_gift_card: bool = False
    gift_card_months: int | None = None
    created_at: datetime | None = None


class Inserted(NamedTuple):
    """The keys that the database gave."""

    products: dict[str, int]
    """By code."""
    variants: dict[str, int]
    """By SKU."""


def is_code(code: str) -> bool:
    """Test whether a product may be called so: its code stands in addresses."""
    return bool(code.strip(".")) and "/" not in code and "\\" not in code


def cell_of(options: dict[str, Any], axes: Sequence[str]) -> str:
    """Return the cell that these values stand for: the same whatever their capitals and spaces."""
    return "\x1f".join(" ".join(str(options.get(axis, "")).casefold().split()) for axis in axes)


def label_of(options: dict[str, Any], axes: Sequence[str]) -> str:
    """Return the values in one line: "Burgundy · M"."""
    return " · ".join(str(options[axis]) for axis in axes if options.get(axis))


def product_search(product: Any, skus: Sequence[str], barcodes: Sequence[str]) -> str:
    """Return what the list of products is searched by."""
    return fold(product.name, product.code, product.brand, product.category, *skus, *barcodes)


def variant_search(product: Any, sku: str, label: str, barcodes: Sequence[str]) -> str:
    """Return what variants are searched by."""
    return fold(product.name, product.code, product.brand, label, sku, *barcodes)


def kind_of(barcode: str) -> BarcodeKind:
    return BarcodeKind.GTIN if is_gtin(barcode) else BarcodeKind.INTERNAL


_products = Product.__table__
_options = ProductOption.__table__
_variants = Variant.__table__
_INSERT_PRODUCTS = insert(_products)  # type: ignore[arg-type]
_INSERT_OPTIONS = insert(_options)  # type: ignore[arg-type]
_INSERT_VALUES = insert(OptionValue.__table__)  # type: ignore[arg-type]
_INSERT_VARIANTS = insert(_variants)  # type: ignore[arg-type]
_INSERT_BARCODES = insert(Barcode.__table__)  # type: ignore[arg-type]
_INSERT_PHOTOS = insert(Photo.__table__)  # type: ignore[arg-type]
# The keys are asked for afterwards, by what is unique: rows that return theirs in the order given
# are inserted one by one on SQLite.
_PRODUCT_KEYS = select(_products.c.code, _products.c.id).where(
    _products.c.code.in_(bindparam("codes", expanding=True))
)
_OPTION_KEYS = select(_options.c.product_id, _options.c.name, _options.c.id).where(
    _options.c.product_id.in_(bindparam("ids", expanding=True))
)
_VARIANT_KEYS = select(_variants.c.sku, _variants.c.id).where(
    _variants.c.sku.in_(bindparam("skus", expanding=True))
)


def import_products(*, products: Sequence[NewProduct]) -> Inserted:
    """
    Insert products with all that belongs to them, in as many statements whatever their number.

    Nothing is checked but what the database checks: a taken code, SKU, cell or barcode is an
    IntegrityError of the whole batch.
    """
    if not products:
        return Inserted({}, {})
    _write(_INSERT_PRODUCTS, [_product_row(one) for one in products])
    codes = _pairs(_PRODUCT_KEYS, codes=[one.code for one in products])
    _write(
        _INSERT_OPTIONS,
        [
            {"product_id": codes[product.code], "name": option.name, "position": at}
            for product in products
            for at, option in enumerate(product.options)
        ],
    )
    if any(product.options for product in products):
        options = {
            (product_id, name): key
            for product_id, name, key in session.execute(
                _OPTION_KEYS, {"ids": list(codes.values())}
            )
        }
        _write(
            _INSERT_VALUES,
            [
                {
                    "option_id": options[codes[product.code], option.name],
                    "value": value,
                    "position": at,
                    "swatch": option.swatches.get(value),
                }
                for product in products
                for option in product.options
                for at, value in enumerate(option.values)
            ],
        )
    made = insert_variants(
        [
            (codes[product.code], product, [one.name for one in product.options], variant)
            for product in products
            for variant in product.variants
        ]
    )
    _write(
        _INSERT_PHOTOS,
        [
            _photo_row(codes[product.code], photo)
            for product in products
            for photo in product.photos
        ],
    )
    return Inserted(codes, made)


def insert_variants(
    wanted: Sequence[tuple[int, Any, Sequence[str], NewVariant]],
) -> dict[str, int]:
    """Insert variants of (product_id, product, axes) with their barcodes; return ids by SKU."""
    if not wanted:
        return {}
    rows = []
    for product_id, product, axes, variant in wanted:
        label = label_of(variant.options, axes)
        rows.append(
            {
                "product_id": product_id,
                "sku": variant.sku,
                "label": label,
                "options": {axis: variant.options[axis] for axis in axes},
                "cell": cell_of(variant.options, axes),
                "price_minor": variant.price_minor,
                "cost_minor": variant.cost_minor,
                "weight_grams": variant.weight_grams,
                "per": variant.per,
                "search": variant_search(product, variant.sku, label, variant.barcodes),
            }
        )
    _write(_INSERT_VARIANTS, rows)
    keys = _pairs(_VARIANT_KEYS, skus=[variant.sku for _id, _product, _axes, variant in wanted])
    _write(
        _INSERT_BARCODES,
        [
            {"variant_id": keys[variant.sku], "code": code, "kind": kind_of(code)}
            for _id, _product, _axes, variant in wanted
            for code in variant.barcodes
        ],
    )
    publish(PricesChanged(variant_ids=sorted(keys.values())))
    return keys


def insert_photos(product_id: int, photos: Sequence[NewPhoto]) -> None:
    """Insert pictures of one product."""
    _write(_INSERT_PHOTOS, [_photo_row(product_id, photo) for photo in photos])


def _photo_row(product_id: int, photo: NewPhoto) -> dict[str, Any]:
    return {
        "product_id": product_id,
        "file": photo.file,
        "remote_url": photo.remote_url,
        "colour": photo.colour,
        "alt": photo.alt,
        "width": photo.width,
        "height": photo.height,
        "position": photo.position,
    }


def _product_row(product: NewProduct) -> dict[str, Any]:
    barcodes = [code for variant in product.variants for code in variant.barcodes]
    row: dict[str, Any] = {
        "code": product.code,
        "name": product.name,
        "status": product.status,
        "brand": product.brand,
        "category": product.category,
        "tax_class_id": product.tax_class_id,
        "description": product.description,
        "is_gift_card": product.is_gift_card,
        "gift_card_months": product.gift_card_months,
        "search": product_search(product, [one.sku for one in product.variants], barcodes),
    }
    if product.created_at is not None:
        row["created_at"] = product.created_at
    return row


def _pairs(statement: Any, **wanted: list[str]) -> dict[str, int]:
    return {name: key for name, key in session.execute(statement, wanted)}  # noqa: C416 - no dict


def _write(statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)


_RENEW_VARIANT = (
    update(Variant.__table__)  # type: ignore[arg-type]
    .where(Variant.__table__.c.id == bindparam("key"))
    .values(search=bindparam("text"))
)


def touch_variants(product_id: int) -> None:
    """Let who reads changes be told of a product's variants, after a change of what they show."""
    session.execute(
        update(Variant)
        .where(Variant.product_id == product_id)
        .values(updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def tell_offer_changed(product_ids: Sequence[int]) -> None:
    """Announce that the variants of products came on sale or off it."""
    session.flush()
    found = select(Variant.id).where(Variant.product_id.in_(product_ids)).order_by(Variant.id)
    publish(PricesChanged(variant_ids=session.scalars(found).all()))


def renew_search(product_id: int) -> None:
    """Write anew by what a product and its variants are found, after a change of either."""
    session.flush()
    product = session.get_one(Product, product_id)
    rows = session.execute(
        select(Variant.id, Variant.sku, Variant.label)
        .where(Variant.product_id == product_id)
        .order_by(Variant.id)
    ).all()
    codes: dict[int, list[str]] = {row.id: [] for row in rows}
    for variant_id, code in session.execute(
        select(Barcode.variant_id, Barcode.code)
        .where(Barcode.variant_id.in_(codes))
        .order_by(Barcode.id)
    ):
        codes[variant_id].append(code)
    product.search = product_search(
        product, [row.sku for row in rows], [code for some in codes.values() for code in some]
    )
    if rows:
        session.execute(
            _RENEW_VARIANT,
            [
                {
                    "key": row.id,
                    "text": variant_search(product, row.sku, row.label, codes[row.id]),
                }
                for row in rows
            ],
        )
    session.flush()
