"""What is done with codes and batches: blocked, given to one customer, reserved for a checkout."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from app import audit, clock
from app.db import session
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.reference import Reference
from modules.promotions.coupons.models import CodeBatch, PromotionCode
from modules.promotions.engine.cart import normalized
from modules.promotions.engine.verdicts import Reason
from modules.promotions.errors import UsedUp

BATCH, CODE = "code_batch", "promotion_code"
USUAL = timedelta(minutes=15)
LONGEST = timedelta(hours=2)


class CodeIsTaken(RuleViolation):
    """Another customer has the code, or it was used."""

    code = "code_is_taken"


def get_batch(batch_id: int) -> CodeBatch:
    """
    Return one batch.

    :raises NotFound: there is none with that id
    """
    if found := session.get(CodeBatch, batch_id):
        return found
    raise NotFound(_("There is no such batch of codes."))


def get_code(code: str) -> PromotionCode:
    """
    Return a code of a batch, however it is typed.

    :raises NotFound: no batch has it
    """
    text = normalized(code)
    if found := session.scalar(select(PromotionCode).where(PromotionCode.code == text)):
        return found
    raise NotFound(_("There is no code %(code)s.", code=text[:40]))


def block_batch(*, batch_id: int, blocked: bool = True) -> CodeBatch:
    """
    Let nobody use the codes of a batch any more, or let them be used again.

    :raises NotFound: there is no such batch
    """
    batch = get_batch(batch_id)
    if (batch.blocked_at is not None) != blocked:
        batch.blocked_at = clock.now() if blocked else None
        _note(batch.promotion_id, "codes_blocked" if blocked else "codes_freed", batch.name)
    session.flush()
    return batch


def block_code(*, code_id: int, blocked: bool = True) -> PromotionCode:
    """
    Let nobody use one code any more, or let it be used again.

    :raises NotFound: there is no such code
    """
    code = _code(code_id)
    if (code.blocked_at is not None) != blocked:
        code.blocked_at = clock.now() if blocked else None
        promotion_id = get_batch(code.batch_id).promotion_id
        _note(promotion_id, "codes_blocked" if blocked else "codes_freed", code.code)
    session.flush()
    return code


def issue_batch(*, batch_id: int) -> None:
    """Note that the codes of a batch were given out as a whole."""
    batch = get_batch(batch_id)
    if batch.issued_at is None:
        batch.issued_at = clock.now()
        _note(batch.promotion_id, "codes_issued", batch.name)
    session.flush()


def give_code(*, code_id: int, customer_id: int) -> PromotionCode:
    """
    Give a code to one customer: nobody else can use it. Twice is as once.

    :raises NotFound: there is no such code
    :raises CodeIsTaken: another customer has it, or it was used up
    """
    given = session.execute(
        update(PromotionCode)
        .where(
            PromotionCode.id == code_id,
            or_(PromotionCode.customer_id.is_(None), PromotionCode.customer_id == customer_id),
            PromotionCode.used < PromotionCode.uses,
        )
        .values(customer_id=customer_id, issued_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    code = _code(code_id)
    if not _count(given):
        raise CodeIsTaken(_("Another customer has this code, or it was used already."))
    return code


def take_free_code(*, batch_id: int, customer_id: int) -> PromotionCode:
    """
    Give the next code of a batch that nobody has to a customer.

    :raises NotFound: there is no such batch
    :raises CodeIsTaken: all of them are given out
    """
    batch = get_batch(batch_id)
    free = (
        select(PromotionCode.id)
        .where(
            PromotionCode.batch_id == batch.id,
            PromotionCode.customer_id.is_(None),
            PromotionCode.issued_at.is_(None),
            PromotionCode.blocked_at.is_(None),
            PromotionCode.used == 0,
        )
        .order_by(PromotionCode.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    code_id = session.scalar(free)
    if code_id is None:
        raise CodeIsTaken(_("All codes of this batch are given out. Make another batch."))
    return give_code(code_id=code_id, customer_id=customer_id)


def reserve(*, code: str, checkout: str, lasting: timedelta = USUAL) -> datetime:
    """
    Keep a code for one checkout, and return until when. The same checkout keeps it for longer.

    :raises NotFound: no batch has the code
    :raises UsedUp: it was used, is blocked, or another checkout has it
    """
    found = get_code(code)
    now = clock.now()
    until = now + min(lasting, LONGEST)
    batch = get_batch(found.batch_id)
    if batch.blocked_at is not None or found.blocked_at is not None:
        raise UsedUp(Reason.CODE_BLOCKED, coupon=found.code)
    if batch.ends_at is not None and batch.ends_at <= now:
        raise UsedUp(Reason.EXPIRED, coupon=found.code)
    kept = session.execute(
        update(PromotionCode)
        .where(
            PromotionCode.id == found.id,
            PromotionCode.used < PromotionCode.uses,
            PromotionCode.blocked_at.is_(None),
            or_(
                PromotionCode.reserved_until.is_(None),
                PromotionCode.reserved_until <= now,
                PromotionCode.reserved_for == checkout,
            ),
        )
        .values(reserved_for=checkout, reserved_until=until)
        .execution_options(synchronize_session=False)
    )
    if not _count(kept):
        is_used = found.used >= found.uses
        why = Reason.USAGE_LIMIT_REACHED if is_used else Reason.CODE_RESERVED
        raise UsedUp(why, coupon=found.code)
    return until


def release(*, code: str, checkout: str) -> None:
    """Let go of a code that a checkout has reserved; of one that it has not, nothing happens."""
    session.execute(
        update(PromotionCode)
        .where(PromotionCode.code == normalized(code), PromotionCode.reserved_for == checkout)
        .values(reserved_for=None, reserved_until=None)
        .execution_options(synchronize_session=False)
    )


def _code(code_id: int) -> PromotionCode:
    if found := session.get(PromotionCode, code_id, populate_existing=True):
        return found
    raise NotFound(_("There is no such code."))


def _count(done: Any) -> int:
    return int(done.rowcount)


def _note(promotion_id: int, act: str, name: str) -> None:
    audit.record_change(Reference("promotion", promotion_id), act, new={"name": name})
