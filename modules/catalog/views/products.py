"""The list of products, and making a new one."""

from collections.abc import Sequence

from flask import request, url_for

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import RuleViolation
from app.forms import Form
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import Filter, toast
from app.money import parse_money
from app.web import go_to, render
from modules.catalog import operations, queries
from modules.catalog.bulk import NewOption, NewVariant
from modules.catalog.forms import NewProductForm
from modules.catalog.importing.queries import list_imports
from modules.catalog.proposals import MOST_CELLS, ProposedCell, propose_cells, split_values
from modules.catalog.views.blueprint import (
    EDIT,
    IMPORT,
    VIEW,
    Answer,
    blueprint,
    currency,
    plain_amount,
    tax_choices,
)
from modules.catalog.views.product_list import PRODUCTS, filters_in, status_words


@blueprint.get("/")
@requires(VIEW)
def index() -> Answer:
    if (address := opening_view(PRODUCTS)) is not None:
        return go_to(address)
    filters = list_filters()
    page = open_list(PRODUCTS)
    is_empty = not page.rows and not any(filters.values()) and page.listing.first_url is None
    may_edit = current_actor().may(EDIT)
    return render(
        "catalog/index.html",
        fragment="catalog/_rows.html",
        table=page,
        listing=page.listing,
        filters=filters,
        chips=[] if is_empty else [*_chips(filters), *page.sort_filter],
        currency=page.beside,
        total=count_rows(page),
        ticks={row.id: row.code for row in page.rows} if may_edit else {},
        is_empty=is_empty,
        running=[one for one in list_imports(limit=3) if one.is_going_on]
        if current_actor().may(IMPORT)
        else [],
    )


def list_filters() -> dict[str, str]:
    """Return what the address asks for, without what is no status."""
    return filters_in(request.args)


def _chips(filters: dict[str, str]) -> list[Filter]:
    counts = queries.count_products()
    chips = [choice_filter(_("Status"), "status", status_words(), filters["status"], counts=counts)]
    if brands := queries.list_brands():
        chips.append(_by(_("Brand"), "brand", brands, filters))
    if categories := queries.list_categories():
        chips.append(_by(_("Category"), "category", categories, filters))
    return chips


def _by(title: str, name: str, values: Sequence[str], filters: dict[str, str]) -> Filter:
    # What is asked for stands there too, even where nothing bears it any more.
    chosen = filters[name]
    words = {value: value for value in values} | ({chosen: chosen} if chosen else {})
    return choice_filter(title, name, words, chosen)


# --- a new product ---------------------------------------------------------------------------


@blueprint.get("/products/new")
@requires(EDIT)
def new_product() -> Answer:
    form = NewProductForm(status="active", tax_class="standard")
    return _show_new(form, [])


@blueprint.post("/products")
@requires(EDIT)
def create_product() -> Answer:
    form = NewProductForm()
    form.price.currency = currency()
    form.offer(tax_choices())
    if not form.validate_on_submit():
        return _show_new(form, cells_from_form(), status=422)
    axes = [
        ("colour", split_values(form.colours.data or "")),
        ("size", split_values(form.sizes.data or "")),
    ]
    code = (form.code.data or "").strip()
    price = plain_amount(form.price.data, currency())
    cells = cells_from_form()
    if request.form.get("step") == "grid" or not cells:
        many = max(1, len(axes[0][1])) * max(1, len(axes[1][1]))
        if many > MOST_CELLS:
            form.form_errors.append(
                _(
                    "That is a grid of %(many)s cells; make at most %(most)s at once.",
                    many=many,
                    most=MOST_CELLS,
                )
            )
            return _show_new(form, [], status=422)
        return _show_new(form, propose_cells(code, axes, price=price))
    wanted = [cell for cell in cells if cell.wanted]
    options = [
        NewOption(name=name, values=_used(values, name, wanted)) for name, values in axes if values
    ]
    try:
        variants = variants_of(wanted, weight_grams=form.weight_grams.data)
        product = transact(
            lambda: operations.create_product(
                code=code, options=options, variants=variants, **form.facts()
            )
        )
    except RuleViolation as refused:
        _refuse(form, refused)
        return _show_new(form, cells, status=422)
    toast(_("%(name)s is in the catalogue.", name=product.name))
    return go_to(url_for(".product", code=product.code))


def _used(values: list[str], axis: str, cells: list[ProposedCell]) -> list[str]:
    named = {cell.options.get(axis) for cell in cells}
    return [value for value in values if value in named] or values


def cells_from_form() -> list[ProposedCell]:
    """Return the cells that the page showed, with what was typed into them."""
    cells: list[ProposedCell] = []
    for number in range(MOST_CELLS):
        if f"sku-{number}" not in request.form:
            break
        names = request.form.getlist(f"axis-{number}")[:3]
        values = request.form.getlist(f"value-{number}")[:3]
        options = dict(zip(names, values, strict=False))
        cells.append(
            ProposedCell(
                options=options,
                label=" · ".join(options.values()),
                sku=request.form.get(f"sku-{number}", "").strip()[:64],
                wanted=f"make-{number}" in request.form,
                price=request.form.get(f"price-{number}", "").strip()[:40],
                barcode=request.form.get(f"barcode-{number}", "").strip()[:64],
                axes=list(options),
            )
        )
    return cells


def variants_of(cells: list[ProposedCell], *, weight_grams: int | None = None) -> list[NewVariant]:
    """
    Return the variants that ticked cells stand for.

    :raises RuleViolation: none is ticked, or one lacks its SKU or has no amount for a price
    """
    if not cells:
        raise RuleViolation(_("No cell is ticked; tick the variants that exist."))
    variants = []
    for cell in cells:
        if not cell.sku:
            raise RuleViolation(_("%(label)s has no SKU; write one.", label=cell.label or "–"))
        try:
            price = parse_money(cell.price, currency())
        except ValueError:
            price = -1
        if not 0 <= price <= 10**13:
            raise RuleViolation(
                _(
                    "The price of %(label)s cannot be read; write an amount such as 129,00.",
                    label=cell.label or cell.sku,
                )
            )
        variants.append(
            NewVariant(
                sku=cell.sku,
                price_minor=price,
                options=cell.options,
                barcodes=[cell.barcode] if cell.barcode else [],
                weight_grams=weight_grams,
            )
        )
    return variants


def _refuse(form: Form, refused: RuleViolation) -> None:
    if refused.field in ("code", "tax_class", "name"):
        form.refuse(refused)
    else:
        form.form_errors.append(str(refused))


def _show_new(form: NewProductForm, cells: list[ProposedCell], *, status: int = 200) -> Answer:
    form.offer(tax_choices())
    return render(
        "catalog/product_new.html",
        status=status,
        form=form,
        cells=cells,
        currency=currency(),
        brands=queries.list_brands(),
        categories=queries.list_categories(),
    )
