"""Everything that hangs on a customer: contacts, addresses, answers, notes, groups, facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from app.db import session
from modules.customers.facts import groups_of
from modules.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerFact,
    CustomerGroup,
    Identity,
    Note,
)


@dataclass(frozen=True, kw_only=True)
class CustomerFile:
    """Everything that the card shows of one customer."""

    customer: Customer
    identities: Sequence[Identity]
    addresses: Sequence[Address]
    consents: Sequence[Consent]
    """The answer that holds now, for each purpose and channel."""
    notes: Sequence[Note]
    fact: CustomerFact | None
    groups: Sequence[CustomerGroup] = ()


def get_file(customer: Customer) -> CustomerFile:
    """Return what hangs on a customer: six statements."""
    own = customer.id
    return CustomerFile(
        customer=customer,
        identities=list_identities(own),
        addresses=list_addresses(own),
        consents=list_consents(own),
        notes=session.scalars(
            select(Note).where(Note.customer_id == own).order_by(Note.id.desc()).limit(100)
        ).all(),
        fact=session.get(CustomerFact, own),
        groups=groups_of([own]).get(own, []),
    )


def list_identities(customer_id: int) -> Sequence[Identity]:
    """Return by what a customer is known now, verified ones first."""
    found = select(Identity).where(Identity.customer_id == customer_id, Identity.ended_at.is_(None))
    return session.scalars(found.order_by(Identity.verified_at.is_(None), Identity.id)).all()


def list_addresses(customer_id: int) -> Sequence[Address]:
    found = select(Address).where(Address.customer_id == customer_id)
    return session.scalars(found.order_by(Address.position, Address.id)).all()


def list_consents(customer_id: int) -> Sequence[Consent]:
    """Return the newest answer for each purpose and channel."""
    found = select(Consent).where(Consent.customer_id == customer_id)
    return _newest(session.scalars(found).all())


def _newest(consents: Iterable[Consent]) -> list[Consent]:
    newest: dict[tuple[str, str], Consent] = {}
    for consent in sorted(consents, key=lambda one: (one.at, one.id)):
        newest[consent.purpose, consent.channel] = consent
    return [newest[key] for key in sorted(newest)]


def files_of(customers: Sequence[Customer]) -> list[CustomerFile]:
    """Return what hangs on many customers, their notes left out, in as many statements as kinds."""
    keys = [one.id for one in customers]
    identities = _grouped(Identity, keys, Identity.ended_at.is_(None), order=Identity.id)
    addresses = _grouped(Address, keys, order=Address.position)
    consents = _grouped(Consent, keys, order=Consent.id)
    rows = select(CustomerFact).where(CustomerFact.customer_id.in_(keys))
    facts = {one.customer_id: one for one in session.scalars(rows)} if keys else {}
    groups = groups_of(keys)
    return [
        CustomerFile(
            customer=one,
            identities=identities.get(one.id, []),
            addresses=addresses.get(one.id, []),
            consents=list(
                {(row.purpose, row.channel): row for row in consents.get(one.id, [])}.values()
            ),
            notes=[],
            fact=facts.get(one.id),
            groups=groups.get(one.id, []),
        )
        for one in customers
    ]


def _grouped(
    model: Any, keys: Sequence[int], *conditions: ColumnElement[bool], order: Any
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if keys:
        rows = select(model).where(model.customer_id.in_(keys), *conditions)
        for row in session.scalars(rows.order_by(order, model.id)):
            found.setdefault(row.customer_id, []).append(row)
    return found
