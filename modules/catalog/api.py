"""The catalogue for programs: products with their grid, variants by code, photos."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.access import scope
from app.api import (
    Out,
    api_blueprint,
    etag,
    expected_version,
    pack_cursor,
    unpack_cursor,
    writes,
)
from app.bodies import may_repeat
from app.errors import InvalidInput
from app.i18n import _
from modules import organization
from modules.catalog import operations, queries
from modules.catalog.bulk import NewOption, NewVariant
from modules.catalog.checks import check_gtins
from modules.catalog.errors import UnknownVariant
from modules.catalog.folders import photos_folder
from modules.catalog.lowest import lowest_of
from modules.catalog.models import Photo
from modules.catalog.photo_files import BIGGEST_FILE, StoredPhoto, photo_address, store_photo
from modules.catalog.queries import ProductCard, VariantCard
from modules.catalog.shapes import (
    PriceIn,
    ProductChangeIn,
    ProductIn,
    ProductsIn,
    VariantsIn,
)

READ, WRITE = "catalog:read", "catalog:write"
api = api_blueprint("catalog", __name__, title="Catalogue")


class PhotoOut(Out):
    id: str
    url: str
    colour: str | None
    width: int | None
    height: int | None


class OptionOut(Out):
    name: str
    values: list[str]


class VariantOut(Out):
    id: str
    sku: str
    gtins: list[str]
    barcodes: list[str]
    options: dict[str, str]
    label: str
    price_minor: int
    lowest_30_days_minor: int | None
    cost_minor: int | None
    weight_grams: int | None
    photos: list[PhotoOut]


class FoundVariantOut(VariantOut):
    product: str
    name: str
    archived: bool
    updated_at: datetime


class ProductOut(Out):
    id: str
    code: str
    name: str
    status: str
    brand: str | None
    category: str | None
    description: str | None
    tax_class: str
    tax_rate_bp: int
    is_gift_card: bool
    gift_card_months: int | None
    currency: str
    options: list[OptionOut]
    variants: list[VariantOut]
    photos: list[PhotoOut]
    version: int
    created_at: datetime
    updated_at: datetime


class ProductsOut(Out):
    items: list[ProductOut]
    next_cursor: str | None


class VariantsOut(Out):
    items: list[FoundVariantOut]
    next_cursor: str | None


@api.post("/products")
@api.input(ProductIn, arg_name="body")
@api.output(ProductOut, status_code=201)
@scope(WRITE)
@writes
def create_product(body: ProductIn) -> tuple[ProductOut, int, dict[str, str]]:
    """Put a product into the catalogue, with the variants that exist of it."""
    check_gtins([one.gtins for one in body.variants])
    product = operations.create_product(
        code=body.code,
        name=body.name,
        status=body.status,
        brand=body.brand,
        category=body.category,
        description=body.description,
        tax_rate_bp=body.tax_rate_bp,
        tax_class=body.tax_class,
        is_gift_card=body.is_gift_card,
        gift_card_months=body.gift_card_months,
        options=[NewOption(name=one.name, values=one.values) for one in body.options],
        variants=[
            NewVariant(
                sku=one.sku,
                price_minor=one.price_minor,
                options=dict(one.options),
                barcodes=one.gtins,
                cost_minor=one.cost_minor,
                weight_grams=one.weight_grams,
            )
            for one in body.variants
        ],
    )
    location = {"Location": url_for("catalog_api.get_product", code=product.code)}
    return _shown(queries.cards_of([product]))[0], 201, etag(product.version) | location


@api.get("/products/<code>")
@api.output(ProductOut)
@scope(READ)
def get_product(code: str) -> tuple[ProductOut, int, dict[str, str]]:
    """Return one product with its grid."""
    card = queries.product_card(code)
    return _shown([card])[0], 200, etag(card.product.version)


@api.patch("/products/<code>")
@api.input(ProductChangeIn, arg_name="body")
@api.output(ProductOut)
@scope(WRITE)
@writes
def change_product(code: str, body: ProductChangeIn) -> tuple[ProductOut, int, dict[str, str]]:
    """Change facts of a product, and prices and costs of its variants; "" empties a text."""
    product = operations.update_product(
        code=code,
        version=expected_version(),
        name=body.name,
        status=body.status,
        brand=body.brand,
        category=body.category,
        description=body.description,
        tax_class=body.tax_class,
        is_gift_card=body.is_gift_card,
        gift_card_months=body.gift_card_months,
    )
    if body.variants:
        _set_prices(code, body.variants)
    return _shown(queries.cards_of([product]))[0], 200, etag(product.version)


def _set_prices(code: str, wanted: list[PriceIn]) -> None:
    try:
        operations.set_prices(
            code=code,
            prices={one.sku: one.price_minor for one in wanted if one.price_minor is not None},
            costs={one.sku: one.cost_minor for one in wanted if one.cost_minor is not None},
        )
    except UnknownVariant as unknown:
        place = next(at for at, one in enumerate(wanted) if one.sku == unknown.sku)
        raise InvalidInput(str(unknown), pointer=f"/variants/{place}/sku") from None


@api.get("/products")
@api.input(ProductsIn, location="query", arg_name="query")
@api.output(ProductsOut)
@scope(READ)
def list_products(query: ProductsIn) -> ProductsOut:
    """List products; `q` finds fragments of name, code, brand, SKU and barcode."""
    after = None
    if query.cursor:
        moment, key = unpack_cursor(query.cursor, datetime, int)
        after = (moment, key)
    found = queries.page_of_products(
        q=query.q,
        status=query.status,
        updated_after=query.updated_after,
        after=after,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    return ProductsOut(
        items=_shown(queries.cards_of(page), query.channel),
        next_cursor=pack_cursor(page[-1].updated_at, page[-1].id) if more else None,
    )


@api.get("/variants")
@api.input(VariantsIn, location="query", arg_name="query")
@api.output(VariantsOut)
@scope(READ)
@may_repeat("sku")
def list_variants(query: VariantsIn) -> VariantsOut:
    """
    List variants: by one or more `sku`, by `gtin` (any barcode), or by fragments `q`.

    With `updated_after` by their last change, the archived ones too.
    """
    by_change = query.updated_after is not None
    after: Any = None
    if query.cursor:
        after = unpack_cursor(query.cursor, *((datetime, int) if by_change else (str,)))
    found = queries.list_variants(
        q=query.q,
        skus=request.args.getlist("sku"),
        gtin=query.gtin,
        updated_after=query.updated_after,
        after=after,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    cursor, lowest = None, lowest_of([one.id for one in page], query.channel)
    if len(found) > query.limit:
        last = page[-1]
        cursor = pack_cursor(*((last.updated_at, last.id) if by_change else (last.sku,)))
    return VariantsOut(
        items=[
            FoundVariantOut.model_construct(
                **_variant(one, lowest),
                product=one.product_code,
                name=one.product_name,
                archived=one.archived_at is not None,
                updated_at=one.updated_at,
            )
            for one in page
        ],
        next_cursor=cursor,
    )


@api.post("/products/<code>/photos")
@api.output(PhotoOut, status_code=201)
@scope(WRITE)
def add_photo(code: str) -> Any:
    """Show a picture with a product: multipart, `file` and optionally `colour`."""
    request.max_content_length = BIGGEST_FILE + 64 * 1024
    sent = next(iter(request.files.values()), None)
    if sent is None:
        raise InvalidInput(_("Send the picture as multipart field `file`."), pointer="/file")
    queries.get_product(code)
    # Decoding takes time: it is done before the unit of work begins.
    stored = store_photo(sent.stream, photos_folder())
    return _add_photo(code, stored, request.form.get("colour", "").strip() or None)


@writes
def _add_photo(code: str, stored: StoredPhoto, colour: str | None) -> tuple[PhotoOut, int]:
    photo = operations.add_photo(
        code=code,
        file=stored.file,
        width=stored.width,
        height=stored.height,
        colour=colour,
    )
    return _photo(photo), 201


def _shown(cards: list[ProductCard], channel: str = "") -> list[ProductOut]:
    if not cards:
        return []
    classes = {one.id: one.code for one in organization.list_tax_classes()}
    rates = organization.rates_on(organization.today())
    currency = organization.get_company().currency
    lowest = lowest_of([one.id for card in cards for one in card.variants], channel)
    return [
        ProductOut(
            id=str(card.product.id),
            code=card.product.code,
            name=card.product.name,
            status=queries.ARCHIVED if card.product.archived_at else card.product.status.value,
            brand=card.product.brand,
            category=card.product.category,
            description=card.product.description,
            tax_class=classes[card.product.tax_class_id],
            tax_rate_bp=rates.get(card.product.tax_class_id, 0),
            is_gift_card=card.product.is_gift_card,
            gift_card_months=card.product.gift_card_months,
            currency=currency,
            options=[OptionOut(name=axis.name, values=axis.values) for axis in card.axes],
            variants=[VariantOut.model_construct(**_variant(one, lowest)) for one in card.variants],
            photos=[_photo(one) for one in card.photos if one.file],
            version=card.product.version,
            created_at=card.product.created_at,
            updated_at=card.product.updated_at,
        )
        for card in cards
    ]


def _variant(one: VariantCard, lowest: Mapping[int, int]) -> dict[str, Any]:
    # Our own values, by the hundred: their models are put together without a check.
    return {
        "id": str(one.id),
        "sku": one.sku,
        "gtins": one.gtins,
        "barcodes": [barcode.code for barcode in one.barcodes],
        "options": one.options,
        "label": one.label,
        "price_minor": one.price_minor,
        "lowest_30_days_minor": lowest.get(one.id),
        "cost_minor": one.cost_minor,
        "weight_grams": one.weight_grams,
        "photos": [_photo(photo) for photo in one.photos if photo.file],
    }


def _photo(one: Photo) -> PhotoOut:
    return PhotoOut(
        id=str(one.id),
        url=photo_address(one.file, "l") or "",
        colour=one.colour,
        width=one.width,
        height=one.height,
    )
