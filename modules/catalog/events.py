"""What the catalogue announces to the floors above it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class QuantitiesImported:
    """A file said how many pieces of each variant lie at a location: (variant_id, quantity)."""

    import_id: int
    location_code: str
    quantities: Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class PricesChanged:
    """
    Variants cost something else now, are new, or came on sale or off it.

    A subscriber may refuse what a person typed: nothing is changed then.
    """

    variant_ids: Sequence[int]
    typed: bool = False
    """A person or a program set the price of these, not a file."""


@dataclass(frozen=True, kw_only=True)
class ImportUndone:
    """
    An import is being taken back.

    A subscriber takes back what it did because of it, or raises RuleViolation: nothing is undone
    then.
    """

    import_id: int
