"""Sums over the frozen units of a line: what units number so to so cost."""

from collections.abc import Sequence
from typing import NamedTuple

from modules.orders.models import OrderLine, SoldUnit


class Slice(NamedTuple):
    """Units `first` to `last` of a line that cost the same each."""

    first: int
    last: int
    gross_minor: int

    @property
    def unit_count(self) -> int:
        return self.last - self.first + 1

    @property
    def worth_minor(self) -> int:
        return self.unit_count * self.gross_minor


def cut(ranges: Sequence[SoldUnit], first: int, last: int) -> list[Slice]:
    """Return the parts of the ranges that lie between two unit numbers (both included)."""
    return [
        Slice(max(one.first, first), min(one.last, last), one.gross_minor)
        for one in ranges
        if one.last >= first and one.first <= last
    ]


def worth(line: OrderLine, ranges: Sequence[SoldUnit], first: int, last: int) -> int:
    """
    Return what the units between two numbers cost together, in minor units.

    Of a line sold by measure it is the difference of two rounded shares: so the parts sum to the
    line, whatever was cancelled from its end and came back from its beginning.
    """
    if line.per > 1:
        return _share(line, ranges, last) - _share(line, ranges, first - 1)
    return sum(part.worth_minor for part in cut(ranges, first, last))


def discount_in(ranges: Sequence[SoldUnit], first: int, last: int) -> int:
    """Return the discount in the units between two numbers, in minor units."""
    return sum(
        one.discount_minor * (min(one.last, last) - max(one.first, first) + 1)
        for one in ranges
        if one.last >= first and one.first <= last
    )


def _share(line: OrderLine, ranges: Sequence[SoldUnit], until: int) -> int:
    return ranges[0].gross_minor * until // line.quantity
