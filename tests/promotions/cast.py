"""The promotions that these tests play with."""

from typing import Any

from app.db import close_session, session, transact
from modules.promotions import operations, queries
from modules.promotions.models import PromotionRecord

TEN_OFF: dict[str, Any] = {
    "phase": "line",
    "conditions": [{"kind": "subtotal_at_least", "amount_minor": 20_000}],
    "benefits": [{"kind": "percent", "rate_bp": 1_000}],
}


def draft(code: str = "AUTUMN", name: str = "Autumn tenth", **changed: Any) -> PromotionRecord:
    """Write a promotion down: ten per cent off goods from 200.00, unless something else is said."""
    definition = {**TEN_OFF, **changed}
    return transact(lambda: operations.draft_promotion(code=code, name=name, definition=definition))


def published(code: str = "AUTUMN", name: str = "Autumn tenth", **changed: Any) -> PromotionRecord:
    made = draft(code, name, **changed)
    return act(operations.publish_promotion, made)


def act(operation: Any, record: PromotionRecord, **more: Any) -> PromotionRecord:
    """Do something with a promotion as it stands now."""
    close_session()
    known = queries.get_promotion(record.id)
    close_session()
    done: PromotionRecord = transact(
        lambda: operation(promotion_id=known.id, version=known.version, **more)
    )
    return done


def revise(record: PromotionRecord, *, name: str = "", **changed: Any) -> PromotionRecord:
    return act(
        operations.revise_promotion,
        record,
        name=name or record.name,
        definition={**TEN_OFF, **changed},
    )


def now(record: PromotionRecord) -> PromotionRecord:
    """Return a promotion as it stands."""
    close_session()
    session.expire_all()
    return queries.get_promotion(record.id)
