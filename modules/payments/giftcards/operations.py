"""Issuing gift cards and store credit, giving back onto them, blocking, correcting, expiring."""

from datetime import date, timedelta

from sqlalchemy import select, update

from app import audit, clock, limits
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _, language
from app.money import MOST_MINOR, format_money
from app.reference import Reference
from modules import organization
from modules.payments.giftcards import ledger, secrets
from modules.payments.giftcards.errors import CardUnusable, NotEnoughOnCard
from modules.payments.giftcards.models import (
    CardEntryKind,
    CardState,
    GiftCard,
    GiftCardEntry,
)
from modules.payments.giftcards.queries import get_card, state_of

ISSUE = "gift_card"
"""The limit: how much somebody puts onto a card, or takes off it, alone."""
KIND = "gift_card"
_STILL_GOOD = timedelta(days=90)
_AT_ONCE = 500


class AlreadyIssued(RuleViolation):
    """The same request stands with another amount or another owner."""

    code = "already_exists"


def issue(
    *,
    amount_minor: int,
    currency: str,
    store_id: int,
    client_id: str,
    customer_id: int | None = None,
    with_number: bool = True,
    with_pin: bool = True,
    expires_on: date | None = None,
    sold_for: Reference | None = None,
    reason: str | None = None,
    is_paid_for: bool = False,
) -> int:
    """
    Issue a gift card and return its key; without a number it is a customer's store credit.

    Its code is told by `reveal`. The same `client_id` is the same card. What was sold and paid for
    (`is_paid_for`) is nobody's to limit.

    :raises InvalidInput: there is no amount, no owner of the credit, or it has expired already
    :raises AlreadyIssued: that card stands with another amount or owner
    :raises NeedsSecondPerson: it is more than the caller issues alone
    """
    _check_new(amount_minor, customer_id, with_number, expires_on)
    known = session.scalar(select(GiftCard).where(GiftCard.client_id == client_id))
    if known is not None:
        same = (amount_minor, currency, customer_id, with_number, with_number and with_pin)
        has = (
            *(known.issued_minor, known.currency, known.customer_id, known.code_mark is not None),
            secrets.has_pin(known),
        )
        if has != same:
            raise AlreadyIssued(_("This request issued a card already, with other values."))
        return known.id
    if not is_paid_for:
        limits.check({ISSUE: amount_minor}, store_id=store_id, currency=currency)
    card = GiftCard(
        client_id=client_id,
        currency=currency,
        balance_minor=amount_minor,
        issued_minor=amount_minor,
        store_id=store_id,
        customer_id=customer_id,
        sold_ref_kind=sold_for.kind if sold_for else None,
        sold_ref_id=sold_for.id if sold_for else None,
        expires_on=expires_on,
        issued_by=current_actor().tag,
        issued_at=clock.now(),
    )
    if with_number:
        key = secrets.key_made()
        drawn = secrets.drawn(key, client_id)
        card.code_mark = secrets.mark_of_code(key, drawn.code)
        card.pin_mark = secrets.mark_of_pin(key, drawn.code, drawn.pin if with_pin else "")
        card.last_four = drawn.code[-4:]
    session.add(card)
    session.flush()
    ledger.write(
        card.id,
        CardEntryKind.ISSUE,
        amount_minor,
        balance_minor=amount_minor,
        client_id=f"issue:{client_id}",
        reference=sold_for,
        reason=reason,
    )
    return card.id


def give_back(*, payment_id: int, refund_id: int, amount_minor: int, reason: str) -> None:
    """
    Put what a card paid back onto it; the same refund is put back once.

    A card that has expired pays again for a while; one that is blocked stays blocked.

    :raises NotFound: no card made this payment
    """
    client_id = f"refund:{refund_id}"
    paid = session.scalar(
        select(GiftCardEntry).where(
            GiftCardEntry.payment_id == payment_id, GiftCardEntry.kind == CardEntryKind.REDEEM
        )
    )
    if paid is None:
        raise NotFound(_("No gift card made this payment."))
    card = ledger.lock([paid.card_id])[paid.card_id]
    if ledger.stands(client_id):
        return
    values = {}
    today = organization.day_of(clock.now())
    if card.expires_on is not None and card.expires_on <= today:
        if card.balance_minor:
            _take_the_rest(card)  # else what the night's job did not reach yet would pay again
        values["expires_on"] = today + _STILL_GOOD
    ledger.move(
        card.id,
        CardEntryKind.GIVE_BACK,
        amount_minor,
        client_id=client_id,
        reference=Reference(paid.ref_kind or "", paid.ref_id or 0),
        payment_id=payment_id,
        reason=reason,
        values=values,
    )


def block(*, card_id: int, reason: str) -> None:
    """
    Let nobody pay with a card any more: it was lost or stolen. Twice is as once.

    :raises NotFound: there is no such card
    """
    _set_blocked(card_id, reason, blocked=True)


def unblock(*, card_id: int, reason: str = "") -> None:
    """
    Let a blocked card pay again.

    :raises NotFound: there is no such card
    """
    _set_blocked(card_id, reason, blocked=False)


def adjust(*, card_id: int, amount_minor: int, reason: str, client_id: str) -> None:
    """
    Correct what is on a card by an amount, up or down; the same `client_id` is done once.

    :raises NotFound: there is no such card
    :raises InvalidInput: it changes nothing, or no reason is given
    :raises CardUnusable: the card has expired
    :raises NotEnoughOnCard: there is less on the card than is to be taken off
    :raises NeedsSecondPerson: it is more than the caller corrects alone
    """
    get_card(card_id)
    if amount_minor == 0 or abs(amount_minor) > MOST_MINOR:
        text = _("Write by how much the card changes: 10,00 puts on, -10,00 takes off.")
        raise InvalidInput(text, field="amount_minor", pointer="/amount_minor")
    if not reason.strip():
        text = _("Write why: the correction stays in the card's ledger.")
        raise InvalidInput(text, field="reason", pointer="/reason")
    card = ledger.lock([card_id])[card_id]
    if ledger.stands(f"adjust:{client_id}"):
        return
    if state_of(card) is CardState.EXPIRED:
        raise CardUnusable(_("This card has expired. Issue a new one instead."))
    limits.check({ISSUE: abs(amount_minor)}, store_id=card.store_id, currency=card.currency)
    moved = ledger.move(
        card_id,
        CardEntryKind.ADJUST,
        amount_minor,
        client_id=f"adjust:{client_id}",
        reason=reason.strip(),
    )
    if not moved:
        raise NotEnoughOnCard(
            _(
                "There are only %(have)s on this card.",
                have=format_money(card.balance_minor, card.currency, language()),
            ),
            details=[{"pointer": "/amount_minor", "have": card.balance_minor}],
        )


def extend(*, card_id: int, expires_on: date | None, reason: str) -> None:
    """
    Let a card pay longer (None: for ever); what expired of late is on it again.

    :raises NotFound: there is no such card
    :raises InvalidInput: no reason is given, or the day is not after today and the present one
    :raises NeedsSecondPerson: more comes back onto it than the caller puts there alone
    """
    get_card(card_id)
    if not reason.strip():
        raise InvalidInput(_("Write why the card pays longer."), field="reason", pointer="/reason")
    card = ledger.lock([card_id])[card_id]
    before, today = card.expires_on, organization.day_of(clock.now())
    if before == expires_on:
        return
    if before is None or (expires_on is not None and expires_on <= max(before, today)):
        text = _("A card only pays longer: choose a later day, or none.")
        raise InvalidInput(text, field="expires_on", pointer="/expires_on")
    back = _expired_of(card) if before <= today else 0
    if back:
        limits.check({ISSUE: back}, store_id=card.store_id, currency=card.currency)
        ledger.move(
            card_id,
            CardEntryKind.ADJUST,
            back,
            client_id=f"extend:{card_id}:{before}",
            reason=reason.strip(),
        )
    session.execute(
        update(GiftCard)
        .where(GiftCard.id == card_id)
        .values(expires_on=expires_on)
        .execution_options(synchronize_session=False)
    )
    audit.record_change(
        Reference(KIND, card_id),
        "extended",
        old={"expires_on": str(before)},
        new={"expires_on": str(expires_on) if expires_on else "", "reason": reason.strip()},
    )


def expire_cards() -> int:
    """Take what is left off cards whose time is over; return how many those were."""
    today = organization.day_of(clock.now())
    found = session.scalars(
        select(GiftCard)
        .where(GiftCard.expires_on <= today, GiftCard.balance_minor > 0)
        .order_by(GiftCard.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for card in found:
        _take_the_rest(card)
    return len(found)


# --- what the parts above share ---------------------------------------------------------------


def _check_new(
    amount_minor: int, customer_id: int | None, with_number: bool, expires_on: date | None
) -> None:
    if not 0 < amount_minor <= MOST_MINOR:
        text = _("Write how much is put onto the card.")
        raise InvalidInput(text, field="amount_minor", pointer="/amount_minor")
    if not with_number and customer_id is None:
        text = _("Store credit belongs to a customer. Choose one.")
        raise InvalidInput(text, field="customer", pointer="/customer")
    if expires_on is not None and expires_on <= organization.day_of(clock.now()):
        text = _("Choose a day after today.")
        raise InvalidInput(text, field="expires_on", pointer="/expires_on")


def _take_the_rest(card: GiftCard) -> None:
    ledger.move(
        card.id,
        CardEntryKind.EXPIRE,
        -card.balance_minor,
        # With the day: a card to which money came back may expire once more.
        client_id=f"expire:{card.id}:{card.expires_on}",
    )


def _expired_of(card: GiftCard) -> int:
    """Return what the end of its time took off a card, where nothing has moved since."""
    last = session.scalar(
        select(GiftCardEntry)
        .where(GiftCardEntry.card_id == card.id)
        .order_by(GiftCardEntry.id.desc())
        .limit(1)
    )
    return -last.amount_minor if last and last.kind is CardEntryKind.EXPIRE else 0


def _set_blocked(card_id: int, reason: str, *, blocked: bool) -> None:
    get_card(card_id)
    changed = session.execute(
        update(GiftCard)
        .where(
            GiftCard.id == card_id,
            GiftCard.blocked_at.is_(None) if blocked else GiftCard.blocked_at.is_not(None),
        )
        .values(blocked_at=clock.now() if blocked else None)
        .returning(GiftCard.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed:
        audit.record_change(
            Reference(KIND, card_id), "blocked" if blocked else "unblocked", new={"reason": reason}
        )
