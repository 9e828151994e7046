"""Our own file: what the list of products exports, one row per variant, comes back unchanged."""

from collections.abc import Mapping

from modules.catalog.importing.source import Format, SourceRow

COLUMNS = (
    "code",
    "name",
    "description",
    "status",
    "brand",
    "category",
    "tax_class",
    "option1_name",
    "option1_value",
    "option2_name",
    "option2_value",
    "option3_name",
    "option3_value",
    "sku",
    "barcodes",
    "price",
    "cost",
    "weight_grams",
    "quantity",
    "image",
)


def read_row(row_no: int, raw: Mapping[str, str]) -> SourceRow:
    """Return a row of the file in our words."""
    clean = {name: _plain(value) for name, value in raw.items()}
    return SourceRow(
        row_no=row_no,
        raw=dict(raw),
        record=clean.get("code", ""),
        title=clean.get("name", ""),
        description=clean.get("description", ""),
        brand=clean.get("brand", ""),
        category=clean.get("category", ""),
        status=clean.get("status", ""),
        tax_class=clean.get("tax_class", ""),
        option_names=[clean.get(f"option{at}_name", "") for at in (1, 2, 3)],
        option_values=[clean.get(f"option{at}_value", "") for at in (1, 2, 3)],
        sku=clean.get("sku", ""),
        barcodes=clean.get("barcodes", "").split(),
        price=clean.get("price", ""),
        cost=clean.get("cost", ""),
        grams=clean.get("weight_grams", ""),
        quantity=clean.get("quantity", ""),
        image=clean.get("image", ""),
    )


def _plain(text: str) -> str:
    """Take off the apostrophe that an export puts before what a spreadsheet would calculate."""
    guarded = len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r\n'"
    return text[1:] if guarded else text


VERSO = Format(
    code="verso",
    title="Verso",
    needed=("code", "name", "sku", "price"),
    read=read_row,
)
