"""
Codes and PINs: made, marked and shown to whoever issued the card, and kept nowhere.

A code is drawn from the card's own random number by the house's sealed key. So the same request
gets the same code again, and neither the card nor a kept answer of the API has to hold it.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, secret_box
from app.actor import current_actor
from app.db import database, session
from app.errors import RuleViolation
from app.i18n import _
from modules.payments.giftcards.models import GiftCard, GiftCardKey
from modules.payments.giftcards.queries import get_card

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I: 5 bits a sign
LENGTH = 16
SOLD = "sold:"  # before the name of a unit, for which the house issued a card
_PLACE: Any = {"table": "gift_card_key", "row": 1, "column": "sealed"}
_SHOWN_FOR = timedelta(minutes=15)


class NewCode(NamedTuple):
    """What is printed on a card: its code in groups of four, and its PIN ("" where it has none)."""

    code: str
    pin: str


class ShownAlready(RuleViolation):
    """The time in which a new code is shown is over, or it is somebody else's."""

    code = "code_not_shown"


def normal(code: str) -> str:
    """Return a typed code without spaces and dashes, in capitals."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:64]


def reveal(card_id: int) -> NewCode:
    """
    Return code and PIN of a card to the one who issued it, shortly after.

    :raises NotFound: there is no such card
    :raises ShownAlready: it is store credit, was issued by somebody else, or some time ago
    """
    card = get_card(card_id)
    if not may_reveal(card):
        raise ShownAlready(_("The code was shown already. Block the card and issue another one."))
    found = drawn(_key_there(), card.client_id)
    return found if has_pin(card) else found._replace(pin="")


def has_pin(card: GiftCard) -> bool:
    """Test whether a card pays only with its PIN; one without has the mark of an empty PIN."""
    if card.code_mark is None:
        return False
    key = _key_there()
    return card.pin_mark != mark_of_pin(key, drawn(key, card.client_id).code, "")


def may_reveal(card: GiftCard) -> bool:
    """Test whether code and PIN are still shown to who acts now."""
    by, at = card.issued_by, card.issued_at
    if card.client_id.startswith(SOLD):
        if card.handed_out_by is None or card.handed_out_at is None:
            return False
        by, at = card.handed_out_by, card.handed_out_at
    return (
        card.code_mark is not None and by == current_actor().tag and clock.now() - at < _SHOWN_FOR
    )


def may_be_handed_out(card: GiftCard) -> bool:
    """Test whether nobody has read the code of a sold card yet."""
    return (
        card.client_id.startswith(SOLD) and card.handed_out_at is None and card.blocked_at is None
    )


def drawn(key: bytes, client_id: str) -> NewCode:
    number = int.from_bytes(_hash(key, "code", client_id))
    signs = "".join(SIGNS[number >> 5 * at & 31] for at in range(LENGTH))
    code = "-".join(signs[at : at + 4] for at in range(0, LENGTH, 4))
    pin = int.from_bytes(_hash(key, "pin", client_id)) % 10_000
    return NewCode(code, f"{pin:04}")


def mark_of_code(key: bytes, code: str) -> str:
    return _hash(key, "find", normal(code)).hex()


def mark_of_pin(key: bytes, code: str, pin: str) -> str:
    # With the code: equal PINs of two cards leave different marks.
    return _hash(key, "pin of", normal(code), pin.strip()).hex()


def key_or_none() -> bytes | None:
    """Return the key of codes; None where no card was ever issued."""
    sealed = session.scalar(select(GiftCardKey.sealed).where(GiftCardKey.id == 1))
    return bytes.fromhex(secret_box.unseal(sealed, **_PLACE)) if sealed else None


def key_made() -> bytes:
    """Return the key of codes, made with the first card."""
    if (key := key_or_none()) is not None:
        return key
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    sealed = secret_box.seal(secrets.token_hex(32), **_PLACE)
    session.execute(insert(GiftCardKey).values(id=1, sealed=sealed).on_conflict_do_nothing())
    return _key_there()


def _key_there() -> bytes:
    key = key_or_none()
    assert key is not None, "a card was issued, so there is a key"
    return key


def _hash(key: bytes, *parts: str) -> bytes:
    return hmac.new(key, "|".join(parts).encode(), hashlib.sha256).digest()
