"""Finding a card by what stands on it. Guesses wait, as they do at the door."""

import hmac
from collections.abc import Sequence

from sqlalchemy import select

from app import tries
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from modules.payments.giftcards import secrets
from modules.payments.giftcards.errors import WrongCard
from modules.payments.giftcards.models import GiftCard
from modules.payments.giftcards.queries import credits_of
from modules.payments.giftcards.redeeming import CREDIT, METHOD


def card_of_code(code: str, pin: str) -> int:
    """
    Return the key of the card with this code and PIN; called outside of any unit of work.

    Wrong tries are counted for the code, whoever tries it, and for whoever tries, whatever codes.

    :raises WrongCard: there is no such card, or its PIN is another one
    :raises TooManyTries: there were too many wrong ones of late
    """
    key = secrets.key_or_none()
    who = f"gift cards by {current_actor().tag}"
    what = secrets.mark_of_code(key, code)[:32] if key else secrets.normal(code)[:1]
    with tries.one_try(email=what, ip=who, step="gift_card", wrong=WrongCard):
        return _find(code, pin)


def _find(code: str, pin: str) -> int:
    key = secrets.key_or_none()
    found = (
        key
        and session.execute(
            select(GiftCard.id, GiftCard.pin_mark).where(
                GiftCard.code_mark == secrets.mark_of_code(key, code)
            )
        ).first()
    )
    if not (key and found) or not hmac.compare_digest(
        found.pin_mark or "", secrets.mark_of_pin(key, code, pin)
    ):
        raise WrongCard(_("No card has this code with this PIN. Look at both again."))
    return int(found.id)


def _named(code: str, pin: str) -> int:
    missing = _("Type the code of the gift card and its PIN.")
    if not code.strip():
        raise InvalidInput(missing, field="code", pointer="/code")
    try:
        return card_of_code(code, pin)
    except WrongCard:
        if pin.strip():
            raise
        # A card without a PIN pays by its code alone; this is none.
        raise InvalidInput(missing, field="pin", pointer="/pin") from None


def cards_to_pay_with(
    *, method: str, code: str | None, pin: str | None, customer_id: int | None, currency: str
) -> Sequence[int] | None:
    """
    Return the cards that pay by this method; None where it is no method of cards.

    Called outside of any unit of work: a code is counted as a try before it is judged.

    :raises InvalidInput: code or PIN are missing, or nobody is known whose credit it would be
    :raises WrongCard: there is no such card, or its PIN is another one
    :raises TooManyTries: there were too many wrong ones of late
    """
    if method == METHOD:
        return [_named(code or "", pin or "")]
    if method == CREDIT:
        return credits_to_pay_with(customer_id, currency)
    return None


def credits_to_pay_with(customer_id: int | None, currency: str) -> Sequence[int]:
    """
    Return what store credit an order's customer can pay with.

    :raises InvalidInput: nobody is known whose credit it would be
    """
    if customer_id is None:
        text = _("Store credit belongs to a customer, and this order has none.")
        raise InvalidInput(text, field="method", pointer="/method")
    return credits_of(customer_id, currency)
