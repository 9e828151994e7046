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


def worth(ranges: Sequence[SoldUnit], first: int, last: int) -> int:
    """Return what the units between two numbers cost together, in minor units."""
    return sum(part.worth_minor for part in cut(ranges, first, last))


def measured_worth(line: OrderLine, ranges: Sequence[SoldUnit], before: int, more: int) -> int:
    """
    Return the worth of `more` of a line sold by measure, after `before` went the same way.

    It is the difference of two rounded shares, so that the last part is exactly the rest.
    """
    whole = ranges[0].gross_minor
    return whole * (before + more) // line.quantity - whole * before // line.quantity
