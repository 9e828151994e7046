"""The plain values that come into stock and go out of it."""

from dataclasses import dataclass
from typing import NamedTuple

from app.reference import Reference


class Level(NamedTuple):
    """The pieces of one variant in one location."""

    variant_id: int
    location_id: int
    on_hand: int
    unsellable: int
    reserved: int
    incoming: int

    @property
    def available(self) -> int:
        """Return how many pieces can still be promised."""
        return self.on_hand - self.unsellable - self.reserved


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Goods that are to be promised to somebody."""

    variant_id: int
    location_id: int
    quantity: int
    reference: Reference


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """Goods that arrived; what one piece cost where that is known."""

    variant_id: int
    quantity: int
    unit_cost_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class TransferLineWanted:
    """Goods that are to go to another location, or that have come there."""

    variant_id: int
    quantity: int


class Change(NamedTuple):
    """What is added to the figures of one stock item; a minus takes away."""

    variant_id: int
    location_id: int
    on_hand: int = 0
    unsellable: int = 0
    reserved: int = 0
    incoming: int = 0
