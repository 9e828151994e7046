"""Changes of the catalogue. Each function is one thing that staff or a program can do."""

from modules.catalog.operations.photos import add_photo, remove_photo
from modules.catalog.operations.products import (
    archive_product,
    create_product,
    restore_product,
    update_product,
)
from modules.catalog.operations.variants import (
    add_barcode,
    add_variant,
    add_variants,
    remove_barcode,
    set_price,
    set_prices,
)

__all__ = [
    "add_barcode",
    "add_photo",
    "add_variant",
    "add_variants",
    "archive_product",
    "create_product",
    "remove_barcode",
    "remove_photo",
    "restore_product",
    "set_price",
    "set_prices",
    "update_product",
]
