"""Cells that a spreadsheet will open: what it would calculate is shown to it as text."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet_row(values: Iterable[str]) -> list[str]:
    """Return the cells of a CSV row, none of which a spreadsheet takes for a formula."""
    return [sheet_cell(value) for value in values]


def sheet_cell(value: str) -> str:
    """Return a text with an apostrophe before it where it would be calculated; numbers stay."""
    if value.startswith(_DANGEROUS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
