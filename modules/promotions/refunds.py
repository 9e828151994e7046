"""What a returned unit gives back: paid once, and all refunds together are the payment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from modules.promotions.engine.promotion import RefundPolicy
from modules.promotions.engine.spreading import evenly

__all__ = ["PaidUnits", "Refund", "RefundPolicy", "UnitLedger", "ledger_of", "refund_of"]


class PaidUnits(NamedTuple):
    """So many units of a line that were paid the same each."""

    units: int
    paid_minor: int


@dataclass(frozen=True, kw_only=True)
class UnitLedger:
    """The units of one line in their order, and how many of them came back."""

    paid: tuple[PaidUnits, ...]
    returned: int = 0

    @property
    def remaining_minor(self) -> int:
        """What was paid for the units that the buyer keeps."""
        return sum(units * paid for units, paid in self._after(self.returned))

    @property
    def remaining(self) -> int:
        return sum(units for units, _paid in self.paid) - self.returned

    def give_back(self, quantity: int) -> tuple[int, "UnitLedger"]:
        """Return what the next units not yet returned were paid, and the ledger after it."""
        assert 0 <= quantity <= self.remaining, "more units come back than were sold"
        after = replace(self, returned=self.returned + quantity)
        return self.remaining_minor - after.remaining_minor, after

    def _after(self, skipped: int) -> list[PaidUnits]:
        rest = []
        for units, paid in self.paid:
            left = max(0, units - skipped)
            skipped = max(0, skipped - units)
            if left:
                rest.append(PaidUnits(left, paid))
        return rest


def ledger_of(quantity: int, total_minor: int) -> UnitLedger:
    """Return the ledger of a line paid as a whole: even parts, the larger ones first."""
    assert quantity > 0, quantity
    more, large, small = evenly(total_minor, quantity)
    parts = (PaidUnits(more, large), PaidUnits(quantity - more, small))
    return UnitLedger(paid=tuple(part for part in parts if part.units))


class Refund(NamedTuple):
    amount_minor: int
    remaining_minor: int
    is_refused: bool = False
    """The goods came together and go back together."""


def refund_of(
    policy: RefundPolicy,
    ledgers: Sequence[tuple[UnitLedger, int]],
    *,
    price_of_rest_minor: int,
) -> Refund:
    """
    Return what units of several lines give back; each ledger comes with how many units return.

    `price_of_rest_minor` is what the units that stay would cost by themselves today's way: only
    `recalculate` asks for it. It never takes money from the buyer: when what stays costs more
    than everything was paid, nothing goes back.
    """
    kept = paid = 0
    for ledger, quantity in ledgers:
        amount, _after = ledger.give_back(quantity)
        kept += amount
        paid += ledger.remaining_minor
    is_whole = all(ledger.remaining == quantity for ledger, quantity in ledgers)
    if policy is RefundPolicy.RETURN_TOGETHER and not is_whole:
        return Refund(0, paid, is_refused=True)
    if policy is RefundPolicy.RECALCULATE and not is_whole:
        amount = max(0, paid - price_of_rest_minor)
        return Refund(amount, paid - amount)
    return Refund(kept, paid - kept)
