"""What is put before the engine: a cart and plain facts. No table, no clock, whole numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.money import half_up
from modules.promotions.engine.verdicts import Reason

Key = int | str
"""What names a promotion: the key of its row, or any text in a test and in a simulation."""


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """So many of one thing at one base price (with VAT, unless the cart is net)."""

    key: str
    sku: str
    unit_price_minor: int
    quantity: int
    per: int = 1
    """The price is for one piece (1), or for 1,000 grams or millimetres (1000)."""
    pack: int = 1
    """How many counting units one of the quantity is (a box of 5)."""
    rate_bp: int = 0
    categories: frozenset[str] = frozenset()
    brand: str = ""
    attributes: frozenset[tuple[str, str]] = frozenset()
    tags: frozenset[str] = frozenset()
    discountable: bool = True
    """Goods that take no discount still count for conditions."""
    floor_minor: int = 0
    """No promotion brings the price under this one."""
    cost_minor: int | None = None
    """What it cost us, without VAT: the margin guard reads it."""
    on_sale: bool = False

    @property
    def amount_minor(self) -> int:
        return half_up(self.unit_price_minor * self.quantity, self.per)

    @property
    def units(self) -> int:
        """How many units share the line's fate: goods sold by measure are one."""
        return 1 if self.per > 1 else self.quantity

    @property
    def counted(self) -> int:
        """What conditions on quantity count."""
        return self.units * self.pack

    def of_unit(self, minor: int) -> int:
        """Return an amount that is given by price unit for one unit of the line."""
        return minor if self.per == 1 else half_up(minor * self.quantity, self.per)


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What is known of the buyer; a stranger is all defaults."""

    key: str = ""
    groups: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    stage: str = ""
    tiers: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    has_card: bool = False
    is_staff: bool = False
    order_count: int | None = None
    """Orders placed before this one; nothing where the buyer is not known."""
    days_since_last_order: int | None = None
    birthday: tuple[int, int] | None = None
    """Month and day."""


@dataclass(frozen=True, kw_only=True)
class EnteredCode:
    """A code that somebody typed, with what the table of codes knows of it."""

    text: str
    promotion: Key | None = None
    """Whose code it is, where it stands in the table of codes and not on the promotion."""
    refusal: Reason | None = None
    """Why the table of codes refuses it: used up, expired, somebody else's."""
    row: int | None = None
    """Its key in the table of codes."""


@dataclass(frozen=True, kw_only=True)
class Rebate:
    """Money off that another room worked out (own points): taken last, before the VAT."""

    key: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Cart:
    currency: str
    lines: Sequence[CartLine]
    moment: datetime
    """When it is priced, with its zone; hours and dates are read in the promotion's own."""
    net: bool = False
    """All amounts are without VAT."""
    shipping_minor: int = 0
    shipping_rate_bp: int = 0
    codes: Sequence[EnteredCode] = ()
    chosen: frozenset[Key] = frozenset()
    """Promotions that somebody at the till chose by hand, and may."""
    rebates: Sequence[Rebate] = ()
    customer: CustomerFacts = field(default_factory=CustomerFacts)
    channel: str = ""
    store: str = ""
    till_group: str = ""
    price_lists: frozenset[str] = frozenset()
    payment_method: str = ""
    shipping_method: str = ""
    country: str = ""
    attributes: frozenset[tuple[str, str]] = frozenset()


def normalized(code: str) -> str:
    """Return a code as it is compared: upper case, without spaces."""
    return "".join(code.split()).upper()
