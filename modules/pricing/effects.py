"""What a change of a list does to the prices that are presented: at once, or as a job."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app import clock, outbox
from app.db import session
from app.events import publish
from modules import catalog
from modules.pricing import presenting
from modules.pricing.events import ListPricesChanged
from modules.pricing.models import PriceBook, PriceEntry, PriceList, PricePeriod

AT_ONCE = 500
"""So many variants are written into the history within the change itself; more by a job."""
JOB = "pricing.renew"
_ENTRIES: Any = PriceEntry.__table__
_PART = 5_000
_MOST_LIKE = 10**6


def acts(record: PriceList) -> bool:
    """Test whether a list is switched on and everybody is shown what stands on it."""
    is_on = record.active and record.archived_at is None
    return is_on and not record.groups and not record.customers


def variants_of(record: PriceList) -> set[int]:
    """Return the variants on whose presented price a list may act now."""
    if not acts(record):
        return set()
    found = set(
        session.scalars(
            select(PriceEntry.variant_id)
            .where(PriceEntry.price_list_id == record.id, PriceEntry.least_quantity == 1)
            .distinct()
        )
    )
    for rule in record.rules:
        like = catalog.variants_like(
            brands=[rule["word"]] if rule["of"] == "brand" else (),
            categories=[rule["word"]] if rule["of"] == "category" else (),
            limit=_MOST_LIKE,
        )
        found.update(one.id for one in like)
    return found


def variants_shown_by(record: PriceList) -> set[int]:
    """Return the variants whose price in some place is that of a list at present."""
    return set(
        session.scalars(
            select(PricePeriod.variant_id).where(
                PricePeriod.price_list_id == record.id, PricePeriod.valid_to.is_(None)
            )
        )
    )


def take_effect(variant_ids: Iterable[int]) -> None:
    """Write into the history what a change of a list makes of the prices of some variants."""
    keys = sorted(set(variant_ids))
    if keys:
        publish(ListPricesChanged())
    if len(keys) <= AT_ONCE:
        presenting.renew(keys)
        return
    _renew_later(keys, since=clock.now())


def _renew_later(variant_ids: Iterable[int], *, since: datetime) -> None:
    keys = sorted(variant_ids)
    for start in range(0, len(keys), _PART):
        part = {"variants": keys[start : start + _PART], "since": since.isoformat()}
        outbox.enqueue(JOB, part, order_key="pricing")


def keep_periods() -> int:
    """Write down what began or ended by the calendar since the last time; return how many."""
    now = clock.now()
    kept = session.get_one(PriceBook, 1, with_for_update=True)
    since = kept.seen_until
    moments: dict[datetime, set[int]] = {}
    for column in (PriceList.valid_from, PriceList.valid_to):
        for record in session.scalars(select(PriceList).where(column > since, column <= now)):
            moment = record.valid_from if column is PriceList.valid_from else record.valid_to
            assert moment is not None
            keys = variants_of(record) | variants_shown_by(record)
            moments.setdefault(moment, set()).update(keys)
    starts, ends = _ENTRIES.c.valid_from, _ENTRIES.c.valid_to
    rows = session.execute(
        select(_ENTRIES.c.variant_id, starts, ends).where(
            or_((starts > since) & (starts <= now), (ends > since) & (ends <= now))
        )
    )
    for variant_id, start, end in rows:
        for moment in (start, end):
            if moment is not None and since < moment <= now:
                moments.setdefault(moment, set()).add(variant_id)
    many = {key for keys in moments.values() for key in keys}
    if len(many) > AT_ONCE:
        # A sale of the whole shop begins: part by part, so that orders need not wait. What holds
        # now has held since the last moment.
        _renew_later(many, since=max(moments))
    else:
        for moment in sorted(moments):
            presenting.renew(moments[moment], at=moment)
    if moments:
        publish(ListPricesChanged())
    kept.seen_until = now
    session.flush()
    return sum(len(keys) for keys in moments.values())
