"""The product export of Shopify: one row per variant, with further rows for further pictures."""

from collections.abc import Mapping

from modules.catalog.importing.source import Format, SourceRow
from modules.catalog.importing.text import plain_text

_DEFAULT = "default title"


def read_row(row_no: int, raw: Mapping[str, str]) -> SourceRow:
    """Return a row of the file in our words."""
    names = [raw.get(f"Option{at} Name", "") for at in (1, 2, 3)]
    values = [raw.get(f"Option{at} Value", "") for at in (1, 2, 3)]
    if values[0].casefold() == _DEFAULT:
        # So Shopify writes a product that has no options.
        names[0] = values[0] = ""
    published = raw.get("Published", "").casefold()
    return SourceRow(
        row_no=row_no,
        raw=dict(raw),
        record=raw.get("Handle", ""),
        title=raw.get("Title", ""),
        description=plain_text(raw.get("Body (HTML)", "")),
        brand=raw.get("Vendor", ""),
        category=raw.get("Type", ""),
        status={"true": "active", "false": "draft"}.get(published, ""),
        option_names=names,
        option_values=values,
        sku=unquoted(raw.get("Variant SKU", "")),
        barcodes=[code] if (code := unquoted(raw.get("Variant Barcode", ""))) else [],
        price=raw.get("Variant Price", ""),
        cost=raw.get("Cost per item", ""),
        # What nobody has weighed stands there as 0.
        grams="" if (grams := raw.get("Variant Grams", "")).strip("0.") == "" else grams,
        quantity=raw.get("Variant Inventory Qty", ""),
        image=raw.get("Image Src", ""),
        image_alt=raw.get("Image Alt Text", ""),
        variant_image=raw.get("Variant Image", ""),
    )


def unquoted(text: str) -> str:
    """Return a code without the apostrophe by which spreadsheets mark a number as text."""
    return text.removeprefix("'").strip()


SHOPIFY = Format(
    code="shopify",
    title="Shopify",
    needed=("Handle", "Title", "Variant SKU", "Variant Price"),
    read=read_row,
)
