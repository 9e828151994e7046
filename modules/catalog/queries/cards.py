"""A product and all that belongs to it, read in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from app.db import session
from modules.catalog.models import (
    Barcode,
    BarcodeKind,
    OptionValue,
    Photo,
    Product,
    ProductOption,
    Variant,
)
from modules.catalog.queries.sale import get_product


@dataclass(frozen=True, kw_only=True)
class Axis:
    """An option of a product and its values, in their order; `swatches` by value."""

    id: int
    name: str
    values: list[str]
    swatches: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VariantCard:
    """A variant with its barcodes and the pictures that show it."""

    id: int
    sku: str
    label: str
    options: dict[str, str]
    price_minor: int
    cost_minor: int | None
    weight_grams: int | None
    per: int
    archived_at: datetime | None
    barcodes: Sequence[Any]
    """Each with its `id`, `code` and `kind`."""
    photos: list[Photo]
    updated_at: datetime
    product_code: str = ""
    product_name: str = ""

    @property
    def gtins(self) -> list[str]:
        return [one.code for one in self.barcodes if one.kind is BarcodeKind.GTIN]


@dataclass(frozen=True, kw_only=True)
class ProductCard:
    """A product with its axes, variants and photos."""

    product: Product
    axes: list[Axis]
    variants: list[VariantCard]
    """Without the archived ones; in the order of the axes' values."""
    photos: list[Photo]
    archived: list[VariantCard]


BARCODES = select(Barcode.id, Barcode.variant_id, Barcode.code, Barcode.kind)
VARIANTS = select(
    Variant.id,
    Variant.product_id,
    Variant.sku,
    Variant.label,
    Variant.options,
    Variant.price_minor,
    Variant.cost_minor,
    Variant.weight_grams,
    Variant.per,
    Variant.archived_at,
    Variant.updated_at,
)


def product_card(code: str) -> ProductCard:
    """
    Return a product with all that belongs to it, in a fixed number of statements.

    :raises NotFound: there is none with that code
    """
    return cards_of([get_product(code)])[0]


def cards_of(products: Sequence[Product]) -> list[ProductCard]:
    """Return several products with all that belongs to them, in five statements."""
    ids = [product.id for product in products]
    if not ids:
        return []
    axes: dict[int, list[Axis]] = {one: [] for one in ids}
    variants: dict[int, list[VariantCard]] = {one: [] for one in ids}
    photos: dict[int, list[Photo]] = {one: [] for one in ids}
    barcodes: dict[int, list[Any]] = {}
    by_option: dict[int, Axis] = {}
    known = {product.id: product for product in products}

    for option in session.scalars(
        select(ProductOption)
        .where(ProductOption.product_id.in_(ids))
        .order_by(ProductOption.position, ProductOption.id)
    ):
        axis = by_option[option.id] = Axis(id=option.id, name=option.name, values=[])
        axes[option.product_id].append(axis)
    for value in session.scalars(
        select(OptionValue)
        .join(ProductOption, ProductOption.id == OptionValue.option_id)
        .where(ProductOption.product_id.in_(ids))
        .order_by(OptionValue.position, OptionValue.id)
    ):
        by_option[value.option_id].values.append(value.value)
        if value.swatch:
            by_option[value.option_id].swatches[value.value] = value.swatch
    for photo in session.scalars(
        select(Photo).where(Photo.product_id.in_(ids)).order_by(Photo.position, Photo.id)
    ):
        photos[photo.product_id].append(photo)
    # A page of products has variants by the hundred: what is no entity costs a third.
    for barcode in session.execute(
        BARCODES.join(Variant, Variant.id == Barcode.variant_id)
        .where(Variant.product_id.in_(ids))
        .order_by(Barcode.id)
    ):
        barcodes.setdefault(barcode.variant_id, []).append(barcode)
    for row in session.execute(VARIANTS.where(Variant.product_id.in_(ids)).order_by(Variant.id)):
        variants[row.product_id].append(
            variant_card(row, known[row.product_id], barcodes, photos[row.product_id])
        )
    cards = []
    for product in products:
        places = [
            (axis.name, {value: at for at, value in enumerate(axis.values)})
            for axis in axes[product.id]
        ]
        ordered = sorted(variants[product.id], key=partial(_place, places=places))
        cards.append(
            ProductCard(
                product=product,
                axes=axes[product.id],
                variants=[one for one in ordered if one.archived_at is None],
                archived=[one for one in ordered if one.archived_at is not None],
                photos=photos[product.id],
            )
        )
    return cards


def variant_card(
    row: Any, product: Any, barcodes: Mapping[int, Sequence[Any]], photos: Sequence[Photo]
) -> VariantCard:
    return VariantCard(
        id=row.id,
        sku=row.sku,
        label=row.label,
        options=row.options,
        price_minor=row.price_minor,
        cost_minor=row.cost_minor,
        weight_grams=row.weight_grams,
        per=row.per,
        archived_at=row.archived_at,
        updated_at=row.updated_at,
        barcodes=barcodes.get(row.id, []),
        photos=photos_showing(photos, row.options),
        product_code=product.code,
        product_name=product.name,
    )


def _place(variant: VariantCard, *, places: Sequence[tuple[str, dict[str, int]]]) -> list[int]:
    return [known.get(variant.options.get(name, ""), len(known)) for name, known in places]


def photos_showing(photos: Sequence[Photo], options: dict[str, Any]) -> list[Photo]:
    """Return the pictures of a variant: those of its colour, else those of the whole product."""
    values = set(options.values())
    own = [one for one in photos if one.colour is not None and one.colour in values]
    return own or [one for one in photos if one.colour is None]
