"""How a code stands at a moment: worked out of what is kept, never stored."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_

from app import clock
from modules.promotions.coupons.models import CodeBatch, CodeState, PromotionCode


def state_of(code: PromotionCode, batch: CodeBatch, at: datetime | None = None) -> CodeState:
    """Return how a code stands now, or at a moment."""
    at = at or clock.now()
    if code.used >= code.uses:
        return CodeState.REDEEMED
    if code.blocked_at is not None or batch.blocked_at is not None:
        return CodeState.BLOCKED
    if batch.ends_at is not None and batch.ends_at <= at:
        return CodeState.EXPIRED
    if code.reserved_until is not None and code.reserved_until > at:
        return CodeState.RESERVED
    if code.returned_at is not None:
        return CodeState.RETURNED
    if code.issued_at is not None or batch.issued_at is not None:
        return CodeState.ISSUED
    return CodeState.GENERATED


def stands(state: CodeState, at: datetime) -> ColumnElement[bool]:
    """Return what is true of the codes that stand so, as `state_of` says it of one."""
    ends = CodeBatch.ends_at
    tests = {
        CodeState.REDEEMED: PromotionCode.used >= PromotionCode.uses,
        CodeState.BLOCKED: or_(
            PromotionCode.blocked_at.is_not(None), CodeBatch.blocked_at.is_not(None)
        ),
        CodeState.EXPIRED: and_(ends.is_not(None), ends <= at),
        CodeState.RESERVED: and_(
            PromotionCode.reserved_until.is_not(None), PromotionCode.reserved_until > at
        ),
        CodeState.RETURNED: PromotionCode.returned_at.is_not(None),
        CodeState.ISSUED: or_(
            PromotionCode.issued_at.is_not(None), CodeBatch.issued_at.is_not(None)
        ),
        CodeState.GENERATED: ~false(),
    }
    before: list[ColumnElement[bool]] = []
    for one, test in tests.items():
        if one is state:
            return and_(test, *(~earlier for earlier in before))
        before.append(test)
    return false()
