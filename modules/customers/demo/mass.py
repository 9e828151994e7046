"""The customers of the large demo: a million people, each made from a number alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table

from app.bulk_load import load_rows, moment, next_key, without_indexes
from app.db import transact
from app.demo import DemoContext
from app.search import fold
from modules.customers.demo.names import MEN, STREETS, SURNAMES, TOWNS, WOMEN
from modules.customers.models import Address, Customer, Identity

_customer, _identity = cast(Table, Customer.__table__), cast(Table, Identity.__table__)
_address = cast(Table, Address.__table__)

_DAYS = 730
_AT_ONCE = 50_000
# Besides those of the small demo, so that no two share one.
_HOST, _MOBILE, _CARD = "wiele.example", "+4857", 2_000_000
_MIX, _BITS = 2_654_435_761, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class MassPerson:
    """What there is to know of one of them."""

    name: str
    email: str
    phone: str | None
    card: str | None
    street: str
    postal_code: str
    city: str
    search: str
    """Name and contacts, folded."""


class MassPeople:
    """All of them, made when asked for: nobody is kept in memory."""

    def __init__(self, *, first_key: int, count: int, end: datetime) -> None:
        self.first_key, self.count = first_key, count
        self.opened = end - timedelta(days=_DAYS)
        names = [*WOMEN, *MEN, *SURNAMES, *(f"{one[:-1]}a" for one in SURNAMES)]
        self._folded = {one: fold(one) for one in names}

    def since(self, number: int) -> datetime:
        """Return when somebody came: one after the other, all through the two years."""
        return self.opened + timedelta(seconds=_DAYS * 86_400 * 0.97 * number / self.count)

    def person(self, number: int) -> MassPerson:
        mixed = (number + 1) * _MIX & _BITS
        more = mixed * _MIX >> 7 & _BITS
        surname = SURNAMES[more % len(SURNAMES)]
        if mixed % 100 < 70:
            first = WOMEN[(mixed >> 8) % len(WOMEN)]
            if surname.endswith(("ski", "cki")):
                surname = f"{surname[:-1]}a"
        else:
            first = MEN[(mixed >> 8) % len(MEN)]
        plain = f"{self._folded[first]} {self._folded[surname]}"
        email = f"{plain.replace(' ', '.')}.{number}@{_HOST}"
        phone = f"{_MOBILE}{number % 10_000_000:07d}" if more % 10 < 7 else None
        card = f"LAN{_CARD + number}" if mixed % 7 < 2 else None
        city, code, _weight = TOWNS[(more >> 9) % len(TOWNS)]
        contacts = " ".join(one for one in (email, phone, card) if one)
        return MassPerson(
            name=f"{first} {surname}",
            email=email,
            phone=phone,
            card=card,
            street=f"{STREETS[(mixed >> 15) % len(STREETS)]} {more % 140 + 1}",
            postal_code=f"{code}-{mixed % 900 + 50:03d}",
            city=city,
            search=f"{plain} {contacts.lower()}",
        )


def demo_mass(context: DemoContext) -> None:
    assert context.mass
    count, end = context.mass.customers, context.end

    def load() -> MassPeople:
        people = MassPeople(first_key=next_key(_customer), count=count, end=end)
        with without_indexes(_customer, _identity, _address):
            numbers = iter(range(count))
            while some := list(islice(numbers, _AT_ONCE)):
                _load(people, some)
        return people

    context.made["mass_people"] = transact(load)
    context.say(f"{count} customers more")


def _load(people: MassPeople, numbers: list[int]) -> None:
    whole = [(people.first_key + one, people.person(one), people.since(one)) for one in numbers]
    at = [moment(since) for _key, _person, since in whole]
    load_rows(
        _customer,
        (
            *("id", "kind", "name", "email", "phone", "locale", "note", "warning"),
            *("sales_blocked", "search", "created_at", "updated_at", "version"),
        ),
        (
            (key, "person", one.name, one.email, one.phone, "pl", "", "", False)
            + (one.search, when, when, 1)
            for (key, one, _since), when in zip(whole, at, strict=True)
        ),
    )
    load_rows(
        _identity,
        ("customer_id", "kind", "value", "verified_at", "added_at"),
        _identities(whole, at),
    )
    addresses = (
        (key, 0, one.name, one.street, one.postal_code, one.city, "PL")
        for key, one, _since in whole
    )
    load_rows(
        _address,
        ("customer_id", "position", "name", "street", "postal_code", "city", "country"),
        addresses,
    )


def _identities(whole: list[Any], at: list[Any]) -> Iterator[tuple[Any, ...]]:
    for (customer_id, one, _since), when in zip(whole, at, strict=True):
        for kind, value in (("email", one.email), ("phone", one.phone), ("card", one.card)):
            if value:
                yield customer_id, kind, value, when, when
