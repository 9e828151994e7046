"""How identities are kept: in normal form, with one owner, and copied to where lists look."""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock, search
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from modules.customers import intake
from modules.customers.contact import normalise
from modules.customers.errors import AlreadyExists
from modules.customers.facts import groups_of
from modules.customers.files import list_addresses, list_identities
from modules.customers.matching import Key
from modules.customers.models import (
    Address,
    Customer,
    Identity,
    IdentityKind,
)
from modules.customers.operations.data import Contacts

KIND_OF = {
    "emails": IdentityKind.EMAIL,
    "phones": IdentityKind.PHONE,
    "cards": IdentityKind.CARD,
}
_BIRTHDAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_FORM_FIELD = {IdentityKind.EMAIL: "email", IdentityKind.PHONE: "phone", IdentityKind.CARD: "card"}


def clean_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(_("A customer needs a name."), pointer="/name", field="name")
    return name


def clean_birthday(text: str) -> str | None:
    """
    Return a birthday as it is kept, "MM-DD"; an empty text is none.

    :raises InvalidInput: the calendar has no such day
    """
    text = text.strip()
    if not text:
        return None
    found = _BIRTHDAY.fullmatch(text)
    try:
        # A leap year: somebody born on 29 February has a birthday.
        day = date(2000, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(
            _("Write the month and the day, such as 05-17."), pointer="/birthday", field="birthday"
        )
    return f"{day:%m-%d}"


def normal(kind: IdentityKind, text: str, pointer: str, field: str | None = None) -> str:
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


def keys_of(contacts: Contacts, country: str | None) -> dict[str, Key]:
    """Return the identities in normal form by the pointer of where they were given."""
    found: dict[str, Key] = {}
    for field, kind in KIND_OF.items():
        for place, text in enumerate(getattr(contacts, field) or ()):
            pointer = f"/{field}/{place}"
            value = normalise(kind, text, country)
            if value is None:
                raise InvalidInput(
                    _not_one(kind, text), pointer=pointer, field=_FORM_FIELD.get(kind)
                )
            found[pointer] = Key(kind, value)
    return found


def refuse_taken(keys: dict[str, Key], *, own: int | None) -> dict[int, str]:
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


def put_identity(customer: Customer, key: Key, *, verified_at: datetime | None) -> Identity:
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


def touch(customer: Customer) -> None:
    refresh(customer)
    customer.updated_at = clock.now()
    session.flush()


def refresh(customer: Customer) -> None:
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


def audited(customer: Customer) -> dict[str, Any]:
    addresses = [one_line(one) for one in list_addresses(customer.id)]
    known = [f"{one.kind.value} {one.value}" for one in list_identities(customer.id)]
    return {
        "name": customer.name,
        "kind": customer.kind,
        "language": customer.locale,
        "note": customer.note,
        "warning": customer.warning,
        "sales blocked": customer.sales_blocked,
        "birthday": customer.birthday,
        "groups": sorted(one.code for one in groups_of([customer.id]).get(customer.id, ())),
        "known by": sorted(known),
        "addresses": addresses,
    }


def one_line(address: Address) -> str:
    town = f"{address.postal_code} {address.city}"
    return ", ".join(filter(None, (address.name, address.street, town, address.country)))
