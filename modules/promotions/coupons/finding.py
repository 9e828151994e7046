"""Codes that somebody typed: whose they are, and why one cannot be used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.db import session
from modules.promotions.coupons.models import (
    CodeBatch,
    CounterKind,
    PromotionCode,
    PromotionCounter,
)
from modules.promotions.engine.cart import EnteredCode, normalized
from modules.promotions.engine.verdicts import Reason
from modules.promotions.models import PromotionRecord, PromotionState

MOST_CODES = 10
"""So many codes of one sale are looked at."""
_ROWS = (
    select(
        PromotionCode.id,
        PromotionCode.code,
        PromotionCode.batch_id,
        PromotionCode.uses,
        PromotionCode.used,
        PromotionCode.customer_id,
        PromotionCode.reserved_for,
        PromotionCode.reserved_until,
        PromotionCode.blocked_at,
        CodeBatch.promotion_id,
        CodeBatch.uses_per_customer,
        CodeBatch.starts_at,
        CodeBatch.ends_at,
        CodeBatch.blocked_at.label("batch_blocked_at"),
        PromotionRecord.state,
    )
    .join(CodeBatch, CodeBatch.id == PromotionCode.batch_id)
    .join(PromotionRecord, PromotionRecord.id == CodeBatch.promotion_id)
    .where(PromotionCode.code.in_(bindparam("codes", expanding=True)))
)


class KnownCode(NamedTuple):
    """A code of a batch, as the use of it is written down."""

    id: int
    batch_id: int
    uses_per_customer: int | None


class Entered(NamedTuple):
    """Typed codes as the engine takes them, and those of batches by their text."""

    codes: Sequence[EnteredCode]
    known: Mapping[str, KnownCode]


def plain_codes(typed: Sequence[str]) -> list[str]:
    """Return codes as they are compared, each once, in the order in which they were typed."""
    return [one for one in dict.fromkeys(normalized(code) for code in typed) if one][:MOST_CODES]


def look_up(
    typed: Sequence[str], *, at: datetime, customer_id: int | None = None, checkout: str = ""
) -> Entered:
    """
    Return what typed codes are, by one statement; a code that no batch has may be a promotion's.

    `checkout` names the one that may have reserved a code.
    """
    texts = plain_codes(typed)
    if not texts:
        return Entered((), {})
    rows = {one.code: one for one in session.execute(_ROWS, {"codes": texts})}
    used = _used_of_batches(rows.values(), customer_id)
    entered, known = [], {}
    for text in texts:
        row = rows.get(text)
        if row is None:
            entered.append(EnteredCode(text=text))
            continue
        known[text] = KnownCode(row.id, row.batch_id, row.uses_per_customer)
        refusal = _refusal(row, at, customer_id, checkout, used.get(row.batch_id, 0))
        in_book = row.state in (PromotionState.ACTIVE, PromotionState.PAUSED)
        entered.append(
            EnteredCode(
                text=text,
                promotion=row.promotion_id if in_book else None,
                refusal=refusal,
                row=row.id,
            )
        )
    return Entered(entered, known)


def _refusal(
    row: Any, at: datetime, customer_id: int | None, checkout: str, used_by_customer: int
) -> Reason | None:
    """Return why the table of codes refuses one."""
    if row.used >= row.uses:
        return Reason.USAGE_LIMIT_REACHED
    if row.blocked_at is not None or row.batch_blocked_at is not None:
        return Reason.CODE_BLOCKED
    if row.customer_id is not None and row.customer_id != customer_id:
        return Reason.CODE_OF_OTHER_CUSTOMER
    if row.starts_at is not None and row.starts_at > at or row.state is PromotionState.DRAFT:
        return Reason.NOT_STARTED
    is_over = row.state in (PromotionState.ENDED, PromotionState.ARCHIVED)
    if is_over or row.ends_at is not None and row.ends_at <= at:
        return Reason.EXPIRED
    is_ours = checkout and row.reserved_for == checkout
    if not is_ours and row.reserved_until is not None and row.reserved_until > at:
        return Reason.CODE_RESERVED
    if row.uses_per_customer is not None:
        if customer_id is None:
            return Reason.CUSTOMER_UNKNOWN
        if used_by_customer >= row.uses_per_customer:
            return Reason.CUSTOMER_LIMIT_REACHED
    return None


def _used_of_batches(rows: Any, customer_id: int | None) -> Mapping[int, int]:
    """Return how many codes of each batch a customer used, where the batch counts that."""
    if customer_id is None:
        return {}
    limited = {one.batch_id: one.promotion_id for one in rows if one.uses_per_customer is not None}
    if not limited:
        return {}
    keys = {f"{batch_id}/{customer_id}": batch_id for batch_id in limited}
    counters = select(PromotionCounter.key, PromotionCounter.used).where(
        PromotionCounter.promotion_id.in_(set(limited.values())),
        PromotionCounter.kind == CounterKind.BATCH,
        PromotionCounter.key.in_(keys),
    )
    return {keys[key]: used for key, used in session.execute(counters)}
