"""The proof of the history: no gap, no overlap, and what stands now is what is asked for now."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from app.db import session
from app.module import Difference
from modules import catalog
from modules.pricing.models import PricePeriod

_ROWS: Any = PricePeriod.__table__
_PART = 2_000
_OFFERED = ("active", "discontinued")


def prove_periods() -> Iterator[Difference]:
    """
    Tell where periods overlap, where the company's prices have a gap, or where they are wrong now.

    A place's own periods may have gaps between them: there the company's price was shown.
    """
    row = (_ROWS.c.variant_id, _ROWS.c.place, _ROWS.c.ref_kind, _ROWS.c.ref_id)
    following = func.lead(_ROWS.c.valid_from).over(
        partition_by=row, order_by=(_ROWS.c.valid_from, _ROWS.c.id)
    )
    chained = select(*row, _ROWS.c.id, _ROWS.c.valid_to, following.label("next_from")).subquery()
    has_next = chained.c.next_from.is_not(None)
    overlaps = has_next & (
        chained.c.valid_to.is_(None) | (chained.c.valid_to > chained.c.next_from)
    )
    gap = (chained.c.place == "") & (chained.c.ref_kind == "")
    gap = gap & has_next & (chained.c.valid_to < chained.c.next_from)
    for one in session.execute(
        select(chained).where(overlaps | gap).order_by(chained.c.id).limit(100)
    ):
        yield Difference(
            ledger="price_period",
            entry=f"period {one.id} of variant {one.variant_id} in {one.place or 'all places'}",
            expected=f"it ends at {one.next_from}",
            found=f"it ends at {one.valid_to}",
        )
    yield from _prove_present()


def _prove_present() -> Iterator[Difference]:
    """Compare the company's open periods with the catalogue's prices."""
    after = 0
    while part := catalog.variants_after(after, limit=_PART):
        after = part[-1].id
        rows = session.execute(
            select(_ROWS.c.variant_id, _ROWS.c.price_minor).where(
                _ROWS.c.variant_id.in_([one.id for one in part]),
                _ROWS.c.place == "",
                _ROWS.c.ref_kind == "",
                _ROWS.c.valid_to.is_(None),
            )
        )
        shown: dict[int, int | None] = dict(rows.all())
        for one in part:
            asked = one.price_minor if one.status in _OFFERED else None
            if shown.get(one.id) != asked:
                yield Difference(
                    ledger="price_period",
                    entry=f"variant {one.sku}",
                    expected=asked,
                    found=shown.get(one.id),
                )
