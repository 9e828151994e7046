"""
Changes of customers. Each function is one thing that staff, a program or another module can do.

No function commits: the edge that called it does, so that several can be one unit of work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app import clock, search
from app.actor import current_actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound, StaleEdit
from app.i18n import _
from app.reference import Reference
from modules.customers import intake
from modules.customers.contact import normalise
from modules.customers.errors import AlreadyExists
from modules.customers.matching import Key
from modules.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerFact,
    CustomerKind,
    DuplicateSuggestion,
    Identity,
    IdentityKind,
    Note,
    SuggestionState,
)
from modules.customers.queries import get_customer, list_addresses, list_identities


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


_KIND_OF = {
    "emails": IdentityKind.EMAIL,
    "phones": IdentityKind.PHONE,
    "cards": IdentityKind.CARD,
}


def create_customer(
    *,
    name: str,
    kind: CustomerKind = CustomerKind.PERSON,
    contacts: Contacts | None = None,
    addresses: Sequence[AddressData] = (),
    consents: Sequence[ConsentData] = (),
    vat_id: str | None = None,
    locale: str = "pl",
    note: str = "",
    country: str | None = None,
    verified: bool = True,
) -> Customer:
    """
    Make a customer whom a clerk or a program vouches for.

    :raises InvalidInput: an e-mail, a telephone number or a card is none
    :raises AlreadyExists: another live customer is known by one of them, verified
    """
    where = country or (addresses[0].country if addresses else None)
    keys = _keys_of(contacts or Contacts(), where)
    if vat_id:
        keys["/vat_id"] = Key(IdentityKind.VAT, _normal(IdentityKind.VAT, vat_id, "/vat_id"))
    intake.take_turns(list(keys.values()))
    suspects = _refuse_taken(keys, own=None)
    customer = Customer(kind=kind, name=_name(name), locale=locale, note=note.strip())
    session.add(customer)
    session.flush()
    now = clock.now()
    for key in dict.fromkeys(keys.values()):
        _put(customer, key, verified_at=now if verified else None)
    _replace_addresses(customer, addresses)
    for consent in consents:
        record_consent(customer=customer, consent=consent)
    _refresh(customer)
    session.flush()
    intake.suggest(customer.id, suspects)
    record_change(Reference("customer", customer.id), "made")
    return customer


def update_customer(
    *,
    customer_id: int,
    version: int,
    name: str | None = None,
    kind: CustomerKind | None = None,
    locale: str | None = None,
    note: str | None = None,
    warning: str | None = None,
    sales_blocked: bool | None = None,
    contacts: Contacts | None = None,
    addresses: Sequence[AddressData] | None = None,
    consents: Sequence[ConsentData] = (),
    vat_id: str | None = None,
) -> Customer:
    """
    Change what is given of a customer; None leaves it as it is, an empty text clears it.

    :raises NotFound: there is no such customer
    :raises StaleEdit: somebody else changed the record since `version` was read
    :raises InvalidInput: an e-mail, a telephone number or a card is none
    :raises AlreadyExists: another live customer is known by one of them, verified
    """
    customer = _at_version(customer_id, version)
    before = _audited(customer)
    given: dict[str, Any] = {
        "name": _name(name) if name is not None else None,
        "kind": kind,
        "locale": locale,
        "note": note.strip() if note is not None else None,
        "warning": warning.strip() if warning is not None else None,
        "sales_blocked": sales_blocked,
    }
    for field, value in given.items():
        if value is not None:
            setattr(customer, field, value)
    if contacts is not None or vat_id is not None:
        _replace_identities(customer, contacts or Contacts(), vat_id)
    if addresses is not None:
        _replace_addresses(customer, addresses)
    for consent in consents:
        record_consent(customer=customer, consent=consent)
    _refresh(customer)
    # Also where only an address changed, the record has a new version.
    customer.updated_at = clock.now()
    session.flush()
    record_change(Reference("customer", customer.id), "changed", old=before, new=_audited(customer))
    return customer


def add_identity(
    *, customer_id: int, kind: IdentityKind, value: str, verified: bool = False
) -> Identity:
    """
    Let a customer be known by one thing more.

    :raises InvalidInput: the text is none of its kind
    :raises AlreadyExists: another live customer is known by it, verified
    """
    customer = get_customer(customer_id)
    key = Key(kind, _normal(kind, value, "/value", field="value"))
    intake.take_turns([key])
    suspects = _refuse_taken({"/value": key}, own=customer.id)
    identity = _put(customer, key, verified_at=clock.now() if verified else None)
    _touch(customer)
    intake.suggest(customer.id, suspects)
    record_change(Reference("customer", customer.id), "identity added", new={kind.value: key.value})
    return identity


def verify_identity(*, identity_id: int) -> Identity:
    """
    Take an identity for the customer's own: he showed it, or answered from it.

    :raises NotFound: there is no such identity in use
    :raises AlreadyExists: another live customer is known by it, verified
    """
    identity = _identity(identity_id)
    key = Key(identity.kind, identity.value, identity.channel_id)
    intake.take_turns([key])
    _refuse_taken({"/value": key}, own=identity.customer_id)
    if identity.verified_at is None:
        identity.verified_at = clock.now()
        _touch(get_customer(identity.customer_id))
        record_change(
            Reference("customer", identity.customer_id),
            "identity verified",
            new={identity.kind.value: identity.value},
        )
    return identity


def end_identity(*, identity_id: int) -> Identity:
    """
    Let a customer be known by this no more; what stands on orders stays there.

    :raises NotFound: there is no such identity in use
    """
    identity = _identity(identity_id)
    identity.ended_at = clock.now()
    session.flush()
    _touch(get_customer(identity.customer_id))
    record_change(
        Reference("customer", identity.customer_id),
        "identity ended",
        old={identity.kind.value: identity.value},
        new={},
    )
    return identity


def record_consent(*, customer: Customer, consent: ConsentData) -> None:
    """Write down an answer; earlier ones stay as evidence."""
    session.add(
        Consent(
            customer_id=customer.id,
            purpose=consent.purpose,
            channel=consent.channel,
            given=consent.given,
            wording=consent.wording,
            source=consent.source,
            at=consent.at or clock.now(),
            actor=str(current_actor()),
        )
    )


def add_note(*, customer_id: int, text: str) -> Note:
    """
    Write down something about a customer.

    :raises InvalidInput: there are no words
    """
    words = text.strip()
    if not words:
        raise InvalidInput(_("Write the note first."), pointer="/text", field="text")
    note = Note(customer_id=get_customer(customer_id).id, text=words, actor=str(current_actor()))
    session.add(note)
    session.flush()
    return note


def dismiss_suggestion(*, suggestion_id: int) -> None:
    """
    Say that two customers are two people; the pair is not suggested again.

    :raises NotFound: there is no such suggestion
    """
    dismissed = session.execute(
        update(DuplicateSuggestion)
        .where(DuplicateSuggestion.id == suggestion_id)
        .values(state=SuggestionState.DISMISSED)
        .returning(DuplicateSuggestion.first_id, DuplicateSuggestion.second_id)
    ).first()
    if dismissed is None:
        raise NotFound(_("There is no such suggestion."))
    first, second = dismissed
    record_change(Reference("customer", first), "not the same as", new={"customer": second})


def set_facts(
    *,
    customer_id: int,
    stage: str | None,
    overlays: Sequence[str] = (),
    segments: Sequence[str] = (),
) -> None:
    """Keep what a floor above has learned of a customer."""
    fact = session.get(CustomerFact, customer_id)
    if fact is None:
        session.add(fact := CustomerFact(customer_id=customer_id))
    fact.stage, fact.overlays, fact.segments = stage, list(overlays), list(segments)
    fact.updated_at = clock.now()


def archive_customer(*, customer_id: int, version: int) -> Customer:
    """
    Put a customer away; nobody is matched with him any more, his orders stay.

    :raises StaleEdit: somebody else changed the record since `version` was read
    """
    customer = _at_version(customer_id, version)
    now = clock.now()
    customer.archived_at = now
    session.execute(
        update(Identity)
        .where(Identity.customer_id == customer.id, Identity.ended_at.is_(None))
        .values(ended_at=now)
    )
    record_change(Reference("customer", customer.id), "archived")
    return customer


# --- what they share ----------------------------------------------------------------------------


def _at_version(customer_id: int, version: int) -> Customer:
    customer = get_customer(customer_id)
    if customer.version != version:
        raise StaleEdit(
            _("Somebody else changed this customer. Look at what is there now and repeat yours.")
        )
    return customer


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(_("A customer needs a name."), pointer="/name", field="name")
    return name


def _normal(kind: IdentityKind, text: str, pointer: str, field: str | None = None) -> str:
    value = normalise(kind, text)
    if value is None:
        raise InvalidInput(_not_one(kind, text), pointer=pointer, field=field)
    return value


def _not_one(kind: IdentityKind, text: str) -> str:
    if kind is IdentityKind.EMAIL:
        words = _("%(text)s is no e-mail address.", text=text[:80])
    elif kind is IdentityKind.PHONE:
        words = _(
            "%(text)s is no telephone number. Begin with the country, such as +48.", text=text[:40]
        )
    else:
        words = _("%(text)s cannot be a number of this kind.", text=text[:40])
    return str(words)


_FORM_FIELD = {IdentityKind.EMAIL: "email", IdentityKind.PHONE: "phone", IdentityKind.CARD: "card"}


def _keys_of(contacts: Contacts, country: str | None) -> dict[str, Key]:
    """Return the identities in normal form by the pointer of where they were given."""
    found: dict[str, Key] = {}
    for field, kind in _KIND_OF.items():
        for place, text in enumerate(getattr(contacts, field) or ()):
            pointer = f"/{field}/{place}"
            value = normalise(kind, text, country)
            if value is None:
                raise InvalidInput(
                    _not_one(kind, text), pointer=pointer, field=_FORM_FIELD.get(kind)
                )
            found[pointer] = Key(kind, value)
    return found


def _refuse_taken(keys: dict[str, Key], *, own: int | None) -> dict[int, str]:
    """Refuse what is another customer's verified identity; return who has it unverified."""
    suspects: dict[int, str] = {}
    if not keys:
        return suspects
    wanted = set(keys.values())
    for hit in intake.find_hits(list(dict.fromkeys(keys.values()))):
        if hit.customer_id == own or hit.key not in wanted or hit.key is None:
            continue
        if not hit.verified:
            suspects[hit.customer_id] = hit.key.kind.value
            continue
        pointer = next(place for place, key in keys.items() if key == hit.key)
        message = _(
            "%(value)s already belongs to customer C-%(number)s. Open that one instead.",
            value=hit.key.value,
            number=hit.customer_id,
        )
        refusal = AlreadyExists(
            message,
            details=[
                {
                    "pointer": pointer,
                    "code": "already_exists",
                    "message": message,
                    "customer": str(hit.customer_id),
                }
            ],
        )
        refusal.field = _FORM_FIELD.get(hit.key.kind)
        raise refusal
    return suspects


def _put(customer: Customer, key: Key, *, verified_at: datetime | None) -> Identity:
    """Give the customer an identity, or verify the one that he has."""
    identity = session.scalar(
        select(Identity).where(
            Identity.customer_id == customer.id,
            Identity.kind == key.kind,
            Identity.value == key.value,
            Identity.ended_at.is_(None),
        )
    )
    if identity is None:
        identity = Identity(
            customer_id=customer.id, kind=key.kind, value=key.value, channel_id=key.channel_id
        )
        session.add(identity)
    identity.verified_at = identity.verified_at or verified_at
    session.flush()
    return identity


def _replace_identities(customer: Customer, contacts: Contacts, vat_id: str | None) -> None:
    """Let the given kinds be exactly what was given; what was dropped is ended."""
    addresses = list_addresses(customer.id)
    keys = _keys_of(contacts, addresses[0].country if addresses else None)
    replaced = {kind for field, kind in _KIND_OF.items() if getattr(contacts, field) is not None}
    if vat_id is not None:
        replaced.add(IdentityKind.VAT)
        if vat_id.strip():
            value = _normal(IdentityKind.VAT, vat_id, "/vat_id", "vat_id")
            keys["/vat_id"] = Key(IdentityKind.VAT, value)
    intake.take_turns(list(keys.values()))
    suspects = _refuse_taken(keys, own=customer.id)
    wanted = {(key.kind, key.value) for key in keys.values()}
    now = clock.now()
    for identity in list_identities(customer.id):
        if identity.kind in replaced and (identity.kind, identity.value) not in wanted:
            identity.ended_at = now
    known = {(one.kind, one.value) for one in list_identities(customer.id)}
    for key in dict.fromkeys(keys.values()):
        if (key.kind, key.value) not in known:
            _put(customer, key, verified_at=now)
    session.flush()
    intake.suggest(customer.id, suspects)


def _replace_addresses(customer: Customer, addresses: Sequence[AddressData]) -> None:
    session.execute(delete(Address).where(Address.customer_id == customer.id))
    session.add_all(
        Address(customer_id=customer.id, position=place, **vars(one))
        for place, one in enumerate(addresses)
    )


def _identity(identity_id: int) -> Identity:
    identity = session.get(Identity, identity_id)
    if identity is None or identity.ended_at is not None:
        raise NotFound(_("There is no such identity."))
    return identity


def _touch(customer: Customer) -> None:
    _refresh(customer)
    customer.updated_at = clock.now()
    session.flush()


def _refresh(customer: Customer) -> None:
    """Keep the copies for lists and the search text equal to what they are made from."""
    session.flush()
    identities = list_identities(customer.id)
    first: dict[IdentityKind, str] = {}
    for one in identities:
        first.setdefault(one.kind, one.value)
    customer.email = first.get(IdentityKind.EMAIL)
    customer.phone = first.get(IdentityKind.PHONE)
    customer.vat_id = first.get(IdentityKind.VAT)
    companies = [one.company for one in list_addresses(customer.id)]
    customer.search = search.fold(
        customer.name, *companies, *dict.fromkeys(one.value for one in identities)
    )


def _audited(customer: Customer) -> dict[str, Any]:
    addresses = [
        ", ".join(filter(None, (one.name, one.street, one.postal_code, one.city, one.country)))
        for one in list_addresses(customer.id)
    ]
    known = [f"{one.kind.value} {one.value}" for one in list_identities(customer.id)]
    return {
        "name": customer.name,
        "kind": customer.kind,
        "language": customer.locale,
        "note": customer.note,
        "warning": customer.warning,
        "sales blocked": customer.sales_blocked,
        "known by": sorted(known),
        "addresses": addresses,
    }
