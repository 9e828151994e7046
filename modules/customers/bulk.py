"""The bulk path: many customers at once, from an earlier system or the demo shop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table

from app import clock, search
from app.bulk import insert_keyed, insert_many
from modules.customers.contact import normalise
from modules.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerKind,
    Identity,
    IdentityKind,
)
from modules.customers.operations import AddressData, ConsentData

_BATCH = 500

_customer, _identity = cast(Table, Customer.__table__), cast(Table, Identity.__table__)
_address, _consent = cast(Table, Address.__table__), cast(Table, Consent.__table__)


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """One customer of an earlier system."""

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    email: str | None = None
    phone: str | None = None
    card: str | None = None
    vat_id: str | None = None
    address: AddressData | None = None
    consents: Sequence[ConsentData] = ()
    locale: str = "pl"
    note: str = ""
    warning: str = ""
    created_at: datetime | None = None
    verified: bool = True


def import_customers(rows: Sequence[CustomerRow]) -> list[int]:
    """
    Add customers and return their keys in the order of the rows.

    It trusts that no two rows, and nobody who is there, share a verified identity: the database
    refuses the batch otherwise. What is no e-mail or telephone number is left out.
    """
    made: list[int] = []
    for start in range(0, len(rows), _BATCH):
        made += _add(rows[start : start + _BATCH])
    return made


def _add(rows: Sequence[CustomerRow]) -> list[int]:
    now = clock.now()
    known = [_identities_of(row) for row in rows]
    keys = insert_keyed(
        _customer, [_values(row, found, now) for row, found in zip(rows, known, strict=True)]
    )
    identities: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    consents: list[dict[str, Any]] = []
    for key, row, found in zip(keys, rows, known, strict=True):
        at = row.created_at or now
        for kind, value in found.items():
            identities.append(
                {
                    "customer_id": key,
                    "kind": kind,
                    "value": value,
                    "verified_at": at if row.verified else None,
                    "added_at": at,
                }
            )
        if row.address:
            addresses.append({"customer_id": key, "position": 0, **vars(row.address)})
        consents += _consents_of(row, key, at)
    for table, values in ((_identity, identities), (_address, addresses), (_consent, consents)):
        insert_many(table, values)
    return keys


def _identities_of(row: CustomerRow) -> dict[IdentityKind, str]:
    country = row.address.country if row.address else None
    given = (
        (IdentityKind.EMAIL, row.email),
        (IdentityKind.PHONE, row.phone),
        (IdentityKind.CARD, row.card),
        (IdentityKind.VAT, row.vat_id),
    )
    found = {kind: normalise(kind, text, country) for kind, text in given if text}
    return {kind: value for kind, value in found.items() if value}


def _values(row: CustomerRow, found: dict[IdentityKind, str], now: datetime) -> dict[str, Any]:
    at = row.created_at or now
    company = row.address.company if row.address else None
    return {
        "name": row.name,
        "kind": row.kind,
        "email": found.get(IdentityKind.EMAIL),
        "phone": found.get(IdentityKind.PHONE),
        "vat_id": found.get(IdentityKind.VAT),
        "locale": row.locale,
        "note": row.note,
        "warning": row.warning,
        "search": search.fold(row.name, company, *found.values()),
        "created_at": at,
        "updated_at": at,
    }


def _consents_of(row: CustomerRow, key: int, at: datetime) -> Iterator[dict[str, Any]]:
    for consent in row.consents:
        yield {
            "customer_id": key,
            "purpose": consent.purpose,
            "channel": consent.channel,
            "given": consent.given,
            "wording": consent.wording,
            "source": consent.source,
            "at": consent.at or at,
            "actor": "system::import",
        }
