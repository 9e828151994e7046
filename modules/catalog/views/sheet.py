"""The list of products as a file: one row per variant, ready to be imported again."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, send_file

from app.access import requires
from app.fields import cost
from app.money import exponent
from modules import organization
from modules.catalog import queries
from modules.catalog.importing.verso import COLUMNS
from modules.catalog.models import Product
from modules.catalog.queries import ProductCard
from modules.catalog.sheet import written
from modules.catalog.views.blueprint import VIEW, blueprint, currency
from modules.catalog.views.products import list_filters

_PART = 100


@blueprint.get("/products.csv")
@requires(VIEW)
def export() -> Response:
    lines = _lines(list_filters(), currency())
    return send_file(
        written(lines), mimetype="text/csv", as_attachment=True, download_name="products.csv"
    )


def _lines(filters: dict[str, Any], code: str) -> Iterator[Sequence[str]]:
    classes = {one.id: one.code for one in organization.list_tax_classes()}
    yield COLUMNS
    after = None
    while page := queries.list_products(**filters, after=after, limit=_PART):
        products = {one.id: one for one in queries.products_by_id([one.id for one in page])}
        for card in queries.cards_of([products[one.id] for one in page]):
            yield from _rows(card, card.product, classes, code)
        after = (page[-1].name, page[-1].id)


def _rows(
    card: ProductCard, product: Product, classes: dict[int, str], code: str
) -> Iterator[Sequence[str]]:
    names = [axis.name for axis in card.axes]
    for variant in card.variants:
        options: list[str] = []
        for at in range(3):
            name = names[at] if at < len(names) else ""
            options += [name, variant.options.get(name, "")]
        yield [
            product.code,
            product.name,
            product.description or "",
            product.status.value,
            product.brand or "",
            product.category or "",
            classes.get(product.tax_class_id, ""),
            *options,
            variant.sku,
            " ".join(one.code for one in variant.barcodes),
            _amount(variant.price_minor, code),
            _amount(cost(variant.cost_minor), code),
            "" if variant.weight_grams is None else str(variant.weight_grams),
            "",
            "",
        ]


def _amount(minor: int | None, code: str) -> str:
    if minor is None:
        return ""
    places = exponent(code)
    if not places:
        return str(minor)
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}d}"
