"""A cart that nobody has: what it would cost, which promotions would apply, and why others not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from modules import promotions
from modules.orders.quoting.cart import Judged, Quote, QuotedLine
from modules.orders.quoting.composing import quote
from modules.orders.quoting.gathering import Wanted, gather

_MONEY = frozenset({"min_subtotal_not_met", "budget_exhausted"})


class LinePart(NamedTuple):
    """So much off one line; without a line, off the delivery."""

    line: QuotedLine | None
    amount_minor: int
    units: int


@dataclass(frozen=True, kw_only=True)
class Traced:
    """What became of one promotion, in the reader's words."""

    judged: Judged
    parts: Sequence[LinePart] = ()
    """Where it took something off; a promotion that did not apply has none."""
    why: str = ""
    """For whoever serves the buyer."""
    to_buyer: str = ""
    """For the buyer."""
    asks: str = ""
    """The condition that was not met, as the promotion says it."""
    counts_money: bool = False
    """Whether what is needed, there and missing are amounts."""


@dataclass(frozen=True, kw_only=True)
class Simulation:
    quote: Quote
    applied: Sequence[Traced]
    refused: Sequence[Traced]
    unknown_codes: int = 0


def simulate(wanted: Wanted, *, promotion_id: int | None = None) -> Simulation:
    """
    Return what a cart would cost, told to the last promotion; nothing is stored or counted.

    With a promotion its draft stands in the place of what applies of it, and it is told of even
    where the cart has nothing to do with it.

    :raises NotFound: there is no such promotion
    :raises NoPrice: a line has no price in the currency
    :raises TooMuch: a line or all of it costs more than any column of ours holds
    """
    if promotion_id is None:
        published = promotions.published()
    else:
        published = promotions.published_with(promotion_id)
    asked = () if promotion_id is None else (promotion_id,)
    found = quote(gather(replace(wanted, asked=asked), published), published)
    told = promotions.Told(published)
    traced = [_trace(one, found, told) for one in found.judged]
    # What was asked about comes first.
    traced.sort(key=lambda one: one.judged.promotion_id not in asked)
    return Simulation(
        quote=found,
        applied=[one for one in traced if one.judged.applied],
        refused=[one for one in traced if not one.judged.applied],
        unknown_codes=sum(
            one.reason == promotions.Reason.CODE_UNKNOWN.value for one in found.judged
        ),
    )


def _trace(one: Judged, found: Quote, told: promotions.Told) -> Traced:
    if one.applied:
        return Traced(judged=one, parts=_parts(one, found))
    words = told.refusal(
        one.promotion_id,
        one.reason,
        path=one.path,
        shortfall=one.shortfall,
        rival=one.rival,
    )
    return Traced(
        judged=one,
        why=words.why,
        to_buyer=words.to_buyer,
        asks=words.asks,
        counts_money=one.reason in _MONEY,
    )


def _parts(one: Judged, found: Quote) -> list[LinePart]:
    """Return what it took off each line, in the order of the cart, the delivery last."""
    amounts: dict[int | None, list[int]] = {}
    for part in found.adjustments:
        if part.promotion_id == one.promotion_id:
            sums = amounts.setdefault(part.line, [0, 0])
            sums[0] += part.amount_minor
            sums[1] += part.unit_to - part.unit_from + 1
    places = sorted(amounts, key=lambda place: (place is None, place or 0))
    return [
        LinePart(None if place is None else found.lines[place], *amounts[place]) for place in places
    ]
