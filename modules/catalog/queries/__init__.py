"""Questions about products and variants. Nothing here changes a row."""

from modules.catalog.queries.cards import Axis, ProductCard, VariantCard, cards_of, product_card
from modules.catalog.queries.grid import COLOUR_NAMES, Grid, GridLine, grid_of
from modules.catalog.queries.lists import (
    ListedProduct,
    count_products,
    list_brands,
    list_categories,
    list_products,
    page_of_products,
)
from modules.catalog.queries.photos import first_photos, photo_urls
from modules.catalog.queries.sale import (
    ARCHIVED,
    VariantForSale,
    find_by_scan,
    get_product,
    get_variant,
    products_by_id,
    variant_by_gtin,
    variants_by_id,
    variants_for_sale,
)
from modules.catalog.queries.variants import (
    FoundVariant,
    find_variants,
    list_variants,
    search_everything,
)

__all__ = [
    "ARCHIVED",
    "Axis",
    "COLOUR_NAMES",
    "FoundVariant",
    "Grid",
    "GridLine",
    "ListedProduct",
    "ProductCard",
    "VariantCard",
    "VariantForSale",
    "cards_of",
    "count_products",
    "find_by_scan",
    "find_variants",
    "first_photos",
    "get_product",
    "get_variant",
    "grid_of",
    "list_brands",
    "list_categories",
    "list_products",
    "list_variants",
    "page_of_products",
    "photo_urls",
    "product_card",
    "products_by_id",
    "search_everything",
    "variant_by_gtin",
    "variants_by_id",
    "variants_for_sale",
]
