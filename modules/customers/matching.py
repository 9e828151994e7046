"""Who is the buyer of an order that comes in? Decided from the keys it carries, strongest first."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modules.customers.contact import normal_card, normal_email, normal_phone
from modules.customers.models import IdentityKind

_MOST_SUGGESTIONS = 5  # one wrong number that a hundred customers share is no hundred suspicions


@dataclass(frozen=True, kw_only=True)
class BuyerKeys:
    """What an order tells of its buyer, as it was sent."""

    customer_id: int | None = None
    """The own customer number."""
    card: str | None = None
    marketplace_id: str | None = None
    channel_id: int | None = None
    """The channel whose id `marketplace_id` is."""
    email: str | None = None
    phone: str | None = None
    name: str = ""
    country: str | None = None
    """By whose rules a telephone number without +48 is read."""
    locale: str = "pl"


class Key(NamedTuple):
    """One identity in normal form."""

    kind: IdentityKind
    value: str
    channel_id: int | None = None

    @property
    def turn(self) -> int:
        """Return the number of the lock that lets parallel intakes of this key take turns."""
        text = f"{self.kind.value}|{self.channel_id or ''}|{self.value}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


class Hit(NamedTuple):
    """A live customer who is known by a key; the key is None for the own customer number."""

    key: Key | None
    verified: bool
    customer_id: int


class Decision(NamedTuple):
    """Who it is (None = somebody new), who else it may be and why, and which keys nobody has."""

    customer_id: int | None
    suspects: dict[int, str]
    unknown: list[Key]


def keys_of(buyer: BuyerKeys) -> list[Key]:
    """Return the keys of a buyer in normal form; what is no e-mail or telephone is left out."""
    found: list[Key] = []
    if card := normal_card(buyer.card):
        found.append(Key(IdentityKind.CARD, card))
    if buyer.marketplace_id and buyer.channel_id and buyer.marketplace_id.strip():
        marketplace_id = buyer.marketplace_id.strip()[:200]
        found.append(Key(IdentityKind.MARKETPLACE, marketplace_id, buyer.channel_id))
    if email := normal_email(buyer.email):
        found.append(Key(IdentityKind.EMAIL, email))
    if phone := normal_phone(buyer.phone, buyer.country):
        found.append(Key(IdentityKind.PHONE, phone))
    return found


def decide(keys: Sequence[Key], hits: Iterable[Hit]) -> Decision:
    """
    Return who the keys say it is.

    The strongest key that hits exactly one customer decides. A key that hits several leaves it to
    the next one. Whoever else was hit by any key is a suspect of being the same person.
    """
    by_rank: dict[int, list[int]] = {}
    reasons: dict[int, list[str]] = {}
    known: set[Key] = set()
    for hit in hits:
        if hit.key is not None:
            if hit.key not in keys:
                continue
            known.add(hit.key)
        found = by_rank.setdefault(_rank(hit), [])
        if hit.customer_id not in found:
            found.append(hit.customer_id)
        reason = hit.key.kind.value if hit.key else "number"
        if reason not in reasons.setdefault(hit.customer_id, []):
            reasons[hit.customer_id].append(reason)
    winner = next((by_rank[rank][0] for rank in sorted(by_rank) if len(by_rank[rank]) == 1), None)
    order = [one for rank in sorted(by_rank) for one in by_rank[rank] if one != winner]
    suspects = {one: ",".join(reasons[one]) for one in list(dict.fromkeys(order))}
    few = dict(list(suspects.items())[:_MOST_SUGGESTIONS])
    return Decision(winner, few, [key for key in keys if key not in known])


def _rank(hit: Hit) -> int:
    """Return how strong a hit is, 0 being the strongest."""
    if hit.key is None:
        return 1
    kind = hit.key.kind
    if kind is IdentityKind.CARD:
        return 0
    if kind is IdentityKind.MARKETPLACE:
        return 2
    if kind is IdentityKind.EMAIL:
        return 3 if hit.verified else 5
    return 4 if hit.verified else 6
