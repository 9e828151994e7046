"""
The prices that are really presented, written into the history as they take effect.

Every variant has one unbroken row of periods of the company's price. Where lists show another
price in a place, that place has periods of its own for as long as they do; what a promotion makes
cheaper has a row of periods under its own name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.bulk import insert_many
from app.db import LostRace, session
from app.reference import Reference
from modules import catalog, organization
from modules.pricing import book
from modules.pricing.base_price import base_price
from modules.pricing.book import KeptList
from modules.pricing.looking_up import Wanted, list_prices_of
from modules.pricing.models import PriceEntry, PricePeriod
from modules.pricing.places import EVERYWHERE, Place, list_places
from modules.pricing.prior import prior_of

_PERIODS: Any = PricePeriod.__table__
_ENTRIES: Any = PriceEntry.__table__
_PART = 1_000
_OFFERED = ("active", "discontinued")
OWN = Reference("", 0)
"""The row of periods of lists and of the company's price."""


class Shown(NamedTuple):
    """A price in a place; without an amount the goods are withdrawn."""

    price_minor: int | None
    currency: str
    price_list_id: int | None = None


Where = tuple[int, str]
"""Variant and place."""


def renew(variant_ids: Iterable[int], *, at: datetime | None = None) -> None:
    """Write down what is presented of variants since now (or since a moment just past)."""
    at = at or clock.now()
    keys = sorted(set(variant_ids))
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        _follow(part, OWN, _presented(part, at), at)


def present(
    *,
    reference: Reference,
    place: str,
    prices: Mapping[int, int],
    currency: str,
    among: Collection[int] | None = None,
    at: datetime | None = None,
) -> None:
    """
    Write down what something, such as a promotion, makes goods cost in a place from now on.

    `prices` is all that it shows there (of the variants `among` which it is told, where many are
    told part by part): what is not named any more goes back to what lists say.
    """
    at = at or clock.now()
    wanted = {(key, place): Shown(minor, currency) for key, minor in prices.items()}
    if among is None:
        among = presented_by(reference=reference, place=place)
    keys = sorted({*prices, *among})
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        own = {where: shown for where, shown in wanted.items() if where[0] in set(part)}
        _follow(part, reference, own, at, place=place)


def presented_by(*, reference: Reference, place: str) -> Sequence[int]:
    """Return the variants of which something shows a price in a place now."""
    return session.scalars(
        select(PricePeriod.variant_id).where(
            PricePeriod.ref_kind == reference.kind,
            PricePeriod.ref_id == reference.id,
            PricePeriod.place == place,
            PricePeriod.valid_to.is_(None),
        )
    ).all()


def present_no_more(*, reference: Reference, at: datetime | None = None) -> None:
    """End all that something showed: a promotion that is over, or paused."""
    moment = at or clock.now()
    session.execute(
        update(PricePeriod)
        .where(
            PricePeriod.ref_kind == reference.kind,
            PricePeriod.ref_id == reference.id,
            PricePeriod.valid_to.is_(None),
            PricePeriod.valid_from <= moment,
        )
        .values(valid_to=moment)
        .execution_options(synchronize_session=False)
    )


def _presented(keys: Sequence[int], at: datetime) -> dict[Where, Shown]:
    """Return what lists and the company's price say now, place by place."""
    known = catalog.variants_by_id(keys)
    currency = organization.get_company().currency
    found: dict[Where, Shown] = {}
    for key in keys:
        variant = known.get(key)
        if variant is not None and variant.status in _OFFERED:
            found[key, EVERYWHERE] = Shown(variant.price_minor, currency)
        elif variant is not None:
            found[key, EVERYWHERE] = Shown(None, currency)
    public = [one for one in book.current().lists if one.is_public]
    if public:
        for place in list_places():
            lists = _holding(public, place, at)
            if lists:
                found |= _of_lists(known, keys, lists, place, at, currency)
    return found


def _holding(public: Sequence[KeptList], place: Place, at: datetime) -> dict[int, KeptList]:
    return {
        one.id: one
        for one in public
        if one.holds(at=at, currency=place.currency, channel=place.channel, store=place.store)
    }


def _of_lists(
    known: Mapping[int, catalog.VariantForSale],
    keys: Sequence[int],
    lists: Mapping[int, KeptList],
    place: Place,
    at: datetime,
    company_currency: str,
) -> dict[Where, Shown]:
    rows = session.execute(
        select(
            _ENTRIES.c.variant_id,
            _ENTRIES.c.price_list_id,
            _ENTRIES.c.price_minor,
            _ENTRIES.c.valid_from,
            _ENTRIES.c.valid_to,
        ).where(
            _ENTRIES.c.variant_id.in_(keys),
            _ENTRIES.c.price_list_id.in_(list(lists)),
            _ENTRIES.c.least_quantity == 1,
        )
    )
    entries: dict[int, list[tuple[KeptList, int, int]]] = {}
    for row in rows:
        if (row.valid_from is None or row.valid_from <= at) and (
            row.valid_to is None or at < row.valid_to
        ):
            entry = (lists[row.price_list_id], 1, row.price_minor)
            entries.setdefault(row.variant_id, []).append(entry)
    by_code = {one.code: one.id for one in lists.values()}
    found: dict[Where, Shown] = {}
    for key in keys:
        variant = known.get(key)
        if variant is None or variant.status not in _OFFERED:
            continue
        wanted = Wanted(key, 1, variant.price_minor, variant.brand, variant.category)
        company = variant.price_minor if place.currency == company_currency else None
        prices = list_prices_of(wanted, entries.get(key, ()), list(lists.values()), 1, company)
        if chosen := base_price(prices, sku=str(key), quantity=1, at=at):
            shown = Shown(chosen.unit_price_minor, place.currency, by_code[chosen.price_list])
            found[key, place.name] = shown
    return found


def _follow(
    keys: Sequence[int],
    reference: Reference,
    wanted: Mapping[Where, Shown],
    at: datetime,
    *,
    place: str | None = None,
) -> None:
    """Close what is not presented any more and open what is, where they differ."""
    open_ones = select(
        _PERIODS.c.id,
        _PERIODS.c.variant_id,
        _PERIODS.c.place,
        _PERIODS.c.price_minor,
        _PERIODS.c.currency,
        _PERIODS.c.price_list_id,
        _PERIODS.c.valid_from,
    ).where(
        _PERIODS.c.variant_id.in_(keys),
        _PERIODS.c.ref_kind == reference.kind,
        _PERIODS.c.ref_id == reference.id,
        _PERIODS.c.valid_to.is_(None),
    )
    if place is not None:
        open_ones = open_ones.where(_PERIODS.c.place == place)
    stands: dict[Where, Any] = {
        (row.variant_id, row.place): row for row in session.execute(open_ones)
    }
    gone: list[Any] = []
    new: dict[Where, Shown] = dict(wanted)
    for where, row in stands.items():
        shown = wanted.get(where)
        if shown == Shown(row.price_minor, row.currency, row.price_list_id):
            del new[where]
        else:
            gone.append(row)
    # What was never offered begins with its first price, not with its absence.
    new = {
        where: shown
        for where, shown in new.items()
        if shown.price_minor is not None or where in stands
    }
    _close(gone, at)
    priors = prior_of(
        [where for where, shown in new.items() if _is_lower(shown, stands.get(where))], at
    )
    _open(reference, new, stands, priors, at)


def _is_lower(shown: Shown, before: Any) -> bool:
    return (
        shown.price_minor is not None
        and before is not None
        and before.price_minor is not None
        and before.currency == shown.currency
        and shown.price_minor < before.price_minor
    )


def _close(gone: Sequence[Any], at: datetime) -> None:
    moments: dict[datetime, list[int]] = {}
    for row in gone:
        # A change by the calendar is written down a little later than it holds: another may
        # have been written before it.
        moments.setdefault(max(at, row.valid_from), []).append(row.id)
    for moment, keys in moments.items():
        closed = session.scalars(
            update(_PERIODS)
            .where(_PERIODS.c.id.in_(keys), _PERIODS.c.valid_to.is_(None))
            .values(valid_to=moment)
            .returning(_PERIODS.c.id)
        ).all()
        if len(closed) != len(keys):
            raise LostRace


def _open(
    reference: Reference,
    new: Mapping[Where, Shown],
    stands: Mapping[Where, Any],
    priors: Mapping[Where, int | None],
    at: datetime,
) -> None:
    rows = [
        {
            "variant_id": key,
            "place": place,
            "ref_kind": reference.kind,
            "ref_id": reference.id,
            "price_list_id": shown.price_list_id,
            "currency": shown.currency,
            "price_minor": shown.price_minor,
            "prior_minor": priors.get((key, place)),
            "valid_from": max(at, stands[key, place].valid_from) if (key, place) in stands else at,
            "valid_to": None,
        }
        for (key, place), shown in new.items()
    ]
    try:
        insert_many(_PERIODS, rows)
    except IntegrityError as taken:
        # Somebody opened the same row of periods at the same moment: look again.
        raise LostRace from taken
