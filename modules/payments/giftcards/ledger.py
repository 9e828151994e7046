"""The ledger of one card: its sum and the entry behind it are moved by the same statements."""

from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.actor import current_actor
from app.db import session
from app.reference import Reference
from modules.payments.giftcards.models import CardEntryKind, GiftCard, GiftCardEntry


def stands(client_id: str) -> bool:
    """Test whether the entry of this request is written already."""
    known = select(GiftCardEntry.id).where(GiftCardEntry.client_id == client_id)
    return session.scalar(known) is not None


def lock(card_ids: list[int]) -> dict[int, GiftCard]:
    """Return the cards by key, once whoever moves their money has ended."""
    rows = session.scalars(
        select(GiftCard)
        .where(GiftCard.id.in_(card_ids))
        .order_by(GiftCard.id)  # so that two who take turns cannot block each other
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return {card.id: card for card in rows}


def move(
    card_id: int,
    kind: CardEntryKind,
    amount_minor: int,
    *,
    client_id: str,
    reference: Reference | None = None,
    payment_id: int | None = None,
    reason: str | None = None,
    only_where: tuple[ColumnElement[bool], ...] = (),
    values: dict[str, Any] | None = None,
) -> bool:
    """Add an amount to a card (negative: take it off); False where it does not hold as much."""
    balance = GiftCard.balance_minor + amount_minor
    after = session.execute(
        update(GiftCard)
        .where(GiftCard.id == card_id, balance >= 0, *only_where)
        .values(balance_minor=balance, **(values or {}))
        .returning(GiftCard.balance_minor)
        .execution_options(synchronize_session=False)
    ).scalar()
    if after is None:
        return False
    write(
        card_id,
        kind,
        amount_minor,
        balance_minor=after,
        client_id=client_id,
        reference=reference,
        payment_id=payment_id,
        reason=reason,
    )
    return True


def write(
    card_id: int,
    kind: CardEntryKind,
    amount_minor: int,
    *,
    balance_minor: int,
    client_id: str,
    reference: Reference | None = None,
    payment_id: int | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        GiftCardEntry(
            card_id=card_id,
            kind=kind,
            amount_minor=amount_minor,
            balance_minor=balance_minor,
            ref_kind=reference.kind if reference else None,
            ref_id=reference.id if reference else None,
            payment_id=payment_id,
            client_id=client_id,
            reason=reason,
            actor=str(current_actor()),
        )
    )
    session.flush()
