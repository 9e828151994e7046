"""The lowest price of 30 days, as the history of presented prices tells it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from app import clock
from app.db import session
from modules import organization
from modules.pricing.models import PricePeriod as Row
from modules.pricing.places import EVERYWHERE
from modules.pricing.prior_price import (
    Announced,
    PricePeriod,
    announced_reduction,
    prior_price,
)

_ROWS: Any = Row.__table__
DAYS = 30
_BACK = timedelta(days=2 * DAYS + 2)
"""So far back the history is read: a reduction of this month, and the month before it."""


class Spell(NamedTuple):
    """A period as it was read; `is_own` = of lists and the company, not of a promotion."""

    period: PricePeriod
    place: str
    currency: str
    is_own: bool


def lowest_30_days(variant_ids: Iterable[int], *, place: str = EVERYWHERE) -> Mapping[int, int]:
    """
    Return the price that must stand beside the present one, by variant, in one statement.

    Where the present price is a reduction of the last 30 days: the lowest of the 30 days before it.
    Otherwise the lowest of the last 30 days. What is not offered has none.
    """
    now = clock.now()
    history = read_history(variant_ids, since=now - _BACK)
    zone = organization.company_zone() if history else None
    found: dict[int, int] = {}
    for key, spells in history.items():
        lowest = _lowest(_seen_in(spells, place), now, zone)
        if lowest is not None:
            found[key] = lowest
    return found


def prior_prices(
    variant_ids: Iterable[int], *, place: str = EVERYWHERE, at: datetime | None = None
) -> Mapping[int, int | None]:
    """Return the price against which a reduction that begins at a moment is told, by variant."""
    at = at or clock.now()
    keys = set(variant_ids)
    found = prior_of([(key, place) for key in keys], at)
    return {key: found.get((key, place)) for key in keys}


def announced(
    new_minor: Mapping[int, int], *, place: str = EVERYWHERE, at: datetime | None = None
) -> Mapping[int, Announced]:
    """Return what may be said of new prices: whether they are reductions, and of how much."""
    priors = prior_prices(new_minor, place=place, at=at)
    return {key: announced_reduction(minor, priors[key]) for key, minor in new_minor.items()}


def prior_of(
    wanted: Sequence[tuple[int, str]], at: datetime
) -> Mapping[tuple[int, str], int | None]:
    """Return the prior price of reductions that begin at a moment, by variant and place."""
    if not wanted:
        return {}
    history = read_history((key for key, _place in wanted), since=at - _BACK)
    zone = organization.company_zone()
    return {
        (key, place): _before(_seen_in(history.get(key, ()), place), at, zone)
        for key, place in wanted
    }


def read_history(variant_ids: Iterable[int], *, since: datetime) -> Mapping[int, Sequence[Spell]]:
    """Return the periods that reach into the time since a moment, oldest first, by variant."""
    keys = sorted(set(variant_ids))
    if not keys:
        return {}
    rows = session.execute(
        select(
            _ROWS.c.variant_id,
            _ROWS.c.place,
            _ROWS.c.currency,
            _ROWS.c.ref_kind,
            _ROWS.c.price_minor,
            _ROWS.c.valid_from,
            _ROWS.c.valid_to,
        )
        .where(
            _ROWS.c.variant_id.in_(keys), or_(_ROWS.c.valid_to.is_(None), _ROWS.c.valid_to > since)
        )
        .order_by(_ROWS.c.variant_id, _ROWS.c.valid_from, _ROWS.c.id)
    )
    found: dict[int, list[Spell]] = {}
    for row in rows:
        if row.valid_to == row.valid_from:
            continue  # within one act: nobody saw it
        period = PricePeriod(
            price_minor=row.price_minor, valid_from=row.valid_from, valid_to=row.valid_to
        )
        spell = Spell(period, row.place, row.currency, not row.ref_kind)
        found.setdefault(row.variant_id, []).append(spell)
    return found


def _seen_in(spells: Sequence[Spell], place: str) -> list[PricePeriod]:
    """
    Return what was presented in a place: its own periods, and the company's between them.

    Amounts of another currency than it shows now are no prices to compare with.
    """
    here = [one for one in spells if one.place == place]
    currency = here[-1].currency if here else ""
    spells = [one for one in spells if not currency or one.currency == currency]
    own = [one.period for one in spells if one.place == place and place and one.is_own]
    cheaper = [one.period for one in spells if one.place == place and not one.is_own]
    general = [one.period for one in spells if one.place == EVERYWHERE and one.is_own]
    return sorted(
        [*own, *cheaper, *(part for one in general for part in _without(one, own))],
        key=lambda one: one.valid_from,
    )


def _without(period: PricePeriod, others: Sequence[PricePeriod]) -> list[PricePeriod]:
    """Return the parts of a period during which none of the others held."""
    parts, since, until = [], period.valid_from, period.valid_to
    for other in others:
        if other.valid_to is not None and other.valid_to <= since:
            continue
        if until is not None and other.valid_from >= until:
            break
        if other.valid_from > since:
            parts.append(_part(period, since, other.valid_from))
        if other.valid_to is None:
            return parts
        since = other.valid_to
    if until is None or since < until:
        parts.append(_part(period, since, until))
    return parts


def _part(period: PricePeriod, since: datetime, until: datetime | None) -> PricePeriod:
    return PricePeriod(price_minor=period.price_minor, valid_from=since, valid_to=until)


def _lowest(periods: Sequence[PricePeriod], now: datetime, zone: Any) -> int | None:
    standing = [
        one.price_minor
        for one in periods
        if one.price_minor is not None and (one.valid_to is None or one.valid_to > now)
    ]
    if not standing:
        return None
    present = min(standing)
    began = min(
        one.valid_from
        for one in periods
        if one.price_minor == present and (one.valid_to is None or one.valid_to > now)
    )
    just_before = [
        one.price_minor
        for one in periods
        if one.price_minor is not None and one.valid_to is not None and one.valid_to == began
    ]
    others = [minor for minor in standing if minor > present]  # under a promotion's price
    is_reduced = any(minor > present for minor in (*just_before, *others))
    if is_reduced and began > now - timedelta(days=DAYS):
        return _before(periods, began, zone)
    since = now - timedelta(days=DAYS)
    return min(
        one.price_minor
        for one in periods
        if one.price_minor is not None and (one.valid_to is None or one.valid_to > since)
    )


def _before(periods: Sequence[PricePeriod], at: datetime, zone: Any) -> int | None:
    found = prior_price(periods, reduction_at=at, zone=zone, days=DAYS)
    if found is not None:
        return found
    # Offered since this very day: the lowest since it is offered.
    earlier = [one.price_minor for one in periods if one.valid_from < at]
    return min((minor for minor in earlier if minor is not None), default=None)
