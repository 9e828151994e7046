"""What payments need of a partner that moves money, and of a bank that tells who paid."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


class Outcome(enum.StrEnum):
    """How a call ended. UNKNOWN: it may have had its effect, so ask before it is repeated."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the gateway says of one authorization, capture, void or refund."""

    outcome: Outcome
    external_id: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """
    Money to promise, take, let go or give back.

    `our_reference` names this very act and is the key that makes a repetition harmless;
    `payment` is the gateway's own name of the payment, where it has one.
    """

    our_reference: str
    payment: str | None
    amount_minor: int
    currency: str
    reason: str = ""


class Gateway(ABC):
    """
    A partner that moves money. Amounts are minor units; a call never takes longer than seconds.

    A call that certainly had no effect since the partner could not be reached raises
    `connectors.PartnerDown`; one that may have had it answers UNKNOWN.
    """

    @abstractmethod
    def authorize(self, charge: Charge) -> Answer:
        """Have the amount promised."""

    @abstractmethod
    def capture(self, charge: Charge) -> Answer:
        """Take the amount, or a part, of what was promised."""

    @abstractmethod
    def void(self, charge: Charge) -> Answer:
        """Let go of what was promised and not taken."""

    @abstractmethod
    def refund(self, charge: Charge) -> Answer:
        """Give the amount, or a part, of what was taken back."""

    @abstractmethod
    def find(self, our_reference: str) -> Answer | None:
        """Return what became of the act that we named so; None if it never arrived."""


@dataclass(frozen=True, kw_only=True)
class BankTransfer:
    """Money that came in, as the bank tells it."""

    external_id: str
    amount_minor: int
    currency: str
    title: str
    payer: str
    booked_on: date


class BankFile(ABC):
    """A bank that tells which transfers came in."""

    @abstractmethod
    def read(self, cursor: str | None) -> tuple[Sequence[BankTransfer], str | None]:
        """Return the transfers after a place, oldest first, and the place after them."""
