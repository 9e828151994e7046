"""What stock announces to the floors above it: facts, told in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged:
    """Of these variants more or fewer pieces can be promised than before, somewhere."""

    variant_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class GoodsArrived:
    """Sellable pieces of these variants lie in this location now: backorders may be filled."""

    location_id: int
    variant_ids: tuple[int, ...]
