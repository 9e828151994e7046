"""The people that these tests know."""

from typing import Any

from sqlalchemy import func, select

from app.db import session, transact
from modules.customers import (
    AddressData,
    BuyerKeys,
    Contacts,
    Customer,
    CustomerKind,
    IdentityKind,
    add_identity,
    create_customer,
    match_or_create,
    update_customer,
)
from modules.customers.models import DuplicateSuggestion

HOME = AddressData(
    name="Magdalena Szczęsna", street="ul. Długa 5/2", postal_code="80-001", city="Gdańsk"
)


def known(name: str = "Magdalena Szczęsna", **identities: str) -> int:
    """Make a customer known by verified identities: `known(email="…", phone="…", card="…")`."""
    contacts = Contacts(**{f"{kind}s": [value] for kind, value in identities.items()})
    return transact(lambda: create_customer(name=name, contacts=contacts)).id


def known_as_firm() -> int:
    """Make a firm whose name and address are as long as they get, and which owes us."""

    def make() -> int:
        firm = create_customer(
            name="Przedsiębiorstwo Handlowo-Usługowe „Gęślą Jaźń” spółka z ograniczoną "
            "odpowiedzialnością sp. k.",
            kind=CustomerKind.COMPANY,
            vat_id="PL5260250995",
            contacts=Contacts(emails=["bardzo.dlugi.adres.ksiegowosci@gesla-jazn-i.example"]),
            addresses=[HOME],
        )
        changed = update_customer(
            customer_id=firm.id, version=firm.version, warning="Zalega", sales_blocked=True
        )
        return changed.id

    return transact(make)


def rumoured(name: str = "Magda Sz.", **identities: str) -> int:
    """Make a customer who is known by identities that nobody verified."""
    contacts = Contacts(**{f"{kind}s": [value] for kind, value in identities.items()})
    return transact(lambda: create_customer(name=name, contacts=contacts, verified=False)).id


def known_at_marketplace(customer_id: int, channel_id: int, value: str) -> None:
    from modules.customers.models import Identity

    transact(
        lambda: session.add(
            Identity(
                customer_id=customer_id,
                kind=IdentityKind.MARKETPLACE,
                value=value,
                channel_id=channel_id,
            )
        )
    )


def buys(**keys: Any) -> int | None:
    """Return to whom an order with these keys is given."""
    return transact(lambda: match_or_create(BuyerKeys(**keys)))


def suggestions() -> set[tuple[int, int, str]]:
    rows = session.execute(
        select(
            DuplicateSuggestion.first_id, DuplicateSuggestion.second_id, DuplicateSuggestion.reason
        )
    )
    return {(first, second, reason) for first, second, reason in rows}


def how_many() -> int:
    return session.scalars(select(func.count()).select_from(Customer)).one()


def identities_of(customer_id: int) -> set[tuple[str, str, bool]]:
    from modules.customers import list_identities

    session.expire_all()
    return {
        (one.kind.value, one.value, one.verified_at is not None)
        for one in list_identities(customer_id)
    }


__all__ = ["HOME", "AddressData", "BuyerKeys", "Contacts", "IdentityKind", "add_identity"]
