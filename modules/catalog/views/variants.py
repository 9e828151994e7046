"""Prices on the grid, more variants, and barcodes."""

from flask import request, url_for

from app.access import requires
from app.db import transact
from app.errors import RuleViolation, StaleEdit
from app.fields import COST, sees
from app.i18n import _, ngettext
from app.look import GridCell, GridRow, toast
from app.money import parse_money
from app.web import go_to, posted_version, render
from modules.catalog import operations, queries
from modules.catalog.bulk import cell_of
from modules.catalog.forms import BarcodeForm
from modules.catalog.labels import axis_word
from modules.catalog.proposals import MOST_CELLS, ProposedCell, propose_cells, split_values
from modules.catalog.queries import ProductCard
from modules.catalog.views.blueprint import (
    EDIT,
    Answer,
    blueprint,
    currency,
    plain_amount,
)
from modules.catalog.views.product import show_product
from modules.catalog.views.products import cells_from_form, variants_of

WHAT = ("price", "cost")


@blueprint.get("/products/<code>/prices")
@requires(EDIT)
def edit_prices(code: str) -> Answer:
    what = request.args.get("what", "")
    return _show_prices(queries.product_card(code), what if what in _shown() else "price")


def _shown() -> tuple[str, ...]:
    """Return which amounts the person sees, and so may change."""
    return WHAT if sees(COST) else WHAT[:1]


@blueprint.post("/products/<code>/prices")
@requires(EDIT)
def save_prices(code: str) -> Answer:
    card = queries.product_card(code)
    what = request.form.get("what", "")
    what = what if what in _shown() else "price"
    typed = {
        one.sku: request.form[f"{what}-{one.id}"].strip()
        for one in card.variants
        if f"{what}-{one.id}" in request.form
    }
    code_of_currency = currency()
    amounts: dict[str, int | None] = {}
    wrong: list[str] = []
    for sku, text in typed.items():
        if not text and what == "cost":
            amounts[sku] = None
            continue
        try:
            amounts[sku] = parse_money(text, code_of_currency)
        except ValueError:
            wrong.append(sku)
        else:
            if not 0 <= (amounts[sku] or 0) <= 10**13:
                wrong.append(sku)
    if wrong:
        error = ngettext(
            "Nothing is saved yet: the amount of %(skus)s cannot be read.",
            "Nothing is saved yet: the amounts of %(skus)s cannot be read.",
            len(wrong),
            skus=", ".join(wrong[:5]),
        )
        return _show_prices(card, what, typed=typed, error=error, status=422)
    prices = {sku: minor for sku, minor in amounts.items() if minor is not None}
    try:
        transact(
            lambda: operations.set_prices(
                code=code,
                version=posted_version(),
                prices=prices if what == "price" else None,
                costs=amounts if what == "cost" else None,
            )
        )
    except RuleViolation as refused:
        status = 409 if isinstance(refused, StaleEdit) else 422
        fresh = queries.product_card(code)
        return _show_prices(fresh, what, typed=typed, error=str(refused), status=status)
    toast(_("Prices of %(name)s are saved.", name=card.product.name))
    return go_to(url_for(".product", code=code, view="price"))


def _show_prices(
    card: ProductCard,
    what: str,
    *,
    typed: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> Answer:
    code = currency()
    grid = queries.grid_of(card)
    rows = [
        GridRow(
            label=line.label or card.product.name,
            swatch=line.swatch,
            photo=line.photo or "",
            cells=[
                None
                if variant is None
                else GridCell(
                    sku=variant.sku,
                    size=size,
                    name=f"{what}-{variant.id}",
                    value=(typed or {}).get(
                        variant.sku,
                        plain_amount(
                            variant.price_minor if what == "price" else variant.cost_minor, code
                        ),
                    ),
                )
                for size, variant in zip(grid.sizes, line.cells, strict=True)
            ],
        )
        for line in grid.rows
    ]
    return render(
        "catalog/prices.html",
        status=status,
        product=card.product,
        grid=grid,
        rows=rows,
        what=what,
        shown=_shown(),
        error=error,
        currency=code,
        axis_word=axis_word,
    )


# --- more variants ---------------------------------------------------------------------------


@blueprint.get("/products/<code>/variants/new")
@requires(EDIT)
def new_variants(code: str) -> Answer:
    card = queries.product_card(code)
    return _show_variants(card, _missing(card, {}))


@blueprint.post("/products/<code>/variants")
@requires(EDIT)
def add_variants(code: str) -> Answer:
    card = queries.product_card(code)
    added = {
        axis.name: split_values(request.form.get(f"new-{at}", "")[:1000])
        for at, axis in enumerate(card.axes)
    }
    if request.form.get("step") == "grid":
        return _show_variants(card, _missing(card, added), added=added)
    cells = cells_from_form()
    try:
        variants = variants_of([cell for cell in cells if cell.wanted])
        transact(
            lambda: operations.add_variants(code=code, version=posted_version(), variants=variants)
        )
    except RuleViolation as refused:
        status = 409 if isinstance(refused, StaleEdit) else 422
        fresh = queries.product_card(code)
        return _show_variants(fresh, cells, added=added, error=str(refused), status=status)
    toast(ngettext("%(num)s variant was added.", "%(num)s variants were added.", len(variants)))
    return go_to(url_for(".product", code=code))


def _missing(card: ProductCard, added: dict[str, list[str]]) -> list[ProposedCell]:
    names = [axis.name for axis in card.axes]
    present = {cell_of(one.options, names) for one in [*card.variants, *card.archived]}
    axes = [
        (axis.name, [*axis.values, *(v for v in added.get(axis.name, []) if v not in axis.values)])
        for axis in card.axes
    ]
    fresh = {
        value
        for axis in card.axes
        for value in added.get(axis.name, [])
        if value not in axis.values
    }
    price = plain_amount(card.variants[0].price_minor, currency()) if card.variants else ""
    return propose_cells(card.product.code, axes, present=present, ticked=fresh, price=price)


def _show_variants(
    card: ProductCard,
    cells: list[ProposedCell],
    *,
    added: dict[str, list[str]] | None = None,
    error: str = "",
    status: int = 200,
) -> Answer:
    return render(
        "catalog/variants_new.html",
        status=status,
        card=card,
        product=card.product,
        cells=cells,
        added=added or {},
        error=error,
        is_cut=len(cells) == MOST_CELLS,
        currency=currency(),
        axis_word=axis_word,
    )


# --- barcodes --------------------------------------------------------------------------------


@blueprint.post("/products/<code>/barcodes")
@requires(EDIT)
def add_barcode(code: str) -> Answer:
    form = BarcodeForm()
    if form.carry_out(operations.add_barcode):
        toast(_("%(barcode)s means %(sku)s now.", barcode=form.done.code, sku=form.sku.data))
        return go_to(url_for(".product", code=code, sku=form.sku.data, _anchor="variant"))
    return show_product(queries.product_card(code), status=422, barcode_form=form)


@blueprint.post("/products/<code>/barcodes/removal")
@requires(EDIT)
def remove_barcode(code: str) -> Answer:
    sku, barcode = request.form.get("sku", ""), request.form.get("barcode", "")
    transact(lambda: operations.remove_barcode(sku=sku, barcode=barcode))
    toast(_("%(barcode)s means nothing any more.", barcode=barcode))
    return go_to(url_for(".product", code=code, sku=sku, _anchor="variant"))
