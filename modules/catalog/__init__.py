"""
What is sold: products, their variants in the size x colour grid, barcodes, prices and photos.

The front door: others import `modules.catalog` and use these names, never a file behind them.
"""

from modules.catalog.barcodes import is_gtin
from modules.catalog.bulk import (
    NewOption,
    NewPhoto,
    NewProduct,
    NewVariant,
    import_products,
)
from modules.catalog.errors import BarcodeTaken, CellTaken, CodeTaken, SkuTaken
from modules.catalog.events import ImportUndone, QuantitiesImported
from modules.catalog.models import Barcode, BarcodeKind, Photo, Product, ProductStatus, Variant
from modules.catalog.operations import (
    add_barcode,
    add_photo,
    add_variant,
    add_variants,
    archive_product,
    create_product,
    restore_product,
    set_price,
    set_prices,
    update_product,
)
from modules.catalog.queries import (
    FoundVariant,
    Grid,
    ProductCard,
    VariantCard,
    VariantForSale,
    find_by_scan,
    find_variants,
    get_product,
    get_variant,
    grid_of,
    list_products,
    list_variants,
    photo_urls,
    product_card,
    variant_by_gtin,
    variants_by_id,
    variants_for_sale,
)

__all__ = [
    "Barcode",
    "BarcodeKind",
    "BarcodeTaken",
    "CellTaken",
    "CodeTaken",
    "FoundVariant",
    "Grid",
    "ImportUndone",
    "NewOption",
    "NewPhoto",
    "NewProduct",
    "NewVariant",
    "Photo",
    "Product",
    "ProductCard",
    "ProductStatus",
    "QuantitiesImported",
    "SkuTaken",
    "Variant",
    "VariantCard",
    "VariantForSale",
    "add_barcode",
    "add_photo",
    "add_variant",
    "add_variants",
    "archive_product",
    "create_product",
    "find_by_scan",
    "find_variants",
    "get_product",
    "get_variant",
    "grid_of",
    "import_products",
    "is_gtin",
    "list_products",
    "list_variants",
    "photo_urls",
    "product_card",
    "restore_product",
    "set_price",
    "set_prices",
    "update_product",
    "variant_by_gtin",
    "variants_by_id",
    "variants_for_sale",
]
