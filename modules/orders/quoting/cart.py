"""What is asked of a quote, and what it answers. Plain values: no table, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.money import Tax
from modules import promotions


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
    brand: str | None = None
    category: str | None = None
    cost_minor: int | None = None
    is_gift_card: bool = False
    """Money for money: nothing makes it cheaper, and it carries no VAT."""
    price_list: str = ""
    """The list on which `list_price_minor` stands; empty: it is the company's own."""
    floor_minor: int = 0
    """No promotion brings the price under this one."""
    cuts: Sequence[promotions.Cut] = ()
    """What promotions have made the price on the shelf lower by; goods on sale have some."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What promotions may ask of an order beside its goods."""

    moment: datetime
    channel: str
    store: str = ""
    payment_method: str = ""
    shipping_method: str = ""
    country: str = ""
    buyer: promotions.CustomerFacts = field(default_factory=promotions.CustomerFacts)
    entered: promotions.Entered = promotions.Entered((), {})
    """The codes that somebody typed."""
    left: promotions.Left | None = None
    """Tells what is left of limits, where a promotion that has some comes near; else nothing has
    an end."""
    asked: Sequence[int] = ()
    """Promotions that are told of whether the cart touches them or not."""
    tells_all: bool = False
    """Whether each promotion that did not apply is told of, however many there are."""


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
    facts: Facts | None = None
    """Without them no promotion is asked for."""


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
    price_list: str = ""
    """The list that the price stands on; empty: the company's own, or a given one."""
    units: Sequence[UnitRange] = ()
    """What each unit costs, where promotions make some cheaper than others."""
    is_free: bool = False
    """A promotion gives it; no cart has such a line, only the order that was placed."""


class Gift(NamedTuple):
    """So many of one thing that a promotion gives for nothing."""

    promotion_id: int
    version: int
    sku: str
    quantity: int
    sequence: int
    code_id: int | None = None


class Adjusted(NamedTuple):
    """So much off some units of a line (or, without a line, off the delivery) by a promotion."""

    line: int | None
    """Its place in the cart."""
    promotion_id: int
    version: int
    amount_minor: int
    sequence: int
    unit_from: int
    unit_to: int
    code_id: int | None = None


class Judged(NamedTuple):
    """What became of one promotion that the cart touched, and why."""

    promotion_id: int
    version: int
    code: str
    name: str
    reason: str
    """Empty where it applied."""
    amount_minor: int = 0
    path: str = ""
    needed: int | None = None
    have: int | None = None
    shortfall: int | None = None
    rival: str = ""
    """What another promotion that stood in its way is called."""
    in_price: bool = False
    """It changed the price on the shelf: nothing is taken off any more."""
    free_units: int = 0
    """So many pieces it gives for nothing."""
    coupon: str = ""
    """The code that somebody typed for it; of one that nobody knows there is no promotion (0)."""

    @property
    def applied(self) -> bool:
        return not self.reason


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Amounts in minor units, with VAT. The delivery costs what is left of it."""

    lines: Sequence[QuotedLine]
    shipping_minor: int
    shipping_rate_bp: int
    goods_minor: int
    discount_minor: int
    total_minor: int
    taxes: Sequence[Tax]
    shipping_discount_minor: int = 0
    adjustments: Sequence[Adjusted] = ()
    judged: Sequence[Judged] = ()
    """Each promotion that the cart touched: those that applied first."""
    gifts: Sequence[Gift] = ()
    """What comes for nothing, as far as it is there when the order is placed."""
    uses: Sequence[promotions.Use] = ()
    """What is counted once the cart is an order."""
