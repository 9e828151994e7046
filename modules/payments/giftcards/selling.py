"""Gift cards that are sold as goods: issued once paid, handed out once, taken back unused."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from app import audit, clock
from app.actor import current_actor
from app.db import session
from app.reference import Reference
from modules.payments.giftcards import ledger
from modules.payments.giftcards.models import CardEntryKind, CardState, GiftCard
from modules.payments.giftcards.operations import KIND, issue
from modules.payments.giftcards.queries import state_of
from modules.payments.giftcards.secrets import SOLD


def sell(
    *,
    unit: str,
    amount_minor: int,
    currency: str,
    store_id: int,
    sold_for: Reference,
    customer_id: int | None = None,
    expires_on: date | None = None,
    reason: str | None = None,
) -> int:
    """
    Issue the card for one unit that was sold and paid for; the same `unit` is the same card.

    Nobody has read its code then: see `hand_out`.
    """
    return issue(
        client_id=SOLD + unit,
        amount_minor=amount_minor,
        currency=currency,
        store_id=store_id,
        customer_id=customer_id,
        expires_on=expires_on,
        sold_for=sold_for,
        reason=reason,
        is_paid_for=True,
    )


def sold_units(unit: str) -> Sequence[GiftCard]:
    """Return the cards that were sold for units whose names begin so, in their order."""
    return session.scalars(
        select(GiftCard)
        .where(GiftCard.client_id.startswith(SOLD + unit, autoescape=True))
        .order_by(GiftCard.id)
        .execution_options(populate_existing=True)
    ).all()


def is_unused(card: GiftCard) -> bool:
    """Test whether all that was sold is still on a card."""
    return card.balance_minor == card.issued_minor and state_of(card) is CardState.ACTIVE


def hand_out(card_id: int) -> bool:
    """Let who acts now, and nobody after, read the code of a sold card; False: too late."""
    read = session.execute(
        update(GiftCard)
        .where(
            GiftCard.id == card_id,
            GiftCard.client_id.startswith(SOLD),
            GiftCard.handed_out_at.is_(None),
            GiftCard.blocked_at.is_(None),
        )
        .values(handed_out_at=clock.now(), handed_out_by=current_actor().tag)
        .returning(GiftCard.id)
        .execution_options(synchronize_session=False)
    ).first()
    if read is None:
        return False
    audit.record_change(Reference(KIND, card_id), "handed_out", new={})
    return True


def take_back(*, card_ids: Sequence[int], reason: str, reference: Reference) -> bool:
    """Empty and block sold cards of which nothing was spent; False, and nothing, where one was."""
    cards = ledger.lock(sorted(card_ids))
    if not all(is_unused(one) for one in cards.values()):
        return False
    for card in cards.values():
        ledger.move(
            card.id,
            CardEntryKind.ADJUST,
            -card.issued_minor,
            client_id=f"taken back:{card.id}",
            reference=reference,
            reason=reason,
            values={"blocked_at": clock.now()},
        )
    return True
