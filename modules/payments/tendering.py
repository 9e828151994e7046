"""Gift cards and refunds over several tenders. Pure; payments never change the base of the VAT."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.money import allocate


class GiftCard(NamedTuple):
    """A card with what is on it; no longer good on `expires_on`."""

    id: str
    balance_minor: int
    expires_on: date | None = None


class CardUse(NamedTuple):
    id: str
    used_minor: int
    balance_minor: int


def pay_by_cards(
    to_pay_minor: int, cards: Iterable[GiftCard], *, on: date | None = None
) -> tuple[int, list[CardUse]]:
    """Return what is left to pay, and what each card gave: those that expire first go first."""
    good = [card for card in cards if on is None or card.expires_on is None or on < card.expires_on]
    uses = []
    for card in sorted(good, key=lambda one: one.expires_on or date.max):
        used = max(0, min(to_pay_minor, card.balance_minor))
        to_pay_minor -= used
        uses.append(CardUse(card.id, used, card.balance_minor - used))
    return to_pay_minor, uses


class GiveBack(StrEnum):
    """In which way a refund goes back over what was paid."""

    PROPORTIONAL = "proportional"
    IN_ORDER = "in_order"
    """The first tender whole, then the next."""


def refund_over_tenders(
    paid: Sequence[tuple[str, int]], refund_minor: int, policy: GiveBack
) -> list[tuple[str, int]]:
    """
    Return what goes back by each tender; `paid` is what each still holds, so no part exceeds it.

    A proportional part is a part of what was paid, so a refund of everything is exactly everything.
    """
    held = [amount for _method, amount in paid]
    assert 0 <= refund_minor <= sum(held), "no more goes back than was paid"
    if policy is GiveBack.PROPORTIONAL:
        parts = allocate(refund_minor, held)
    else:
        parts = []
        for amount in held:
            parts.append(min(amount, refund_minor))
            refund_minor -= parts[-1]
    return [(method, part) for (method, _held), part in zip(paid, parts, strict=True)]
