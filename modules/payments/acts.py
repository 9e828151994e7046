"""The acts on gift cards that a second person may approve: kept as plain values."""

import uuid
from collections.abc import Mapping
from datetime import date

from flask import url_for

from app.approving import Wanted
from app.i18n import lazy
from app.module import Act
from app.reference import Reference
from modules.payments import giftcards
from modules.payments.card_list import MANAGE, number_of

KIND = giftcards.KIND
ISSUE, ADJUST, EXTEND = "payments.issue_card", "payments.adjust_card", "payments.extend_card"


def issue_wanted(*, amount_minor: int, reason: str) -> Wanted:
    """Return what is asked of the second person; the card is known once it is issued."""
    arguments = {"amount_minor": amount_minor, "reason": reason}
    return Wanted(act=ISSUE, reference=Reference(KIND, 0), arguments=arguments, reason=reason)


def adjustment_wanted(*, card_id: int, amount_minor: int, reason: str, client_id: str) -> Wanted:
    arguments = {
        "card_id": card_id,
        "amount_minor": amount_minor,
        "reason": reason,
        "client_id": client_id or str(uuid.uuid4()),
    }
    return _about(ADJUST, card_id, arguments, reason)


def extension_wanted(*, card_id: int, expires_on: date | None, reason: str) -> Wanted:
    day = expires_on.isoformat() if expires_on else None
    arguments = {"card_id": card_id, "expires_on": day, "reason": reason}
    return _about(EXTEND, card_id, arguments, reason)


def _about(act: str, card_id: int, arguments: Mapping[str, object], reason: str) -> Wanted:
    return Wanted(act=act, reference=Reference(KIND, card_id), arguments=arguments, reason=reason)


def _extend(*, card_id: int, expires_on: str | None, reason: str) -> None:
    day = date.fromisoformat(expires_on) if expires_on else None
    giftcards.extend(card_id=card_id, expires_on=day, reason=reason)


def _named(card_id: int) -> tuple[str, str]:
    return number_of(giftcards.get_card(card_id)), url_for("payments.card", card_id=card_id)


ACTS: Mapping[str, Act] = {
    ISSUE: Act(
        title=lazy("Issue a gift card or store credit"),
        permission=MANAGE,
        carry_out=None,
        named=_named,
    ),
    ADJUST: Act(
        title=lazy("Correct what is on a gift card"),
        permission=MANAGE,
        carry_out=giftcards.adjust,
        named=_named,
    ),
    EXTEND: Act(
        title=lazy("Let a gift card pay longer"),
        permission=MANAGE,
        carry_out=_extend,
        named=_named,
    ),
}
