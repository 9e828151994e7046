"""What is said of a row that was refused, or taken with a warning."""

from collections.abc import Mapping
from typing import Any

from app.i18n import lazy

NOTES: dict[str, Any] = {
    # refused
    "no_handle": lazy("no handle: the row names no product"),
    "handle_unfit": lazy("the handle is too long, or holds a slash"),
    "options_doubled": lazy("two options have the same name"),
    "other_options": lazy("the product has other options here"),
    "no_price": lazy("no price"),
    "price_unreadable": lazy("the price cannot be read"),
    "option_missing": lazy("an option has no value"),
    "value_too_long": lazy("the value of an option is too long"),
    "sku_too_long": lazy("the SKU is too long"),
    "sku_elsewhere": lazy("the SKU belongs to another product"),
    "sku_of_other_cell": lazy("the SKU belongs to another variant of this product"),
    "cell_doubled": lazy("another row or variant has these values already"),
    "product_not_taken": lazy("its product was not taken"),
    # taken with a warning
    "no_title": lazy("no title: the handle became the name"),
    "unknown_tax_class": lazy("unknown tax class: the standard one was taken"),
    "barcode_not_gtin": lazy("the barcode is no GTIN: kept as an internal code"),
    "barcode_doubled": lazy("the barcode stands on another variant: kept there"),
    "barcode_too_long": lazy("the barcode is too long: left out"),
    "negative_stock": lazy("negative stock: counted as 0"),
    "quantity_unreadable": lazy("the quantity cannot be read: counted as 0"),
    "weight_unreadable": lazy("the weight cannot be read: left out"),
    "cost_unreadable": lazy("the cost cannot be read: left out"),
    "picture_address": lazy("the address of the picture is none: left out"),
    "picture_not_fetched": lazy("the picture was not fetched: its address is kept"),
    # only said
    "sku_made": lazy("no SKU: made from the handle and the values"),
    "quantity_known": lazy("an earlier import received these pieces: not received again"),
}


def word_of(note: Mapping[str, str]) -> str:
    """Return what a note says, in the language of the reader."""
    return str(NOTES.get(note["code"], note["code"]))


def reason_of(notes: list[dict[str, Any]]) -> str:
    """Return all that is said of a row, in one line."""
    return "; ".join(
        f"{word_of(note)} ({note['value']})" if note.get("value") else word_of(note)
        for note in notes
    )
