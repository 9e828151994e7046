"""Questions about codes for screens and programs: batches, their codes, and how limits stand."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from app import clock
from app.db import session
from app.i18n import lazy
from app.lists import Sort
from app.reference import Reference
from modules.promotions.coupons.counting import counted_of, keys_of
from modules.promotions.coupons.models import (
    CodeBatch,
    CodeState,
    CounterKind,
    PromotionCode,
    PromotionUse,
)
from modules.promotions.coupons.states import stands
from modules.promotions.engine.cart import normalized

OLDEST_FIRST = Sort(
    code="oldest",
    title=lazy("As they were made"),
    by=(PromotionCode.id,),
    kinds=(int,),
    place=lambda row: (row.PromotionCode.id,),
)


class BatchView(NamedTuple):
    """A batch and how many of its codes were used."""

    batch: CodeBatch
    used: int

    @property
    def is_being_made(self) -> bool:
        return self.batch.made < self.batch.wanted


def list_batches(promotion_id: int) -> list[BatchView]:
    """Return the batches of a promotion, the newest first."""
    batches = session.scalars(
        select(CodeBatch)
        .where(CodeBatch.promotion_id == promotion_id)
        .order_by(CodeBatch.id.desc())
    ).all()
    used: dict[int, int] = {
        batch_id: count
        for batch_id, count in session.execute(
            select(PromotionUse.batch_id, func.count())
            .where(
                PromotionUse.promotion_id == promotion_id,
                PromotionUse.batch_id.is_not(None),
                PromotionUse.returned_at.is_(None),
            )
            .group_by(PromotionUse.batch_id)
        )
        if batch_id is not None
    }
    return [BatchView(one, used.get(one.id, 0)) for one in batches]


def list_codes(
    *,
    q: str = "",
    batch: str = "",
    state: str = "",
    order: Sort = OLDEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[Any]:
    """Return codes with their batches, page by page."""
    both: Any = select(PromotionCode, CodeBatch)
    found = _asked(both, q=q, batch=batch, state=state)
    if up_to is not None:
        found = found.where(PromotionCode.id <= up_to)
    return session.execute(order.page(found, after=after, limit=limit)).all()


def count_codes(*, q: str = "", batch: str = "", state: str = "", cap: int) -> int:
    found = _asked(select(PromotionCode.id), q=q, batch=batch, state=state).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_code() -> int:
    return session.scalar(select(func.max(PromotionCode.id))) or 0


def codes_named(code_ids: Sequence[int]) -> Mapping[int, str]:
    """Return codes by their keys."""
    rows = session.execute(
        select(PromotionCode.id, PromotionCode.code).where(PromotionCode.id.in_(code_ids))
    )
    return {row.id: row.code for row in rows}


def used_for(code_ids: Sequence[int]) -> Mapping[int, Reference]:
    """Return for what each code was used last, as long as it was not given back."""
    if not code_ids:
        return {}
    rows = session.execute(
        select(PromotionUse.code_id, PromotionUse.ref_kind, PromotionUse.ref_id)
        .where(PromotionUse.code_id.in_(code_ids), PromotionUse.returned_at.is_(None))
        .order_by(PromotionUse.id)
    )
    return {code: Reference(kind, key) for code, kind, key in rows if code is not None}


def _asked(found: Select[Any], *, q: str, batch: str, state: str) -> Select[Any]:
    found = found.join(CodeBatch, CodeBatch.id == PromotionCode.batch_id)
    if q:
        text = normalized(q)
        exact = session.scalar(select(PromotionCode.id).where(PromotionCode.code == text))
        # By its beginning all codes are looked at, whole it is found by the index.
        found = found.where(
            PromotionCode.code.startswith(text, autoescape=True)
            if exact is None
            else PromotionCode.id == exact
        )
    if batch:
        found = found.where(PromotionCode.batch_id == (int(batch) if batch.isdecimal() else 0))
    if state in set(CodeState):
        found = found.where(stands(CodeState(state), clock.now()))
    return found


def counted_uses(promotion_id: int, on: date) -> Mapping[CounterKind, tuple[int, int]]:
    """Return how often, and for how much, a promotion was used in all, this month and today."""
    found = counted_of([promotion_id], keys_of(on, None), {})
    return {kind: counted for (_promotion, kind, _key), counted in found.items()}
