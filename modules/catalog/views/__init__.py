"""The screens of the catalogue."""

from modules.catalog.views import imports, photos, product, products, sheet, variants
from modules.catalog.views.blueprint import blueprint

__all__ = ["blueprint", "imports", "photos", "product", "products", "sheet", "variants"]
