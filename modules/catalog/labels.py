"""The words of the catalogue: what changed in its history, and how its facts are called."""

from typing import Any

from app.fields import COST, sees
from app.histories import History
from app.i18n import language, lazy
from app.money import format_money
from modules import organization

ACTIONS: dict[str, Any] = {
    "created": lazy("Created"),
    "edited": lazy("Edited"),
    "prices": lazy("Prices changed"),
    "variants added": lazy("Variants added"),
    "barcode added": lazy("Barcode added"),
    "barcode removed": lazy("Barcode removed"),
    "photo added": lazy("Picture added"),
    "photo removed": lazy("Picture removed"),
    "archived": lazy("Archived"),
    "restored": lazy("Restored"),
    "imported": lazy("Imported"),
    "changed by an import": lazy("Changed by an import"),
    "archived by an undone import": lazy("Archived: its import was undone"),
    "put back by an undone import": lazy("Put back: an import was undone"),
}

FIELDS: dict[str, Any] = {
    "name": lazy("Name"),
    "brand": lazy("Brand"),
    "category": lazy("Category"),
    "status": lazy("Status"),
    "description": lazy("Description"),
    "tax_class_id": lazy("VAT"),
    "price_minor": lazy("price"),
    "cost_minor": lazy("cost"),
    "code": lazy("Code"),
    "variants": lazy("Variants"),
    "sku": lazy("SKU"),
    "barcode": lazy("Barcode"),
    "photo": lazy("Picture"),
    "colour": lazy("Colour"),
    "file": lazy("File"),
}

AXES: dict[str, Any] = {
    "colour": lazy("Colour"),
    "size": lazy("Size"),
    "material": lazy("Material"),
    "title": lazy("Kind"),
    "scent": lazy("Scent"),
}

ICONS = {
    "created": "plus",
    "imported": "package-import",
    "changed by an import": "package-import",
    "prices": "receipt-2",
    "barcode added": "barcode",
    "barcode removed": "barcode-off",
    "photo added": "camera-plus",
    "archived": "archive",
}
_SILENT = {"variants", "import", "photo"}


def axis_word(name: str) -> str:
    """Return how an option is called."""
    return str(AXES.get(name.casefold(), name[:1].upper() + name[1:]))


def _is_told(name: str) -> bool:
    return name not in _SILENT and ("cost_minor" not in name or sees(COST))


def _field_word(name: str) -> str:
    record, _space, field = name.rpartition(" ")
    word = str(FIELDS.get(field, field))
    return f"{record} {word}" if record else word


def _value_word(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if name.endswith("_minor") and isinstance(value, int):
        return format_money(value, organization.get_company().currency, language())
    text = str(value)
    return text if len(text) <= 80 else text[:80] + "…"


HISTORY = History(
    kind="product",
    actions=ACTIONS,
    icons=ICONS,
    field=_field_word,
    value=_value_word,
    tells=_is_told,
)
