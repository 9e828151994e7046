"""What the catalogue holds of all that a part of a file speaks of, read in a few questions."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select

from app.db import session
from modules.catalog.barcodes import readings
from modules.catalog.importing.fields import full_length, made_sku
from modules.catalog.importing.shapes import LONGEST, Known, KnownProduct, KnownVariant
from modules.catalog.importing.source import SourceRow
from modules.catalog.models import Barcode, OptionValue, Photo, Product, ProductOption, Variant

_PRODUCTS = select(Product).where(Product.code.in_(bindparam("codes", expanding=True)))
_AXES = (
    select(ProductOption.product_id, ProductOption.name, OptionValue.value)
    .outerjoin(OptionValue, OptionValue.option_id == ProductOption.id)
    .where(ProductOption.product_id.in_(bindparam("ids", expanding=True)))
    .order_by(ProductOption.position, OptionValue.position, OptionValue.id)
)
_ADDRESSES = select(Photo.product_id, Photo.remote_url).where(
    Photo.product_id.in_(bindparam("ids", expanding=True))
)
_VARIANTS = (
    select(
        Variant.id,
        Variant.sku,
        Product.code,
        Variant.product_id,
        Variant.cell,
        Variant.price_minor,
        Variant.cost_minor,
        Variant.weight_grams,
        Variant.archived_at,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(
        or_(
            Variant.sku.in_(bindparam("skus", expanding=True)),
            Variant.product_id.in_(bindparam("ids", expanding=True)),
        )
    )
)
_CARRIERS = (
    select(Barcode.code, Variant.sku)
    .join(Variant, Variant.id == Barcode.variant_id)
    .where(Barcode.code.in_(bindparam("codes", expanding=True)))
)
_HIGHEST_POSITION = (
    select(Photo.product_id, func.max(Photo.position))
    .where(Photo.product_id.in_(bindparam("ids", expanding=True)))
    .group_by(Photo.product_id)
)


def add_known(known: Known, groups: Sequence[Sequence[SourceRow]]) -> None:
    """Read what is there of these products; what `known` holds already is left as it is."""
    codes = [group[0].record for group in groups]
    found = session.scalars(_PRODUCTS, {"codes": codes}).all()
    ids = [product.id for product in found]
    products: dict[int, KnownProduct] = {}
    for product in found:
        products[product.id] = known.products[product.code] = KnownProduct(
            id=product.id,
            code=product.code,
            facts={
                "name": product.name,
                "brand": product.brand,
                "category": product.category,
                "description": product.description,
            },
            archived=product.archived_at is not None,
            axes=[],
            values={},
            cells={},
            addresses=set(),
            photo_count=0,
        )
    for product_id, name, value in session.execute(_AXES, {"ids": ids}):
        one = products[product_id]
        if name not in one.values:
            one.axes.append(name)
            one.values[name] = []
        if value is not None:
            one.values[name].append(value)
    for product_id, address in session.execute(_ADDRESSES, {"ids": ids}):
        if address:
            products[product_id].addresses.add(address)
    for product_id, highest in session.execute(_HIGHEST_POSITION, {"ids": ids}):
        products[product_id].photo_count = highest + 1

    rows = [row for group in groups for row in group]
    for variant in session.execute(_VARIANTS, {"skus": _skus(rows), "ids": ids}):
        if variant.product_id in products:
            products[variant.product_id].cells[variant.cell] = variant.sku
        known.variants.setdefault(
            variant.sku,
            KnownVariant(
                id=variant.id,
                sku=variant.sku,
                product=variant.code,
                cell=variant.cell,
                price_minor=variant.price_minor,
                cost_minor=variant.cost_minor,
                weight_grams=variant.weight_grams,
                archived=variant.archived_at is not None,
            ),
        )
    barcodes = {code for row in rows for barcode in row.barcodes for code in readings(barcode)}
    for code, sku in session.execute(_CARRIERS, {"codes": sorted(barcodes)}):
        known.carriers.setdefault(full_length(code), sku)


def _skus(rows: Sequence[SourceRow]) -> list[str]:
    """Return the SKUs that these rows bring, or may be given."""
    found = set()
    for row in rows:
        if row.sku:
            found.add(row.sku)
        elif not row.is_picture_only:
            made = made_sku(row.record, [value for value in row.option_values if value], Known())
            found.add(made)
            found.update(f"{made[: LONGEST['sku'] - 4]}-{number}" for number in range(2, 6))
    return sorted(found)
