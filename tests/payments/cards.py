"""Gift cards to try things on."""

import uuid
from typing import Any

from app.db import transact
from app.reference import Reference
from modules.payments import giftcards
from tests.payments.cast import ORDER, main_store


def sold(amount_minor: int = 100_00, **changes: Any) -> int:
    """Issue a gift card of the main store and return its key."""
    values: dict[str, Any] = {
        "amount_minor": amount_minor,
        "currency": "PLN",
        "store_id": main_store(),
        "client_id": str(uuid.uuid4()),
        **changes,
    }
    return transact(lambda: giftcards.issue(**values))


def pay(amount_minor: int, *cards: int, reference: Reference = ORDER, **changes: Any) -> list[int]:
    values: dict[str, Any] = {"currency": "PLN", "store_id": main_store(), **changes}
    return transact(
        lambda: giftcards.redeem(
            card_ids=cards, amount_minor=amount_minor, reference=reference, **values
        )
    )


def change(amount_minor: int, card_id: int, **changes: Any) -> None:
    values = {"reason": "printed wrong", "client_id": str(uuid.uuid4()), **changes}
    transact(lambda: giftcards.adjust(card_id=card_id, amount_minor=amount_minor, **values))


def left_on(card_id: int) -> int:
    return giftcards.get_card(card_id).balance_minor


def story(card_id: int) -> list[tuple[str, int, int]]:
    """Return the ledger of a card: what happened, by how much, and what was left."""
    entries = giftcards.entries_of_card(card_id)
    return [(one.kind.value, one.amount_minor, one.balance_minor) for one in entries]
