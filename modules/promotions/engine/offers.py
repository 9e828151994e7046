"""What a benefit proposes: so much off these units, a cheaper delivery, or goods for free."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from modules.promotions.engine.verdicts import Reason


class Phase(StrEnum):
    """When a promotion is worked out; the order never changes."""

    CATALOGUE = "catalogue"
    """The price on the shelf, before any cart: the engine of carts finds it done."""
    LINE = "line"
    ORDER = "order"
    SHIPPING = "shipping"


PHASES = (Phase.LINE, Phase.ORDER, Phase.SHIPPING)


class Basis(StrEnum):
    """Which amount a condition judges and a percentage is taken of."""

    CURRENT = "current"
    INITIAL = "initial"


class Select(StrEnum):
    """Which units come first where not all of them are meant."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    AS_IN_CART = "as_in_cart"


class Round(StrEnum):
    """Whether a discount is rounded once for its line, or for each unit."""

    LINE = "line"
    UNIT = "unit"


class Run(NamedTuple):
    """Equal units of a line that stand together: `bucket` is their place in the line."""

    place: int
    bucket: int
    units: int
    price: int
    room: int
    """How far the price of one may fall."""


class Target(NamedTuple):
    """A line, or some of its units, from which something may be taken."""

    place: int
    amount: int
    initial: int
    room: int
    runs: tuple[Run, ...] | None = None
    """The units; nothing where it is the whole line."""


class Piece(NamedTuple):
    """So much off the next `units` units of a bucket, evenly."""

    bucket: int
    units: int
    amount: int


class Take(NamedTuple):
    """So much off a line; with pieces where only some of its units are meant."""

    place: int
    amount: int
    pieces: tuple[Piece, ...] | None = None


class FreeGood(NamedTuple):
    """Goods that come with the order for nothing: a result, never a line of the cart."""

    promotion: int | str
    version: int
    sku: str
    quantity: int


@dataclass(slots=True, kw_only=True)
class Offer:
    """
    What a benefit would do to the basket as it stands; it has done nothing yet.

    `takes` are exact. `spread` is a total that is divided over targets only when it is applied:
    for a comparison of promotions the total is enough.
    """

    amount: int = 0
    takes: Sequence[Take] = ()
    spread: Sequence[Target] = ()
    weights: Sequence[int] | None = None
    held: Sequence[Run] = ()
    """Units that are used up without being cheaper: those that had to be bought."""
    shipping: int = 0
    goods: Sequence[tuple[str, int]] = ()
    worth: int = 0
    """What the free goods count for where promotions are compared."""
    wanted: int = 0
    """What it would take if nothing stopped it."""
    needed: int | None = None
    have: int | None = None
    """How much more is needed for an effect, where that can be said."""
    reason: Reason | None = None
    """Why there is no effect, where it is more than that."""

    @property
    def total(self) -> int:
        return self.amount + self.shipping

    @property
    def has_effect(self) -> bool:
        return bool(self.amount or self.shipping or self.goods)
