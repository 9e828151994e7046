"""Questions about gift cards and store credit."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from app import clock
from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules import organization
from modules.payments.giftcards.models import CardState, GiftCard, GiftCardEntry


def state_of(card: GiftCard) -> CardState:
    """Return whether a card pays today, and why not."""
    if card.blocked_at is not None:
        return CardState.BLOCKED
    if card.expires_on is not None and card.expires_on <= organization.day_of(clock.now()):
        return CardState.EXPIRED
    return CardState.ACTIVE


def get_card(card_id: int) -> GiftCard:
    """
    Return one card.

    :raises NotFound: there is none with that id
    """
    if card := session.get(GiftCard, card_id, populate_existing=True):
        return card
    raise NotFound(_("There is no gift card %(id)s.", id=card_id))


def entries_of_card(card_id: int) -> Sequence[GiftCardEntry]:
    """Return the ledger of a card, oldest first."""
    return session.scalars(
        select(GiftCardEntry).where(GiftCardEntry.card_id == card_id).order_by(GiftCardEntry.id)
    ).all()


def credits_of(customer_id: int, currency: str) -> Sequence[int]:
    """Return the keys of what store credit a customer can pay with now."""
    today = organization.day_of(clock.now())
    return session.scalars(
        select(GiftCard.id)
        .where(
            GiftCard.customer_id == customer_id,
            GiftCard.code_mark.is_(None),
            GiftCard.currency == currency,
            GiftCard.balance_minor > 0,
            GiftCard.blocked_at.is_(None),
            or_(GiftCard.expires_on.is_(None), GiftCard.expires_on > today),
        )
        .order_by(GiftCard.id)
    ).all()


def last_entry_id(card_id: int) -> int:
    """Return the key of a card's latest entry: who sends it has seen the ledger up to there."""
    return (
        session.scalar(select(func.max(GiftCardEntry.id)).where(GiftCardEntry.card_id == card_id))
        or 0
    )


def list_cards(*, customer_id: int) -> Sequence[GiftCard]:
    """Return a customer's gift cards and store credit, newest first."""
    return session.scalars(
        select(GiftCard).where(GiftCard.customer_id == customer_id).order_by(GiftCard.id.desc())
    ).all()
