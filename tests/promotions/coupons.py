"""Codes and uses, as these tests make them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app import outbox
from app.db import close_session, session, transact
from app.reference import Reference
from modules import promotions
from modules.promotions import coupons
from modules.promotions.coupons.models import PromotionCode, PromotionCounter
from modules.promotions.models import PromotionRecord

TODAY = date(2026, 11, 22)
BY_CODE: dict[str, Any] = {"trigger": "code", "conditions": []}


def batch_of(record: PromotionRecord, count: int = 3, **changed: Any) -> list[str]:
    """Make a batch, and its codes; return them."""
    close_session()
    given: dict[str, Any] = {"name": "Autumn", "pattern": "AUT-########"} | changed
    made = transact(lambda: coupons.make_batch(promotion_id=record.id, count=count, **given))
    close_session()
    outbox.run_due(owner="test")
    close_session()
    codes = select(PromotionCode.code).where(PromotionCode.batch_id == made.id)
    found = list(session.scalars(codes.order_by(PromotionCode.id)))
    close_session()
    return found


def order(number: int) -> Reference:
    return Reference("order", number)


def use(record: PromotionRecord, amount_minor: int = 500, **more: Any) -> promotions.Use:
    return promotions.Use(promotion_id=record.id, version=1, amount_minor=amount_minor, **more)


def used(uses: Sequence[promotions.Use], number: int, **more: Any) -> bool:
    """Use promotions for an order; return whether something was left of them."""
    close_session()
    given: dict[str, Any] = {"on": TODAY, "customer_id": None} | more
    try:
        transact(lambda: promotions.redeem(uses, reference=order(number), **given))
    except promotions.UsedUp:
        return False
    return True


def given_back(number: int) -> None:
    close_session()
    transact(lambda: promotions.give_back_uses(order(number)))


def counted(record: PromotionRecord, kind: str = "total") -> tuple[int, int]:
    """Return how often, and for how much, a promotion was used."""
    close_session()
    found = session.execute(
        select(PromotionCounter.used, PromotionCounter.amount_minor).where(
            PromotionCounter.promotion_id == record.id, PromotionCounter.kind == kind
        )
    ).first()
    close_session()
    return (found.used, found.amount_minor) if found else (0, 0)
