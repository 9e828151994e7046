"""What is asked of a quote, and what it answers. Plain values: no table, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.money import Tax


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """So many of one thing. `list_price_minor` is the company's, with VAT; a given price wins."""

    sku: str
    quantity: int
    rate_bp: int
    list_price_minor: int | None = None
    given_price_minor: int | None = None
    per: int = 1
    """The price is for one piece (1), or for 1,000 grams or millimetres (1000)."""


@dataclass(frozen=True, kw_only=True)
class Cart:
    currency: str
    list_currency: str
    lines: Sequence[CartLine]
    net: bool = False
    """Given prices, that of the delivery too, are without VAT (companies)."""
    shipping_minor: int = 0
    shipping_rate_bp: int = 0
    discount_minor: int = 0
    """What a person takes off the goods by hand, with VAT; the delivery stays as it is."""


@dataclass(frozen=True, kw_only=True)
class UnitRange:
    """Units `first` to `last` of a line, which cost the same each."""

    first: int
    last: int
    gross_minor: int
    discount_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class QuotedLine:
    sku: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    total_minor: int
    rate_bp: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Amounts in minor units, with VAT."""

    lines: Sequence[QuotedLine]
    shipping_minor: int
    shipping_rate_bp: int
    goods_minor: int
    discount_minor: int
    total_minor: int
    taxes: Sequence[Tax]
