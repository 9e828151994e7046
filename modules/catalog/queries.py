"""Questions about products and variants. Nothing here changes a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import (
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.module import Found
from app.search import contains
from modules.catalog.barcodes import readings
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
from modules.catalog.photo_files import photo_address

ARCHIVED = "archived"


# --- what is sold ----------------------------------------------------------------------------


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


_status = case(
    (or_(Variant.archived_at.is_not(None), Product.archived_at.is_not(None)), literal(ARCHIVED)),
    else_=type_coerce(Product.status, String),
)
_for_sale = select(
    Variant.id,
    Variant.sku,
    Product.name,
    Variant.label,
    Variant.product_id,
    Variant.price_minor,
    Variant.cost_minor,
    Product.tax_class_id,
    Variant.per,
    Variant.weight_grams,
    _status.label("status"),
).join(Product, Product.id == Variant.product_id)
_BY_SKU = _for_sale.where(Variant.sku.in_(bindparam("skus", expanding=True)))
_BY_ID = _for_sale.where(Variant.id.in_(bindparam("ids", expanding=True)))


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


# --- a product and all that belongs to it ----------------------------------------------------


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
    barcodes: list[Barcode]
    photos: list[Photo]
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
    barcodes: dict[int, list[Barcode]] = {}
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
    for barcode in session.scalars(
        select(Barcode)
        .join(Variant, Variant.id == Barcode.variant_id)
        .where(Variant.product_id.in_(ids))
        .order_by(Barcode.id)
    ):
        barcodes.setdefault(barcode.variant_id, []).append(barcode)
    for row in session.scalars(
        select(Variant).where(Variant.product_id.in_(ids)).order_by(Variant.id)
    ):
        variants[row.product_id].append(
            _variant_card(row, known[row.product_id], barcodes, photos[row.product_id])
        )
    cards = []
    for product in products:
        ordered = sorted(variants[product.id], key=partial(_place, axes=axes[product.id]))
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


def _variant_card(
    row: Variant, product: Product, barcodes: dict[int, list[Barcode]], photos: Sequence[Photo]
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
        barcodes=barcodes.get(row.id, []),
        photos=photos_showing(photos, row.options),
        product_code=product.code,
        product_name=product.name,
    )


def _place(variant: VariantCard, *, axes: Sequence[Axis]) -> list[int]:
    places = [{value: at for at, value in enumerate(axis.values)} for axis in axes]
    return [
        known.get(variant.options.get(axis.name, ""), len(known))
        for axis, known in zip(axes, places, strict=True)
    ]


def photos_showing(photos: Sequence[Photo], options: dict[str, Any]) -> list[Photo]:
    """Return the pictures of a variant: those of its colour, else those of the whole product."""
    values = set(options.values())
    own = [one for one in photos if one.colour is not None and one.colour in values]
    return own or [one for one in photos if one.colour is None]


# --- the grid --------------------------------------------------------------------------------

_SIZE_NAMES = {"size", "sizes", "rozmiar", "rozmiary", "größe", "grosse", "talla", "méret"}
COLOUR_NAMES = {"colour", "color", "colours", "kolor", "kolory", "farbe", "szín", "culoare"}


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """One row of the grid: a cell per size, None where the variant was never made."""

    label: str
    swatch: str
    photo: str | None
    cells: list[VariantCard | None]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The size x colour grid of a product; what is not a size goes into the rows."""

    axis: str
    """The name of the axis across: "size"; "" where there is none."""
    sizes: list[str]
    rows: list[GridLine]


def grid_of(card: ProductCard) -> Grid:
    """Return the variants of a product as a grid of two directions."""
    across = _across(card.axes)
    down = [axis for axis in card.axes if axis is not across]
    sizes = across.values if across else [""]
    used = dict.fromkeys(sizes, False)
    lines: dict[str, dict[str, VariantCard]] = {}
    for variant in card.variants:
        label = " · ".join(variant.options.get(axis.name, "") for axis in down)
        size = variant.options.get(across.name, "") if across else ""
        lines.setdefault(label, {})[size] = variant
        used[size] = True
    shown = [size for size in used if used[size]]
    rows = []
    for label, cells in lines.items():
        first = next(iter(cells.values()))
        rows.append(
            GridLine(
                label=label,
                swatch=_swatch(down, first),
                photo=next((photo_address(one.file) for one in first.photos if one.file), None),
                cells=[cells.get(size) for size in shown],
            )
        )
    return Grid(axis=across.name if across else "", sizes=shown, rows=rows)


def _across(axes: Sequence[Axis]) -> Axis | None:
    for axis in axes:
        if axis.name.casefold() in _SIZE_NAMES:
            return axis
    others = [axis for axis in axes if axis.name.casefold() not in COLOUR_NAMES]
    return others[-1] if others else None


def _swatch(axes: Sequence[Axis], variant: VariantCard) -> str:
    for axis in axes:
        value = variant.options.get(axis.name, "")
        if axis.name.casefold() in COLOUR_NAMES:
            return axis.swatches.get(value, value)
    return ""


# --- lists -----------------------------------------------------------------------------------


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


def list_products(
    *,
    q: str = "",
    status: str = "",
    brand: str = "",
    category: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[ListedProduct]:
    """
    Return products by name, in three statements whatever their number.

    `q` finds fragments of name, code, brand, SKU and barcode; without `status` all that are not
    archived.
    """
    found = select(
        Product.id,
        Product.code,
        Product.name,
        Product.status,
        Product.brand,
        Product.category,
        Product.archived_at,
    )
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
    if after is not None:
        found = found.where(tuple_(Product.name, Product.id) > tuple_(*after))
    rows = session.execute(found.order_by(Product.name, Product.id).limit(limit)).all()
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
        )
        for row in rows
    ]


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
    found = found.where(Product.updated_at > updated_after)
    if after is not None:
        found = found.where(tuple_(Product.updated_at, Product.id) > tuple_(*after))
    return session.scalars(found.order_by(Product.updated_at, Product.id).limit(limit)).all()


def first_photos(product_ids: Sequence[int]) -> dict[int, str]:
    """Return the address of the first picture of each product that has one."""
    files: dict[int, str] = {}
    for product_id, file in session.execute(
        select(Photo.product_id, Photo.file)
        .where(Photo.product_id.in_(product_ids), Photo.file.is_not(None))
        .order_by(Photo.position, Photo.id)
    ):
        files.setdefault(product_id, photo_address(file) or "")
    return files


def photo_urls(variant_ids: Iterable[int]) -> dict[int, str | None]:
    """Return the address of a small picture of each variant, in one statement."""
    wanted = sorted(set(variant_ids))
    urls: dict[int, str | None] = dict.fromkeys(wanted)
    if not wanted:
        return urls
    rows = session.execute(
        select(Variant.id, Variant.options, Photo.colour, Photo.file)
        .join(
            Photo,
            and_(Photo.product_id == Variant.product_id, Photo.file.is_not(None)),
        )
        .where(Variant.id.in_(wanted))
        .order_by(Photo.position, Photo.id)
    )
    fits: dict[int, int] = {}
    for variant_id, options, colour, file in rows:
        # The picture of its colour, else of the whole product, else of any other colour.
        fit = 3 if colour in options.values() else 2 if colour is None else 1
        if fit > fits.get(variant_id, 0):
            fits[variant_id] = fit
            urls[variant_id] = photo_address(file)
    return urls


def list_variants(
    *,
    q: str = "",
    skus: Sequence[str] = (),
    gtin: str = "",
    after: str | None = None,
    limit: int = 50,
) -> list[VariantCard]:
    """Return variants by SKU: those named, the one with the barcode, or all that `q` finds."""
    found = select(Variant).where(Variant.archived_at.is_(None))
    if skus:
        found = found.where(Variant.sku.in_(skus))
    if gtin:
        found = found.where(
            Variant.id.in_(select(Barcode.variant_id).where(Barcode.code.in_(readings(gtin))))
        )
    if q:
        found = found.where(contains(Variant, q))
    if after is not None:
        found = found.where(Variant.sku > after)
    rows = session.scalars(found.order_by(Variant.sku).limit(limit)).all()
    barcodes: dict[int, list[Barcode]] = {}
    for barcode in session.scalars(
        select(Barcode).where(Barcode.variant_id.in_([row.id for row in rows])).order_by(Barcode.id)
    ):
        barcodes.setdefault(barcode.variant_id, []).append(barcode)
    photos: dict[int, list[Photo]] = {}
    for photo in session.scalars(
        select(Photo)
        .where(Photo.product_id.in_({row.product_id for row in rows}))
        .order_by(Photo.position, Photo.id)
    ):
        photos.setdefault(photo.product_id, []).append(photo)
    products = {
        product.id: product
        for product in session.scalars(
            select(Product).where(Product.id.in_({row.product_id for row in rows}))
        )
    }
    return [
        _variant_card(row, products[row.product_id], barcodes, photos.get(row.product_id, []))
        for row in rows
    ]


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


def search_everything(words: str) -> list[Found]:
    """Return what `/` finds here: the variant that a whole code means, else products."""
    exact = [
        Found(
            kind=_("Products"),
            title=f"{one.product_name} · {one.label}" if one.label else one.product_name,
            detail=one.sku,
            url=f"/catalog/products/{quote(one.product_code, safe='')}"
            f"?sku={quote(one.sku, safe='')}",
            icon="shirt",
        )
        for one in find_variants(words, limit=8, exact_only=True)
    ]
    return exact or [
        Found(
            kind=_("Products"),
            title=one.name,
            detail=" · ".join(part for part in (one.code, one.brand) if part),
            url=f"/catalog/products/{quote(one.code, safe='')}",
            icon="shirt",
        )
        for one in list_products(q=words, limit=8)
    ]
