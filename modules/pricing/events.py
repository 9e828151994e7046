"""What pricing announces to the floors above it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ListPricesChanged:
    """Lists, or how low prices may go, say something else now of what everybody is shown."""
