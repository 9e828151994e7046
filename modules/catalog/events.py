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
class ImportUndone:
    """
    An import is being taken back.

    A subscriber takes back what it did because of it, or raises RuleViolation: nothing is undone
    then.
    """

    import_id: int
