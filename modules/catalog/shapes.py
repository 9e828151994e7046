"""What programs send of products and variants."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.api import Code, In, Line, ListIn, Minor, Words
from modules.catalog.checks import MOST_AXES, MOST_VARIANTS
from modules.catalog.models import ProductStatus

Text = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Gtin = Annotated[str, StringConstraints(pattern=r"^\d{8}(\d{4,6})?$")]


class OptionIn(In):
    name: Text
    values: Annotated[list[Text], Field(min_length=1, max_length=500)]


class VariantIn(In):
    sku: Code
    gtins: Annotated[list[Gtin], Field(max_length=20)] = []
    options: dict[Text, Text] = {}
    price_minor: Minor
    cost_minor: Minor | None = None
    weight_grams: Annotated[int, Field(ge=0, le=10**9, strict=True)] | None = None


class ProductIn(In):
    code: Code
    name: Line
    status: ProductStatus = ProductStatus.ACTIVE
    brand: Line | None = None
    category: Line | None = None
    description: Words | None = None
    tax_rate_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    tax_class: Code | None = None
    is_gift_card: bool = False
    gift_card_months: Annotated[int, Field(ge=1, le=1200, strict=True)] | None = None
    """How long such a card pays; without it, it does not expire."""
    options: Annotated[list[OptionIn], Field(max_length=MOST_AXES)] = []
    variants: Annotated[list[VariantIn], Field(max_length=MOST_VARIANTS)] = []


class PriceIn(In):
    sku: Code
    price_minor: Minor | None = None
    cost_minor: Minor | None = None


class ProductChangeIn(In):
    name: Line | None = None
    status: ProductStatus | None = None
    brand: Annotated[str, StringConstraints(max_length=250)] | None = None
    category: Annotated[str, StringConstraints(max_length=250)] | None = None
    description: Words | None = None
    tax_class: Code | None = None
    is_gift_card: bool | None = None
    gift_card_months: Annotated[int, Field(ge=1, le=1200, strict=True)] | None = None
    """Told together with `is_gift_card`."""
    variants: Annotated[list[PriceIn], Field(max_length=MOST_VARIANTS)] = []


class ProductsIn(ListIn):
    q: Annotated[str, StringConstraints(max_length=120)] = ""
    channel: Annotated[str, StringConstraints(max_length=64)] = ""
    """Whose lowest price of 30 days is told; empty: that of the company's own price."""
    status: Annotated[str, StringConstraints(pattern="^(draft|active|discontinued|archived)?$")] = (
        ""
    )


class VariantsIn(ListIn):
    q: Annotated[str, StringConstraints(max_length=120)] = ""
    channel: Annotated[str, StringConstraints(max_length=64)] = ""
    """Whose lowest price of 30 days is told; empty: that of the company's own price."""
    sku: Annotated[str, StringConstraints(max_length=64)] | None = None
    gtin: Annotated[str, StringConstraints(max_length=64)] = ""
