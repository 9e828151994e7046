"""Making, changing and archiving a customer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from app import clock
from app.audit import record_change
from app.db import session
from app.errors import StaleEdit
from app.i18n import _
from app.reference import Reference
from modules.customers import intake
from modules.customers.files import list_addresses, list_identities
from modules.customers.matching import Key
from modules.customers.models import (
    Address,
    Customer,
    CustomerKind,
    Identity,
    IdentityKind,
)
from modules.customers.operations.data import AddressData, ConsentData, Contacts
from modules.customers.operations.details import record_consent
from modules.customers.operations.groups import set_groups
from modules.customers.operations.keeping import (
    KIND_OF,
    audited,
    clean_birthday,
    clean_name,
    keys_of,
    normal,
    put_identity,
    refresh,
    refuse_taken,
)
from modules.customers.queries import get_customer


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
    groups: Sequence[str] = (),
    birthday: str | None = None,
) -> Customer:
    """
    Make a customer whom a clerk or a program vouches for.

    :raises InvalidInput: an e-mail, a telephone number, a card, a birthday or a group is none
    :raises AlreadyExists: another live customer is known by one of them, verified
    """
    where = country or (addresses[0].country if addresses else None)
    keys = keys_of(contacts or Contacts(), where)
    if vat_id:
        keys["/vat_id"] = Key(IdentityKind.VAT, normal(IdentityKind.VAT, vat_id, "/vat_id"))
    intake.take_turns(list(keys.values()))
    suspects = refuse_taken(keys, own=None)
    customer = Customer(kind=kind, name=clean_name(name), locale=locale, note=note.strip())
    customer.birthday = clean_birthday(birthday or "")
    session.add(customer)
    session.flush()
    if groups:
        set_groups(customer_id=customer.id, codes=groups)
    now = clock.now()
    for key in dict.fromkeys(keys.values()):
        put_identity(customer, key, verified_at=now if verified else None)
    _replace_addresses(customer, addresses)
    for consent in consents:
        record_consent(customer=customer, consent=consent)
    refresh(customer)
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
    groups: Sequence[str] | None = None,
    birthday: str | None = None,
) -> Customer:
    """
    Change what is given of a customer; None leaves it as it is, an empty text clears it.

    :raises NotFound: there is no such customer
    :raises StaleEdit: somebody else changed the record since `version` was read
    :raises InvalidInput: an e-mail, a telephone number or a card is none
    :raises AlreadyExists: another live customer is known by one of them, verified
    """
    customer = at_version(customer_id, version)
    before = audited(customer)
    given: dict[str, Any] = {
        "name": clean_name(name) if name is not None else None,
        "kind": kind,
        "locale": locale,
        "note": note.strip() if note is not None else None,
        "warning": warning.strip() if warning is not None else None,
        "sales_blocked": sales_blocked,
    }
    for field, value in given.items():
        if value is not None:
            setattr(customer, field, value)
    if birthday is not None:
        customer.birthday = clean_birthday(birthday)
    if groups is not None:
        set_groups(customer_id=customer.id, codes=groups)
    if contacts is not None or vat_id is not None:
        _replace_identities(customer, contacts or Contacts(), vat_id)
    if addresses is not None:
        _replace_addresses(customer, addresses)
    for consent in consents:
        record_consent(customer=customer, consent=consent)
    refresh(customer)
    # Also where only an address changed, the record has a new version.
    customer.updated_at = clock.now()
    session.flush()
    record_change(Reference("customer", customer.id), "changed", old=before, new=audited(customer))
    return customer


def archive_customer(*, customer_id: int, version: int) -> Customer:
    """
    Put a customer away; nobody is matched with him any more, his orders stay.

    :raises StaleEdit: somebody else changed the record since `version` was read
    """
    customer = at_version(customer_id, version)
    now = clock.now()
    customer.archived_at = now
    session.execute(
        update(Identity)
        .where(Identity.customer_id == customer.id, Identity.ended_at.is_(None))
        .values(ended_at=now)
    )
    record_change(Reference("customer", customer.id), "archived")
    return customer


def at_version(customer_id: int, version: int) -> Customer:
    customer = get_customer(customer_id)
    if customer.version != version:
        raise StaleEdit(
            _("Somebody else changed this customer. Look at what is there now and repeat yours.")
        )
    return customer


def _replace_identities(customer: Customer, contacts: Contacts, vat_id: str | None) -> None:
    """Let the given kinds be exactly what was given; what was dropped is ended."""
    addresses = list_addresses(customer.id)
    keys = keys_of(contacts, addresses[0].country if addresses else None)
    replaced = {kind for field, kind in KIND_OF.items() if getattr(contacts, field) is not None}
    if vat_id is not None:
        replaced.add(IdentityKind.VAT)
        if vat_id.strip():
            value = normal(IdentityKind.VAT, vat_id, "/vat_id", "vat_id")
            keys["/vat_id"] = Key(IdentityKind.VAT, value)
    intake.take_turns(list(keys.values()))
    suspects = refuse_taken(keys, own=customer.id)
    wanted = {(key.kind, key.value) for key in keys.values()}
    now = clock.now()
    for identity in list_identities(customer.id):
        if identity.kind in replaced and (identity.kind, identity.value) not in wanted:
            identity.ended_at = now
    known = {(one.kind, one.value) for one in list_identities(customer.id)}
    for key in dict.fromkeys(keys.values()):
        if (key.kind, key.value) not in known:
            put_identity(customer, key, verified_at=now)
    session.flush()
    intake.suggest(customer.id, suspects)


def _replace_addresses(customer: Customer, addresses: Sequence[AddressData]) -> None:
    session.execute(delete(Address).where(Address.customer_id == customer.id))
    session.add_all(
        Address(customer_id=customer.id, position=place, **vars(one))
        for place, one in enumerate(addresses)
    )
