"""The proof of the gift cards: what is on a card is the sum of what came onto it and left it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select

from app.db import session
from app.module import Difference
from modules.payments.giftcards.models import CardEntryKind, GiftCard, GiftCardEntry
from modules.payments.models import Payment, PaymentKind, Refund, RefundState

_FIRST = 100


def prove_gift_cards() -> Iterator[Difference]:
    """Yield every card whose sum is not that of its ledger, and every payment without its entry."""
    sums = _summed(GiftCardEntry.card_id, GiftCardEntry.amount_minor)
    latest = (
        select(
            GiftCardEntry.card_id,
            GiftCardEntry.balance_minor,
            func.row_number()
            .over(partition_by=GiftCardEntry.card_id, order_by=GiftCardEntry.id.desc())
            .label("place"),
        )
    ).subquery()
    last = select(latest.c.card_id.label("owner"), latest.c.balance_minor.label("total")).where(
        latest.c.place == 1
    )
    for name, found in (("balance", sums), ("balance after its latest entry", last)):
        those = found.subquery()
        total = func.coalesce(those.c.total, 0)
        rows = session.execute(
            select(GiftCard.id, total, GiftCard.balance_minor)
            .outerjoin(those, those.c.owner == GiftCard.id)
            .where(GiftCard.balance_minor != total)
            .order_by(GiftCard.id)
            .limit(_FIRST)
        )
        for card_id, expected, kept in rows:
            yield _difference(f"card {card_id} {name}", expected, kept)
    for card_id, issued, entered in _unlike_issued():
        yield _difference(f"card {card_id} issued", issued, entered)
    yield from _prove_payments()


def _prove_payments() -> Iterator[Difference]:
    """
    Yield payments by card that took something else off it than was captured and not given back.

    What was given back in another way (cash, by whoever may) does not go onto the card.
    """
    onto = _summed(
        Refund.payment_id,
        case((Refund.method.is_(None), Refund.amount_minor), else_=0),
        Refund.state == RefundState.SETTLED,
    ).subquery()
    off = _summed(
        GiftCardEntry.payment_id, -GiftCardEntry.amount_minor, GiftCardEntry.payment_id.is_not(None)
    ).subquery()
    expected = Payment.captured_minor - func.coalesce(onto.c.total, 0)
    found = func.coalesce(off.c.total, 0)
    rows = session.execute(
        select(Payment.id, expected, found)
        .outerjoin(onto, onto.c.owner == Payment.id)
        .outerjoin(off, off.c.owner == Payment.id)
        .where(Payment.kind == PaymentKind.GIFT_CARD, expected != found)
        .order_by(Payment.id)
        .limit(_FIRST)
    )
    for payment_id, wanted, taken in rows:
        yield _difference(f"payment {payment_id} taken off its card", wanted, taken)


def _unlike_issued() -> Any:
    of_issue = _summed(
        GiftCardEntry.card_id,
        GiftCardEntry.amount_minor,
        GiftCardEntry.kind == CardEntryKind.ISSUE,
    ).subquery()
    total = func.coalesce(of_issue.c.total, 0)
    return session.execute(
        select(GiftCard.id, GiftCard.issued_minor, total)
        .outerjoin(of_issue, of_issue.c.owner == GiftCard.id)
        .where(GiftCard.issued_minor != total)
        .order_by(GiftCard.id)
        .limit(_FIRST)
    )


def _summed(owner: Any, amount: Any, *only: Any) -> Any:
    found = select(owner.label("owner"), func.sum(amount).label("total"))
    return found.where(*only).group_by(owner)


def _difference(entry: str, expected: Any, found: Any) -> Difference:
    return Difference(ledger="gift cards", entry=entry, expected=int(expected), found=int(found))
