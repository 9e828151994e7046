"""
The lowest price before a reduction.

The Polish act on price information of 9 May 2014, art. 4(2) and (3): with every reduction stands
the lowest price that was in force within the 30 days before it, and for goods that are offered for
less, since they are. The window ends on the eve of the reduction. A percentage that is told is
worked out from that price (Court of Justice, C-330/23).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from app.money import half_up


@dataclass(frozen=True, kw_only=True)
class PricePeriod:
    """A price that was really presented, [from, to); without a price the goods were withdrawn."""

    price_minor: int | None
    valid_from: datetime
    valid_to: datetime | None = None


class Window(StrEnum):
    """Which days are counted back."""

    CALENDAR = "calendar"
    ON_OFFER = "on_offer"
    """Only days on which the goods were to be had: goods of a season."""


class PriorRule(StrEnum):
    """Which price of the window is told."""

    LOWEST = "lowest"
    BEFORE_REDUCTION = "before_reduction"
    """The last one: goods that perish soon."""


class Announced(NamedTuple):
    """What may be said of a new price."""

    prior_minor: int | None
    is_reduction: bool
    percent_bp: int


def prior_price(
    periods: Sequence[PricePeriod],
    *,
    reduction_at: datetime,
    zone: tzinfo,
    days: int = 30,
    window: Window = Window.CALENDAR,
    rule: PriorRule = PriorRule.LOWEST,
) -> int | None:
    """
    Return the price that a reduction is told against; None where nothing was offered before it.

    A price counts that was in force at any moment of the window, also one that was set before it.
    One that takes effect on the day of the reduction, or later, does not.
    """
    day = reduction_at.astimezone(zone).date()
    until = _midnight(day, zone)
    priced = [one for one in periods if one.price_minor is not None and one.valid_from < until]
    if window is Window.ON_OFFER:
        first = _first_day_on_offer(priced, day, zone, days)
    else:
        first = day - timedelta(days=days)
    since = _midnight(first, zone)
    inside = [one for one in priced if one.valid_to is None or one.valid_to > since]
    if rule is PriorRule.BEFORE_REDUCTION:
        last = max(inside, key=lambda one: one.valid_from, default=None)
        return None if last is None else last.price_minor
    return min((one.price_minor for one in inside if one.price_minor is not None), default=None)


def announced_reduction(new_minor: int, prior_minor: int | None) -> Announced:
    """Return whether a new price is a reduction, and by how much of the prior one."""
    if prior_minor is None or new_minor >= prior_minor:
        return Announced(prior_minor, False, 0)
    percent = half_up((prior_minor - new_minor) * 10_000, prior_minor)
    return Announced(prior_minor, True, percent)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _first_day_on_offer(priced: Sequence[PricePeriod], day: date, zone: tzinfo, days: int) -> date:
    """Return the first day of so many days before `day` on which the goods were on offer."""
    counted, at = 0, day
    spans = []
    for one in sorted(priced, key=lambda one: one.valid_from, reverse=True):
        last = day - timedelta(days=1)
        if one.valid_to is not None:  # its last moment, not the first one after it
            last = min(last, (one.valid_to.astimezone(zone) - timedelta(microseconds=1)).date())
        spans.append((one.valid_from.astimezone(zone).date(), last))
    for first, last in spans:
        last = min(last, at - timedelta(days=1))
        length = (last - first).days + 1
        if length <= 0:
            continue
        if counted + length >= days:
            return last - timedelta(days=days - counted - 1)
        counted += length
        at = first
    return at
