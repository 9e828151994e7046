"""The page of one product: its grid, the chosen variant, photos, facts and history."""

from flask import request, url_for

from app.access import requires
from app.db import transact
from app.errors import RuleViolation, StaleEdit
from app.fields import COST, sees
from app.history_page import last_changes
from app.i18n import _
from app.look import GridCell, GridRow, number, toast
from app.web import chosen_store_id, go_to, posted_version, render
from modules import organization
from modules.catalog import operations, queries
from modules.catalog.barcodes import is_gtin
from modules.catalog.forms import BarcodeForm, PhotoForm, ProductForm
from modules.catalog.labels import axis_word
from modules.catalog.models import Product
from modules.catalog.photo_files import photo_address
from modules.catalog.queries import COLOUR_NAMES, Grid, ProductCard, VariantCard
from modules.catalog.views.blueprint import (
    EDIT,
    VIEW,
    Answer,
    Levels,
    blueprint,
    currency,
    levels_of,
    plain_amount,
    tax_choices,
    tax_word,
)


@blueprint.get("/products/<code>")
@requires(VIEW)
def product(code: str) -> Answer:
    card = queries.product_card(code)
    return show_product(card)


def show_product(
    card: ProductCard,
    *,
    status: int = 200,
    photo_form: PhotoForm | None = None,
    barcode_form: BarcodeForm | None = None,
) -> Answer:
    """Return the page, also with a refused form of one of its dialogs."""
    code = currency()
    levels = levels_of([one.id for one in card.variants])
    view = request.args.get("view", "")
    if view not in ("stock", "price", "barcodes") or (view == "stock" and levels is None):
        view = "price" if levels is None else "stock"
    grid = queries.grid_of(card)
    chosen = _chosen(card)
    prices = sorted({one.price_minor for one in card.variants})
    known = {one.cost_minor for one in card.variants if one.cost_minor is not None}
    costs = sorted(known) if sees(COST) else []
    photo_form = photo_form or PhotoForm()
    photo_form.offer(_colours(card))
    return render(
        "catalog/product.html",
        status=status,
        card=card,
        product=card.product,
        grid=grid,
        rows=grid_rows(card, grid, view=view, levels=levels, currency=code),
        view=view,
        has_levels=levels is not None,
        chosen=chosen,
        axis_word=axis_word,
        is_gtin=is_gtin,
        prices=prices,
        costs=costs,
        currency=code,
        tax=tax_word(card.product.tax_class_id),
        photos=[one for one in card.photos if one.file],
        large=_large(card, chosen),
        not_fetched=sum(1 for one in card.photos if not one.file),
        address=photo_address,
        changes=last_changes("product", card.product.id),
        photo_form=photo_form,
        barcode_form=barcode_form or BarcodeForm(sku=chosen.sku if chosen else ""),
    )


def grid_rows(
    card: ProductCard, grid: Grid, *, view: str, levels: Levels | None, currency: str
) -> list[GridRow]:
    """Return the grid as the component draws it: stock, prices or barcodes in its cells."""
    rows = []
    for line in grid.rows:
        cells: list[GridCell | None] = []
        total = 0
        for size, variant in zip(grid.sizes, line.cells, strict=True):
            if variant is None:
                cells.append(None)
                continue
            here, elsewhere, incoming = (levels or {}).get(variant.id, (0, 0, 0))
            total += here
            cells.append(
                GridCell(
                    sku=variant.sku,
                    size=size,
                    here=here,
                    # Of all stores together there is no other place.
                    elsewhere=elsewhere if chosen_store_id() else None,
                    incoming=incoming,
                    text=_text(variant, view, currency),
                    href=url_for(
                        ".product",
                        code=card.product.code,
                        view=view,
                        sku=variant.sku,
                        _anchor="variant",
                    ),
                    name=f"{view}-{variant.id}",
                )
            )
        rows.append(
            GridRow(
                label=line.label or card.product.name,
                swatch=line.swatch,
                photo=line.photo or "",
                cells=cells,
                total=number(total) if view == "stock" else "",
            )
        )
    return rows


def _text(variant: VariantCard, view: str, currency: str) -> str:
    if view == "barcodes":
        return str(len(variant.barcodes)) if variant.barcodes else ""
    return plain_amount(variant.price_minor, currency)


def _chosen(card: ProductCard) -> VariantCard | None:
    wanted = request.values.get("sku", "")
    for one in card.variants:
        if one.sku == wanted:
            return one
    return card.variants[0] if card.variants else None


def _colours(card: ProductCard) -> list[str]:
    for axis in card.axes:
        if axis.name.casefold() in COLOUR_NAMES:
            return axis.values
    return []


def _large(card: ProductCard, chosen: VariantCard | None) -> int | None:
    """Return the picture that is shown large: the one asked for, else one of the chosen colour."""
    shown = [one for one in card.photos if one.file]
    asked = request.args.get("photo", "")
    for one in shown:
        if str(one.id) == asked:
            return one.id
    of_chosen = [one for one in chosen.photos if one.file] if chosen else []
    return (of_chosen or shown)[0].id if (of_chosen or shown) else None


# --- its facts -------------------------------------------------------------------------------


@blueprint.get("/products/<code>/edit")
@requires(EDIT)
def edit_product(code: str) -> Answer:
    found = queries.get_product(code)
    form = ProductForm(
        name=found.name,
        brand=found.brand or "",
        category=found.category or "",
        status=found.status.value,
        tax_class=_tax_code(found),
        description=found.description or "",
        is_gift_card=found.is_gift_card,
        gift_card_months=found.gift_card_months,
    )
    return _show_edit(found, form)


@blueprint.post("/products/<code>")
@requires(EDIT)
def save_product(code: str) -> Answer:
    found = queries.get_product(code)
    form = ProductForm()
    form.offer(tax_choices())
    if not form.validate_on_submit():
        return _show_edit(found, form, status=422)
    try:
        saved = transact(
            lambda: operations.update_product(code=code, version=posted_version(), **form.facts())
        )
    except StaleEdit as stale:
        # What the first wrote stands beside; who sends it again has seen it.
        form.form_errors.append(str(stale))
        return _show_edit(queries.get_product(code), form, status=409)
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_edit(queries.get_product(code), form, status=422)
    toast(_("%(name)s is saved.", name=saved.name))
    return go_to(url_for(".product", code=code))


@blueprint.post("/products/<code>/archive")
@requires(EDIT)
def archive_product(code: str) -> Answer:
    name = queries.get_product(code).name
    transact(lambda: operations.archive_product(code=code))
    toast(_("%(name)s is archived.", name=name), undo=url_for(".restore_product", code=code))
    return go_to(url_for(".product", code=code))


@blueprint.post("/products/<code>/restoration")
@requires(EDIT)
def restore_product(code: str) -> Answer:
    name = queries.get_product(code).name
    transact(lambda: operations.restore_product(code=code))
    toast(_("%(name)s is back in the catalogue.", name=name))
    return go_to(url_for(".product", code=code))


def _tax_code(found: Product) -> str:
    for one in organization.list_tax_classes():
        if one.id == found.tax_class_id:
            return one.code
    return ""


def _show_edit(found: Product, form: ProductForm, *, status: int = 200) -> Answer:
    form.offer(tax_choices())
    return render(
        "catalog/product_edit.html",
        status=status,
        form=form,
        product=found,
        changes=last_changes("product", found.id),
        brands=queries.list_brands(),
        categories=queries.list_categories(),
    )
