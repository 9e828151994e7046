"""Coupons that members of a loyalty programme take for their points: each its own, at once."""

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.actor import current_actor
from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules import loyalty
from modules.promotions.coupons.models import CodeBatch, PromotionCode
from modules.promotions.coupons.patterns import codes_like
from modules.promotions.errors import NotInThisState
from modules.promotions.models import PromotionRecord, PromotionState
from modules.promotions.queries import get_promotion_by_code, newest_versions

_PATTERN = "#" * 10


def on_reward_claimed(event: loyalty.RewardClaimed) -> None:
    """
    Give a member the coupon that was taken for points.

    :raises NotInThisState: its promotion is not published, or asks for no code: the points stay
    """
    if not event.promotion:
        return
    record = _promotion(event.promotion)
    batch = _batch(record, event.reward, event.valid_days)
    code = _fresh()
    session.add(
        PromotionCode(
            batch_id=batch.id,
            code=code,
            uses=batch.uses_per_code,
            customer_id=event.customer_id,
            issued_at=clock.now(),
        )
    )
    session.flush()
    loyalty.tell_result(claim_id=event.claim_id, result=code)


def _promotion(code: str) -> PromotionRecord:
    try:
        record = get_promotion_by_code(code)
    except NotFound:
        raise _useless() from None
    said = newest_versions([record.id]).get(record.id)
    if record.state is not PromotionState.ACTIVE or said is None:
        raise _useless()
    if said.definition.get("trigger") != "code":
        raise _useless()
    return record


def _batch(record: PromotionRecord, reward: str, valid_days: int | None) -> CodeBatch:
    """Return the batch of this reward for coupons that end on the same day, with one place more."""
    ends_at = None
    if valid_days:
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        ends_at = midnight + timedelta(days=valid_days + 1)
    name = f"{reward} {ends_at:%Y-%m-%d}" if ends_at else reward
    batch = session.scalar(
        select(CodeBatch)
        .where(
            CodeBatch.promotion_id == record.id,
            CodeBatch.name == name,
            CodeBatch.pattern == _PATTERN,
        )
        .order_by(CodeBatch.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None:
        batch = CodeBatch(
            promotion_id=record.id,
            name=name,
            pattern=_PATTERN,
            wanted=1,
            made=1,
            ends_at=ends_at,
            created_by=str(current_actor()),
        )
        session.add(batch)
    else:
        batch.wanted, batch.made = batch.wanted + 1, batch.made + 1
    session.flush()
    return batch


def _fresh() -> str:
    while True:
        [code] = codes_like(_PATTERN, has_check=False, count=1)
        if session.scalar(select(PromotionCode.id).where(PromotionCode.code == code)) is None:
            return code


def _useless() -> NotInThisState:
    return NotInThisState(
        _("The promotion of this reward takes no codes now. Choose another reward.")
    )
