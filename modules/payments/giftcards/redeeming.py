"""Paying by gift card: taken off the card and captured in one transaction, or not at all."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from app import clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _, language
from app.money import format_money
from app.reference import Reference
from modules import organization
from modules.payments.errors import AlreadyRecorded
from modules.payments.giftcards import ledger
from modules.payments.giftcards.errors import CardUnusable, NotEnoughOnCard
from modules.payments.giftcards.models import CardEntryKind, CardState, GiftCard
from modules.payments.giftcards.queries import state_of
from modules.payments.models import Payment, PaymentKind
from modules.payments.operations import prepare_payment, record_payment
from modules.payments.tendering import GiftCard as Held
from modules.payments.tendering import pay_by_cards

METHOD, CREDIT = "gift_card", "store_credit"
_PART = "card:"  # before the request, in whose name the first card pays


def redeem(
    *,
    card_ids: Sequence[int],
    amount_minor: int,
    currency: str,
    reference: Reference,
    store_id: int,
    due_minor: int | None = None,
    client_id: str | None = None,
) -> list[int]:
    """
    Pay an amount for a thing by cards, those first that expire first; return the payments' keys.

    Each card makes a payment of its own, so that a refund finds its way back onto it. All of the
    amount is paid or nothing, and with a `due_minor` no more than that: such money is ours already.
    The same `client_id` pays once.

    :raises InvalidInput: there is no amount, or it is more than is due
    :raises CardUnusable: a card is blocked, has expired, or holds another currency
    :raises NotEnoughOnCard: the cards hold less
    :raises AlreadyRecorded: this request paid for something else, or another amount
    """
    if amount_minor <= 0:
        text = _("Write how much is taken off the card.")
        raise InvalidInput(text, field="amount_minor", pointer="/amount_minor")
    request = client_id or str(uuid.uuid4())
    cards = ledger.lock(sorted(set(card_ids)))
    if known := _paid_by(request, reference):
        if sum(one.amount_minor for one in known) != amount_minor:
            raise _something_else()
        return [one.id for one in known]
    if due_minor is not None and amount_minor > due_minor:
        text = _("No more than what is still to be paid is taken off a card.")
        raise InvalidInput(text, field="amount_minor", pointer="/amount_minor")
    for card in cards.values():
        _check_usable(card, currency)
    held = [Held(str(one.id), one.balance_minor, one.expires_on) for one in cards.values()]
    left, uses = pay_by_cards(amount_minor, held, on=organization.day_of(clock.now()))
    if left:
        raise _not_enough(amount_minor - left, amount_minor, currency)
    made: list[int] = []
    for use in uses:
        if use.used_minor:
            part = f"{_PART}{use.id}:{request}" if made else request
            card = cards[int(use.id)]
            made.append(_pay(card, use.used_minor, part, reference, store_id))
    return made


def _pay(card: GiftCard, amount_minor: int, part: str, reference: Reference, store_id: int) -> int:
    payment = prepare_payment(
        store_id=store_id,
        method=METHOD if card.code_mark else CREDIT,
        kind=PaymentKind.GIFT_CARD,
        amount_minor=amount_minor,
        currency=card.currency,
        state="captured",
        client_id=part,
    )
    payment_id = record_payment(payment, reference=reference)
    moved = ledger.move(
        card.id,
        CardEntryKind.REDEEM,
        -amount_minor,
        client_id=f"payment:{payment_id}",
        reference=reference,
        payment_id=payment_id,
        only_where=(GiftCard.blocked_at.is_(None),),
    )
    if not moved:
        raise _not_enough(0, amount_minor, card.currency)
    return payment_id


def _paid_by(request: str, reference: Reference) -> Sequence[Payment]:
    """
    Return the payments that this request made already.

    Not by the cards it names now: a credit that it used up is not among them any more.

    :raises AlreadyRecorded: it made them for something else
    """
    first = session.scalar(select(Payment).where(Payment.client_id == request))
    if first is None:
        return []
    if first.kind is not PaymentKind.GIFT_CARD or (first.ref_kind, first.ref_id) != reference:
        raise _something_else()
    same_thing = (Payment.ref_kind == reference.kind, Payment.ref_id == reference.id)
    found = session.scalars(select(Payment).where(*same_thing).order_by(Payment.id)).all()
    return [one for one in found if _of_request(one, request)]


def _of_request(payment: Payment, request: str) -> bool:
    if payment.client_id == request:
        return True
    part, _colon, whole = (payment.client_id or "").removeprefix(_PART).partition(":")
    return part.isdecimal() and whole == request


def _something_else() -> AlreadyRecorded:
    return AlreadyRecorded(_("This request paid for something else already."))


def _check_usable(card: GiftCard, currency: str) -> None:
    state = state_of(card)
    if state is CardState.BLOCKED:
        raise CardUnusable(_("This card is blocked. Ask the customer for another way to pay."))
    if state is CardState.EXPIRED:
        raise CardUnusable(_("This card has expired. Ask the customer for another way to pay."))
    if card.currency != currency:
        raise CardUnusable(
            _("This card holds %(currency)s. Take another way to pay.", currency=card.currency)
        )


def _not_enough(have: int, needed: int, currency: str) -> NotEnoughOnCard:
    return NotEnoughOnCard(
        _(
            "There are only %(have)s on the card. Take that much, and the rest in another way.",
            have=format_money(have, currency, language()),
        ),
        details=[{"pointer": "/amount_minor", "have": have, "needed": needed}],
    )
