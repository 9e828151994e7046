"""Gift cards as programs see them: issue, look up by code and PIN, block, correct."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.access import check_store, scope
from app.actor import current_actor
from app.api import (
    Amount,
    AnyId,
    Code,
    Currency,
    In,
    Line,
    Out,
    SignedMinor,
    answers,
    asks,
    keyless,
    parse_id,
    writes,
)
from app.db import transact
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.reference import Reference
from modules import customers, organization
from modules.payments import giftcards
from modules.payments.api import api
from modules.payments.giftcards import CardEntryKind, CardState, GiftCard

READ, WRITE = "giftcards:read", "giftcards:write"
CardCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Pin = Annotated[str, StringConstraints(min_length=1, max_length=16)]


class GiftCardIn(In):
    amount_minor: Amount
    currency: Currency
    store: Code | None = None
    customer: AnyId | None = None
    with_number: bool = True
    """False: store credit of the customer, without a code."""
    with_pin: bool = True
    """False: the card pays by its code alone."""
    expires_on: date | None = None
    order: AnyId | None = None
    """The order with which it was sold, or for which the credit is given."""
    reason: Line | None = None
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    """Yours, unique: the same one is the same card."""


class LookUpIn(In):
    code: CardCode
    pin: Pin | None = None
    """Of a card that has one."""


class ReasonIn(In):
    reason: Line


class AdjustmentIn(In):
    amount_minor: Annotated[SignedMinor, Field(description="Negative takes off the card.")]
    reason: Line
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class CardEntryOut(Out):
    kind: CardEntryKind
    amount_minor: int
    balance_minor: int
    payment: str | None
    reason: str | None
    at: datetime


class GiftCardOut(Out):
    id: str
    number: str | None
    """Its last four signs behind dots; none for store credit."""
    state: CardState
    currency: str
    balance_minor: int
    issued_minor: int
    customer: str | None
    expires_on: date | None
    issued_at: datetime


class GiftCardWithLedgerOut(GiftCardOut):
    entries: list[CardEntryOut]


class CardCodeOut(Out):
    code: str
    pin: str
    """Empty where the card has none."""


@api.post("/gift-cards")
@api.input(GiftCardIn, arg_name="body")
@api.output(GiftCardOut, status_code=201)
@scope(WRITE)
@writes
def issue_gift_card(body: GiftCardIn) -> tuple[dict[str, Any], int]:
    """Issue a gift card, or store credit of a customer; its code is read by a call of its own."""
    card_id = giftcards.issue(
        amount_minor=body.amount_minor,
        currency=body.currency,
        store_id=_store_of(body.store),
        customer_id=_customer(body.customer),
        with_number=body.with_number,
        with_pin=body.with_pin,
        expires_on=body.expires_on,
        sold_for=Reference("order", int(body.order)) if body.order else None,
        reason=body.reason,
        client_id=body.client_id or str(uuid.uuid4()),
    )
    return _body(giftcards.get_card(card_id)), 201


@api.post("/gift-cards/<card_id>/code")
@api.output(CardCodeOut)
@scope(WRITE)
@keyless
def show_code(card_id: str) -> dict[str, Any]:
    """
    Show code and PIN to the token that issued the card, for 15 minutes.

    Of a card that was sold with an order, to the first that asks. They are kept nowhere, nor is
    this answer: an `Idempotency-Key` changes nothing here.
    """
    card = _allowed(card_id, WRITE)
    if giftcards.may_be_handed_out(card):
        transact(lambda: giftcards.hand_out(card.id))
    return giftcards.reveal(card.id)._asdict()


@api.post("/gift-cards/lookups")
@api.input(LookUpIn, arg_name="body")
@api.output(GiftCardOut)
@scope(READ)
def look_up(body: LookUpIn) -> Any:
    """The card with this code and PIN, of whichever store; wrong tries have to wait."""
    card_id = giftcards.card_of_code(
        body.code, body.pin or ""
    )  # counted outside of any unit of work
    return _found(card_id)


@asks
def _found(card_id: int) -> dict[str, Any]:
    return _body(giftcards.get_card(card_id))


@api.get("/gift-cards/<card_id>")
@api.output(GiftCardWithLedgerOut)
@scope(READ)
def show_gift_card(card_id: str) -> dict[str, Any]:
    """One card with its ledger."""
    return _with_ledger(_allowed(card_id, READ).id)


@api.post("/gift-cards/<card_id>/blocks")
@api.input(ReasonIn, arg_name="body")
@api.output(GiftCardWithLedgerOut)
@scope(WRITE)
@writes
def block_card(card_id: str, body: ReasonIn) -> dict[str, Any]:
    """Let nobody pay with the card any more."""
    card = _allowed(card_id, WRITE)
    giftcards.block(card_id=card.id, reason=body.reason)
    return _with_ledger(card.id)


@api.delete("/gift-cards/<card_id>/blocks")
@answers(200)
@scope(WRITE)
@writes
def unblock_card(card_id: str) -> dict[str, Any]:
    """Let a blocked card pay again."""
    card = _allowed(card_id, WRITE)
    giftcards.unblock(card_id=card.id)
    return _with_ledger(card.id)


@api.post("/gift-cards/<card_id>/adjustments")
@api.input(AdjustmentIn, arg_name="body")
@api.output(GiftCardWithLedgerOut, status_code=201)
@scope(WRITE)
@writes
def adjust_card(card_id: str, body: AdjustmentIn) -> tuple[dict[str, Any], int]:
    """Correct what is on the card, up or down, with the reason."""
    card = _allowed(card_id, WRITE)
    giftcards.adjust(
        card_id=card.id,
        amount_minor=body.amount_minor,
        reason=body.reason,
        client_id=body.client_id or str(uuid.uuid4()),
    )
    return _with_ledger(card.id), 201


# --- what the parts above share ---------------------------------------------------------------


def _allowed(card_id: str, permission: str) -> GiftCard:
    card = giftcards.get_card(parse_id(card_id))
    check_store(permission, card.store_id)
    return card


def _store_of(code: str | None) -> int:
    """
    Return the store that sells: the one that is named, else the only one of the token.

    :raises InvalidInput: none is named, and the token serves several
    :raises NotFound: the store is none of the token's
    """
    if code is not None:
        store_id = int(organization.get_store(code).id)
        check_store(WRITE, store_id)
        return store_id
    own = current_actor().stores(WRITE)
    if own is None or len(own) != 1:
        raise InvalidInput(_("Name the store that sells the card."), pointer="/store")
    return next(iter(own))


def _customer(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(customers.get_customer(parse_id(text)).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/customer") from None


def _body(card: GiftCard) -> dict[str, Any]:
    return {
        "id": str(card.id),
        "number": f"•••• {card.last_four}" if card.last_four else None,
        "state": giftcards.state_of(card).value,
        "currency": card.currency,
        "balance_minor": card.balance_minor,
        "issued_minor": card.issued_minor,
        "customer": str(card.customer_id) if card.customer_id else None,
        "expires_on": card.expires_on.isoformat() if card.expires_on else None,
        "issued_at": card.issued_at.isoformat(),
    }


def _with_ledger(card_id: int) -> dict[str, Any]:
    entries = [
        {
            "kind": one.kind.value,
            "amount_minor": one.amount_minor,
            "balance_minor": one.balance_minor,
            "payment": str(one.payment_id) if one.payment_id else None,
            "reason": one.reason,
            "at": one.at.isoformat(),
        }
        for one in giftcards.entries_of_card(card_id)
    ]
    return _body(giftcards.get_card(card_id)) | {"entries": entries}
