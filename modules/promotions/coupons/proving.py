"""The proof of the counters: what they say is the sum of the uses that were not given back."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.db import session
from app.module import Difference
from modules.promotions.coupons.models import (
    CounterKind,
    PromotionCode,
    PromotionCounter,
    PromotionUse,
)
from modules.promotions.coupons.redeeming import counters_of

_BATCH = 2_000
_FIRST = 100


def prove_promotions() -> Iterator[Difference]:
    """Yield every counter, and every code, that does not say what its uses say."""
    expected = _summed()
    counters = session.execute(
        select(
            PromotionCounter.promotion_id,
            PromotionCounter.kind,
            PromotionCounter.key,
            PromotionCounter.used,
            PromotionCounter.amount_minor,
        ).order_by(PromotionCounter.id)
    )
    for promotion_id, kind, key, used, amount in counters:
        wanted = expected.pop((promotion_id, kind, key), (0, 0))
        if wanted != (used, amount):
            entry = f"promotion {promotion_id} {kind.value} {key}".rstrip()
            yield _difference(entry, wanted, (used, amount))
    for (promotion_id, kind, key), wanted in list(expected.items())[:_FIRST]:
        yield _difference(f"promotion {promotion_id} {kind.value} {key}".rstrip(), wanted, (0, 0))
    yield from _prove_codes()


def _summed() -> dict[tuple[int, CounterKind, str], tuple[int, int]]:
    """Return what the counters have to say, added up use by use."""
    found: dict[tuple[int, CounterKind, str], tuple[int, int]] = {}
    last = 0
    while True:
        uses = session.scalars(
            select(PromotionUse)
            .where(PromotionUse.id > last, PromotionUse.returned_at.is_(None))
            .order_by(PromotionUse.id)
            .limit(_BATCH)
        ).all()
        if not uses:
            return found
        last = uses[-1].id
        for use in uses:
            for kind, key in counters_of(use).items():
                place = (use.promotion_id, kind, key)
                count, amount = found.get(place, (0, 0))
                found[place] = count + 1, amount + use.amount_minor
        session.expunge_all()


def _prove_codes() -> Iterator[Difference]:
    sums = (
        select(PromotionUse.code_id, func.count().label("count"))
        .where(PromotionUse.returned_at.is_(None), PromotionUse.code_id.is_not(None))
        .group_by(PromotionUse.code_id)
        .subquery()
    )
    count = func.coalesce(sums.c.count, 0)
    rows = session.execute(
        select(PromotionCode.id, count, PromotionCode.used)
        .outerjoin(sums, sums.c.code_id == PromotionCode.id)
        .where(PromotionCode.used != count)
        .order_by(PromotionCode.id)
        .limit(_FIRST)
    )
    for code_id, wanted, used in rows:
        yield _difference(f"code {code_id} used", wanted, used)


def _difference(entry: str, expected: object, found: object) -> Difference:
    return Difference(ledger="promotions", entry=entry, expected=expected, found=found)
