"""What the operations on customers take: addresses, answers and contacts as somebody gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class AddressData:
    """An address as somebody gave it."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str = "PL"
    company: str | None = None
    street2: str | None = None
    region: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentData:
    """One answer to one question, with the words in which it was asked."""

    purpose: str
    channel: str
    given: bool
    wording: str = ""
    source: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """All by which a customer is known, as people write it; None leaves a kind as it is."""

    emails: Sequence[str] | None = None
    phones: Sequence[str] | None = None
    cards: Sequence[str] | None = None
