"""
The sheet: goods that are scanned, typed or filled into a grid, line by line.

Receipts, transfers and counts are filled the same way. Each scan is one request and has a verdict
of its own: a line that grew, or a code that is not known, which waits in a tray and is never a
line.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.db import transact
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.look import GridCell, GridRow, toast
from app.web import go_to, wants_fragment
from modules import catalog
from modules.catalog import VariantCard
from modules.stock.forms import MOST, QuantityForm, ScanForm


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """A line as it is drawn: the goods, and how many of them."""

    variant_id: int
    sku: str
    name: str
    label: str
    photo: str | None
    quantity: int
    received: int | None = None
    expected: int | None = None
    cost_minor: int | None = None

    @property
    def difference(self) -> int:
        return self.quantity - (self.expected or 0)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How many pieces of a variant a document has, and what else it says of them."""

    variant_id: int
    quantity: int
    received: int | None = None
    expected: int | None = None


def sheet_lines(amounts: Iterable[Amount]) -> list[SheetLine]:
    """Return lines with what they look like, in two statements whatever their number."""
    given = [*amounts]
    ids = [one.variant_id for one in given]
    goods, photos = catalog.variants_by_id(ids), catalog.photo_urls(ids)
    return [
        SheetLine(
            variant_id=one.variant_id,
            sku=goods[one.variant_id].sku,
            name=goods[one.variant_id].name,
            label=goods[one.variant_id].label,
            photo=photos.get(one.variant_id),
            quantity=one.quantity,
            received=one.received,
            expected=one.expected,
            cost_minor=goods[one.variant_id].cost_minor,
        )
        for one in given
    ]


def take_scan(
    put: Callable[[int, int], None],
    draw: Callable[[int | None], str],
    *,
    page: str,
) -> ResponseReturnValue:
    """
    Put what was scanned on the sheet, as (variant, quantity), and answer with its verdict.

    `draw` returns the lines again, the one that grew being marked; `page` is where a browser
    without our scripts goes on.
    """
    form = ScanForm()
    if not form.validate_on_submit():
        return _refuse(form.code.data or "", _("Write how many pieces, from 1 on."), page)
    code, quantity = (form.code.data or "").strip(), form.quantity.data or 1
    variant = catalog.find_by_scan(code)
    if variant is None:
        return _refuse(code, _("No goods have this code. Nothing was added."), page)
    if variant.archived_at is not None:
        return _refuse(code, _("These goods are archived. Nothing was added."), page)
    variant_id = variant.id
    try:
        transact(lambda: put(variant_id, quantity))
    except RuleViolation as violation:
        return _refuse(code, str(violation), page)
    return draw(variant_id) if wants_fragment() else go_to(page)


def _refuse(code: str, why: str, page: str) -> ResponseReturnValue:
    if not wants_fragment():
        toast(f"{code}: {why}")
        return go_to(page)
    response = make_response(render_template("stock/_unknown.html", code=code, why=why), 422)
    response.headers["HX-Retarget"] = "#sheet-tray"
    response.headers["HX-Reswap"] = "afterbegin"
    return response


def take_quantity(
    put: Callable[[int], None], draw: Callable[[int | None], str], *, page: str
) -> ResponseReturnValue:
    """Put the number that was typed on a line, and answer with the lines."""
    form = QuantityForm()
    if form.validate_on_submit():
        number = form.quantity.data or 0
        transact(lambda: put(number))
    elif not wants_fragment():
        toast(_("That is no number of pieces; the line stays as it was."))
    return draw(None) if wants_fragment() else go_to(page)


# --- the grid ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ModelGrid:
    """A model whose sizes and colours are fields to fill."""

    name: str
    code: str
    axis: str
    sizes: list[str]
    rows: list[GridRow]


def asked_grid(present: Mapping[int, int]) -> tuple[ModelGrid | None, str]:
    """Return the grid of the model that the address asks for, and what is wrong with the asking."""
    code = request.args.get("model", "").strip()
    if not code:
        return None, ""
    try:
        card = catalog.product_card(_model_code(code))
    except NotFound:
        return None, _("There is no model %(code)s. Type its number or scan a piece.", code=code)
    grid = catalog.grid_of(card)
    rows = [
        GridRow(
            label=line.label or card.product.name,
            swatch=line.swatch,
            photo=line.photo or "",
            cells=[
                _field(cell, size, present) if cell else None
                for cell, size in zip(line.cells, grid.sizes, strict=True)
            ],
        )
        for line in grid.rows
    ]
    return (
        ModelGrid(
            name=card.product.name,
            code=card.product.code,
            axis=grid.axis,
            sizes=grid.sizes,
            rows=rows,
        ),
        "",
    )


def _field(cell: VariantCard, size: str, present: Mapping[int, int]) -> GridCell:
    value = str(present.get(cell.id) or "")
    return GridCell(sku=cell.sku, size=size, name=f"v{cell.id}", value=value)


def _model_code(typed: str) -> str:
    """Return the number of the model that a code means: its own, or that of a piece of it."""
    found = catalog.find_variants(typed, limit=1)
    exact = catalog.list_products(q=typed, limit=50)
    if any(one.code == typed for one in exact):
        return typed
    if found:
        return found[0].product_code
    return exact[0].code if exact else typed


def filled_grid(most: int = MOST) -> dict[int, int]:
    """Return what was typed into a grid, by variant; a field that is no number counts as empty."""
    filled = {}
    for name, typed in request.form.items():
        key = name.removeprefix("v")
        if name == key or not key.isascii() or not key.isdigit():
            continue
        number = typed.strip().replace("\u00a0", "").replace(" ", "") or "0"
        if number.isascii() and number.isdigit() and int(number) <= most:
            filled[int(key)] = int(number)
    return filled
