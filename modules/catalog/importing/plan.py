"""
What a file would do to the catalogue, decided row by row. Pure: nothing is read or written here.

The rules, in the order in which they speak:

- A row that sells nothing and shows a picture belongs to its product and counts as a picture.
- Refused: no price or one that cannot be read; no value for an option; a SKU that belongs to
  another product or to another cell of this one; a cell that another row or SKU has already.
- Taken with a warning: a barcode that is no GTIN (kept as an internal code), a barcode that stands
  on another variant (kept there), a negative stock (counted as 0), a number that cannot be read
  (left out), a picture that was not fetched (its address is kept).
- No SKU: the one that the cell has already, else made from the handle and the values.
- The first of two rows that want the same thing has it.
- What is known already is compared: changed where it differs, else the same.
"""

from collections.abc import Sequence
from typing import Any

from modules.catalog.bulk import NewOption, NewProduct, NewVariant, cell_of, is_code
from modules.catalog.importing.fields import (
    cost_in,
    free_barcodes,
    made_sku,
    price_in,
    quantity_in,
    whole_in,
)
from modules.catalog.importing.pictures import take_pictures
from modules.catalog.importing.shapes import (
    LONGEST,
    Account,
    Known,
    KnownProduct,
    KnownVariant,
    ProductPlan,
    Refused,
    Settings,
    VariantChange,
)
from modules.catalog.importing.source import SourceRow
from modules.catalog.models import ProductStatus, RowOutcome


def plan_product(rows: Sequence[SourceRow], known: Known, settings: Settings) -> ProductPlan:
    """Decide what becomes of the rows of one product; `known` then knows of it too."""
    code = rows[0].record
    plan = ProductPlan(code=code, known=known.products.get(code))
    trouble = _trouble_with_all(rows, plan.known)
    axes = plan.known.axes if plan.known else axes_of(rows)
    cells = dict(plan.known.cells) if plan.known else {}
    for row in rows:
        if row.is_picture_only:
            continue
        account = Account(row=row, outcome=RowOutcome.REFUSED, sku=row.sku or None)
        plan.accounts.append(account)
        try:
            if trouble:
                raise Refused(*trouble)
            _take(row, account, plan, axes, cells, known, settings)
        except Refused as refused:
            account.outcome = RowOutcome.REFUSED
            account.notes, account.warned, account.undo = [refused.note], False, {}
    taken = [one for one in plan.accounts if one.outcome is not RowOutcome.REFUSED]
    head = next((row for row in rows if row.title), rows[0])
    if plan.known:
        _compare_facts(head, plan, taken)
    elif taken:
        if not head.title:
            taken[0].warn("no_title", code)
        if head.tax_class and head.tax_class not in settings.tax_classes:
            taken[0].warn("unknown_tax_class", head.tax_class)
        plan.new = _new_product(head, plan, axes, settings)
        taken[0].undo["product"] = "made"
    take_pictures(rows, plan, axes, exists=bool(plan.known or plan.new))
    plan.accounts.sort(key=lambda account: account.row.row_no)
    return plan


def _trouble_with_all(
    rows: Sequence[SourceRow], known: KnownProduct | None
) -> tuple[str, str] | None:
    """Return why no row of the product can be taken; None where nothing speaks against it."""
    code = rows[0].record
    if not code:
        return ("no_handle", "")
    if len(code) > LONGEST["record"] or not is_code(code):
        return ("handle_unfit", code)
    named = axes_of(rows)
    if len(set(named)) < len(named):
        return ("options_doubled", ", ".join(named))
    if known and named and named != known.axes:
        return ("other_options", ", ".join(named))
    return None


def axes_of(rows: Sequence[SourceRow]) -> list[str]:
    """Return the names of a product's options: lower case, and colour spelt in one way."""
    for row in rows:
        names = [axis_name(name) for name in row.option_names if name]
        if names:
            return names
    return []


def axis_name(name: str) -> str:
    plain = " ".join(name.casefold().split())
    return {"color": "colour", "colors": "colour", "colours": "colour"}.get(plain, plain)


def _take(
    row: SourceRow,
    account: Account,
    plan: ProductPlan,
    axes: Sequence[str],
    cells: dict[str, str],
    known: Known,
    settings: Settings,
) -> None:
    """
    Let a row become a variant, new or known.

    :raises Refused: it cannot
    """
    price = price_in(row.price, settings.currency)
    values = [value for value in row.option_values if value]
    if len(values) != len(axes):
        raise Refused("option_missing", ", ".join(values))
    if any(len(value) > LONGEST["value"] for value in values):
        raise Refused("value_too_long", max(values, key=len))
    options = dict(zip(axes, values, strict=True))
    cell = cell_of(options, axes)
    sku = row.sku or cells.get(cell) or made_sku(row.record, values, known)
    if len(sku) > LONGEST["sku"]:
        raise Refused("sku_too_long", sku)
    account.sku = sku
    variant = known.variants.get(sku)
    if variant is not None and variant.product != row.record:
        raise Refused("sku_elsewhere", variant.product)
    if variant is not None and variant.cell != cell:
        raise Refused("sku_of_other_cell", sku)
    if variant is None and cell in cells:
        raise Refused("cell_doubled", cells[cell])
    if variant is not None and variant.taken:
        raise Refused("cell_doubled", sku)
    if not row.sku:
        account.notes.append({"code": "sku_made", "value": sku})

    grams = whole_in(row.grams, account, "weight_unreadable")
    cost = cost_in(row.cost, settings.currency, account)
    account.quantity = quantity_in(row.quantity, account)
    if variant is None:
        variant = known.variants[sku] = KnownVariant(
            id=None, sku=sku, product=row.record, cell=cell, price_minor=price, taken=True
        )
        barcodes = free_barcodes(row, variant, known, account)
        plan.new_variants.append(
            NewVariant(
                sku=sku,
                price_minor=price,
                options=options,
                barcodes=barcodes,
                cost_minor=cost,
                weight_grams=grams,
            )
        )
        cells[cell] = sku
        for axis, value in options.items():
            present = plan.known.values.get(axis, []) if plan.known else []
            grown = plan.new_values.setdefault(axis, [])
            if value not in present and value not in grown:
                grown.append(value)
        account.outcome = RowOutcome.MADE
        account.undo["variant"] = "made"
        return
    variant.taken = True
    _compare(variant, plan, account, price=price, cost=cost, grams=grams)
    for barcode in free_barcodes(row, variant, known, account):
        plan.new_barcodes.append((sku, barcode))
        account.undo.setdefault("barcodes", []).append(barcode)
    account.outcome = RowOutcome.CHANGED if account.undo else RowOutcome.SAME


def _compare(
    variant: KnownVariant,
    plan: ProductPlan,
    account: Account,
    *,
    price: int,
    cost: int | None,
    grams: int | None,
) -> None:
    """Note what the file says otherwise of a variant; what it does not say stays as it is."""
    fields: dict[str, tuple[Any, Any]] = {}
    if variant.price_minor != price:
        fields["price_minor"] = (variant.price_minor, price)
    if cost is not None and variant.cost_minor != cost:
        fields["cost_minor"] = (variant.cost_minor, cost)
    if grams is not None and variant.weight_grams != grams:
        fields["weight_grams"] = (variant.weight_grams, grams)
    if variant.archived:
        fields["archived"] = (True, False)
    if fields and variant.id is not None:
        plan.changes.append(VariantChange(id=variant.id, fields=fields))
        account.undo["variant"] = {name: list(pair) for name, pair in fields.items()}


def _compare_facts(head: SourceRow, plan: ProductPlan, taken: Sequence[Account]) -> None:
    """Note what the file says otherwise of a product that exists; its status is left to people."""
    assert plan.known
    if not taken:
        return
    said = {
        "name": head.title[: LONGEST["title"]],
        "brand": head.brand,
        "category": head.category,
        "description": head.description,
    }
    for name, value in said.items():
        if value and plan.known.facts.get(name) != value:
            plan.facts[name] = (plan.known.facts.get(name), value)
    if plan.known.archived:
        plan.facts["archived"] = (True, False)
    if plan.facts:
        taken[0].undo["facts"] = {name: list(pair) for name, pair in plan.facts.items()}
        if taken[0].outcome is RowOutcome.SAME:
            taken[0].outcome = RowOutcome.CHANGED


def _new_product(
    head: SourceRow, plan: ProductPlan, axes: Sequence[str], settings: Settings
) -> NewProduct:
    known_status = head.status in set(ProductStatus)
    return NewProduct(
        code=plan.code,
        name=(head.title or head.record)[: LONGEST["title"]],
        tax_class_id=settings.tax_classes.get(head.tax_class, settings.default_tax_class),
        options=[NewOption(name=axis, values=plan.new_values.get(axis, [])) for axis in axes],
        variants=plan.new_variants,
        photos=plan.new_photos,
        status=ProductStatus(head.status) if known_status else ProductStatus.ACTIVE,
        brand=head.brand or None,
        category=head.category or None,
        description=head.description or None,
    )
