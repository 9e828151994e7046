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

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from app.money import parse_money
from app.search import fold
from modules.catalog.barcodes import is_gtin
from modules.catalog.bulk import NewOption, NewPhoto, NewProduct, NewVariant, cell_of, is_code
from modules.catalog.importing.source import SourceRow
from modules.catalog.models import ProductStatus, RowOutcome

MOST_MINOR = 10**13
MOST_PIECES = 10**9
LONGEST = {"record": 255, "title": 250, "sku": 64, "value": 120, "barcode": 64, "url": 2000}


@dataclass(kw_only=True)
class KnownVariant:
    """A variant that exists, or that an earlier row of this file makes."""

    id: int | None
    sku: str
    product: str
    cell: str
    price_minor: int
    cost_minor: int | None = None
    weight_grams: int | None = None
    archived: bool = False
    barcodes: set[str] = field(default_factory=set)
    taken: bool = False
    """A row of this file speaks of it already."""


@dataclass(kw_only=True)
class KnownProduct:
    """A product that exists."""

    id: int
    code: str
    facts: dict[str, Any]
    archived: bool
    axes: list[str]
    values: dict[str, list[str]]
    cells: dict[str, str]
    """SKU by cell."""
    addresses: set[str]
    """Of its remote pictures."""
    photo_count: int


@dataclass(kw_only=True)
class Known:
    """What the catalogue holds of all that a part of the file speaks of."""

    products: dict[str, KnownProduct] = field(default_factory=dict)
    variants: dict[str, KnownVariant] = field(default_factory=dict)
    """By SKU."""
    carriers: dict[str, str] = field(default_factory=dict)
    """SKU by barcode, written in full length."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the importer was told, and what the house says."""

    currency: str
    tax_classes: Mapping[str, int]
    default_tax_class: int


@dataclass(kw_only=True)
class Account:
    """What became of one row."""

    row: SourceRow
    outcome: RowOutcome
    sku: str | None = None
    notes: list[dict[str, str]] = field(default_factory=list)
    warned: bool = False
    undo: dict[str, Any] = field(default_factory=dict)
    quantity: int = 0

    def warn(self, code: str, value: str = "") -> None:
        self.warned = True
        self.notes.append({"code": code, "value": value[:200]})


@dataclass(kw_only=True)
class VariantChange:
    """A variant that exists and becomes another: fields by name, each (old, new)."""

    id: int
    fields: dict[str, tuple[Any, Any]]


@dataclass(kw_only=True)
class ProductPlan:
    """What a product of the file becomes."""

    code: str
    known: KnownProduct | None
    new: NewProduct | None = None
    facts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    new_values: dict[str, list[str]] = field(default_factory=dict)
    new_variants: list[NewVariant] = field(default_factory=list)
    changes: list[VariantChange] = field(default_factory=list)
    new_barcodes: list[tuple[str, str]] = field(default_factory=list)
    """(SKU, barcode) for variants that exist already."""
    new_photos: list[NewPhoto] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    @property
    def touches(self) -> bool:
        """Test whether a product that exists is changed by this."""
        return bool(
            self.facts
            or self.new_values
            or self.new_variants
            or self.changes
            or self.new_barcodes
            or self.new_photos
        )


class Refused(Exception):
    """This row is not taken."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.note = {"code": code, "value": value[:200]}


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
    _take_pictures(rows, plan, axes, exists=bool(plan.known or plan.new))
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
    price = _price(row.price, settings.currency)
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

    grams = _whole(row.grams, account, "weight_unreadable")
    cost = _cost(row.cost, settings.currency, account)
    account.quantity = _quantity(row.quantity, account)
    if variant is None:
        variant = known.variants[sku] = KnownVariant(
            id=None, sku=sku, product=row.record, cell=cell, price_minor=price, taken=True
        )
        barcodes = _free_barcodes(row, variant, known, account)
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
    for barcode in _free_barcodes(row, variant, known, account):
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


# --- pictures --------------------------------------------------------------------------------


def _take_pictures(
    rows: Sequence[SourceRow], plan: ProductPlan, axes: Sequence[str], *, exists: bool
) -> None:
    """Keep the addresses of pictures. They are never fetched here: each one is warned of."""
    by_row = {account.row.row_no: account for account in plan.accounts}
    colours = _colours_of_pictures(rows, axes)
    seen = set(plan.known.addresses) if plan.known else set()
    position = plan.known.photo_count if plan.known else 0
    for row in rows:
        account = by_row.get(row.row_no)
        if account is None:
            account = Account(row=row, outcome=RowOutcome.PICTURE)
            plan.accounts.append(account)
            if not exists:
                account.outcome = RowOutcome.REFUSED
                account.notes.append({"code": "product_not_taken", "value": row.record})
        if account.outcome is RowOutcome.REFUSED:
            continue
        for url, alt in ((row.image, row.image_alt), (row.variant_image, "")):
            if not url:
                continue
            if not _is_address(url):
                account.warn("picture_address", url)
                continue
            account.warn("picture_not_fetched", url)
            if url in seen:
                continue
            seen.add(url)
            plan.new_photos.append(
                NewPhoto(
                    remote_url=url,
                    colour=colours.get(url),
                    alt=alt[:250] or None,
                    position=position,
                )
            )
            position += 1
            if plan.known:
                account.undo.setdefault("photos", []).append(url)
                if account.outcome is RowOutcome.SAME:
                    account.outcome = RowOutcome.CHANGED


def _colours_of_pictures(rows: Sequence[SourceRow], axes: Sequence[str]) -> dict[str, str]:
    """Return which colour a picture shows, where variants of one colour alone name it as theirs."""
    if "colour" not in axes:
        return {}
    found: dict[str, set[str]] = {}
    for row in rows:
        values = [value for value in row.option_values if value]
        if row.variant_image and len(values) == len(axes):
            colour = dict(zip(axes, values, strict=True))["colour"]
            found.setdefault(row.variant_image, set()).add(colour)
    return {url: next(iter(colours)) for url, colours in found.items() if len(colours) == 1}


def _is_address(url: str) -> bool:
    if len(url) > LONGEST["url"]:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


# --- codes and numbers -----------------------------------------------------------------------


def made_sku(record: str, values: Sequence[str], known: Known) -> str:
    """Return a SKU for a row that brings none: from handle and values, the same every time."""
    text = re.sub(r"[^a-z0-9]+", "-", fold("-".join([record, *values]))).strip("-").upper()
    if len(text) > LONGEST["sku"] or not text:
        mark = hashlib.sha256("\x1f".join([record, *values]).encode()).hexdigest()[:8].upper()
        text = f"{text[: LONGEST['sku'] - 9]}-{mark}".lstrip("-")
    # A code that another product has by chance is told apart by a number.
    sku, number = text, 1
    while (other := known.variants.get(sku)) is not None and other.product != record:
        number += 1
        sku = f"{text[: LONGEST['sku'] - 4]}-{number}"
    return sku


def full_length(barcode: str) -> str:
    """Return a barcode so that the ways of writing one GTIN are one text."""
    return barcode.zfill(14) if is_gtin(barcode) else barcode


def _free_barcodes(
    row: SourceRow, variant: KnownVariant, known: Known, account: Account
) -> list[str]:
    """Return the barcodes of a row that nobody has yet, and warn of what is wrong with others."""
    free = []
    for barcode in row.barcodes:
        if len(barcode) > LONGEST["barcode"]:
            account.warn("barcode_too_long", barcode)
            continue
        carrier = known.carriers.get(full_length(barcode))
        if carrier is not None and carrier != variant.sku:
            account.warn("barcode_doubled", f"{barcode} ({carrier})")
            continue
        if not is_gtin(barcode):
            account.warn("barcode_not_gtin", barcode)
        if carrier is None:
            known.carriers[full_length(barcode)] = variant.sku
            free.append(barcode)
    return free


def _price(text: str, currency: str) -> int:
    if not text:
        raise Refused("no_price")
    try:
        price = parse_money(text, currency)
    except ValueError:
        raise Refused("price_unreadable", text) from None
    if not 0 <= price <= MOST_MINOR:
        raise Refused("price_unreadable", text)
    return price


def _cost(text: str, currency: str, account: Account) -> int | None:
    if not text:
        return None
    try:
        cost = parse_money(text, currency)
    except ValueError:
        cost = -1
    if not 0 <= cost <= MOST_MINOR:
        account.warn("cost_unreadable", text)
        return None
    return cost


def _quantity(text: str, account: Account) -> int:
    quantity = _whole(text, account, "quantity_unreadable", negative=True) or 0
    if quantity < 0:
        account.warn("negative_stock", text)
        return 0
    return quantity


def _whole(text: str, account: Account, trouble: str, *, negative: bool = False) -> int | None:
    """Return a whole number; None, and a warning, where the text is none."""
    if not text:
        return None
    try:
        number = Decimal(text)
        rounded = int(number.to_integral_value()) if abs(number) <= MOST_PIECES else None
    except (InvalidOperation, ValueError, OverflowError):
        rounded = None
    if rounded is None or (rounded < 0 and not negative):
        account.warn(trouble, text)
        return None
    return rounded
