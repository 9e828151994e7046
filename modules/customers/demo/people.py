"""Who buys in the demo shop: names, where they live, how they are reached, what they allowed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from app.search import fold
from modules.customers.bulk import CustomerRow
from modules.customers.demo.names import BOUTIQUES, MEN, STREETS, SURNAMES, TOWNS, WOMEN
from modules.customers.models import CustomerKind
from modules.customers.operations import AddressData, ConsentData

_DAYS = 735
_OLD = 0.45
# Reserved by RFC 2606, so that no letter of the demo ever reaches anybody.
_POST = ("poczta.example", "mail.example", "listy.example", "dom.example")
_MOBILE = (501, 502, 503, 505, 510, 512, 531, 600, 602, 604, 660, 691, 728, 784, 880)
_NEWSLETTER = "I want to hear of new collections by e-mail."
_NOTES = (
    "Prefers a call before delivery.",
    "Takes sleeves shortened; allow three days.",
    "Collects in the shop, even what she orders on-line.",
    "Asks for paper bags only.",
    "Long-standing customer; was with us at the opening.",
)


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """A customer of the demo, as the floors above sell to her or him."""

    id: int = 0
    name: str
    is_woman: bool
    is_company: bool
    email: str | None
    phone: str | None
    card: str | None
    address: AddressData
    since: datetime

    def known_as(self, key: int) -> "Buyer":
        return replace(self, id=key)


def make_people(chance: Random, *, count: int, end: datetime) -> list[tuple[Buyer, CustomerRow]]:
    """Return the customers, the longest known first, each with the row that brings them in."""
    opened = end - timedelta(days=_DAYS)
    # Some were there when the books begin, the others came one by one.
    days = sorted(
        chance.uniform(0, 60) if chance.random() < _OLD else chance.uniform(0, _DAYS - 15)
        for _ in range(count)
    )
    phones, emails = _phones(chance), Counter[str]()
    vat_numbers = _vat_numbers()
    firms = dict(zip(chance.sample(range(count), len(BOUTIQUES)), BOUTIQUES, strict=True))
    people = []
    for place, day in enumerate(days):
        since = opened + timedelta(days=day)
        if place in firms:
            vat_id = f"PL{next(vat_numbers)}"
            people.append(_firm(chance, firms[place], vat_id, since, phones, emails))
        else:
            people.append(_person(chance, place, since, phones, emails))
    return people


def _person(
    chance: Random, place: int, since: datetime, phones: Iterator[str], emails: Counter[str]
) -> tuple[Buyer, CustomerRow]:
    is_woman = chance.random() < 0.78
    first = chance.choice(WOMEN if is_woman else MEN)
    surname = chance.choice(SURNAMES)
    if is_woman and surname.endswith(("ski", "cki", "dzki")):
        surname = surname[:-1] + "a"
    elif is_woman and surname == "Konieczny":
        surname = "Konieczna"
    name = f"{first} {surname}"
    email = _email(f"{first}.{surname}", chance, emails) if chance.random() < 0.84 else None
    phone = next(phones) if email is None or chance.random() < 0.72 else None
    card = f"LAN{place + 100_001}" if chance.random() < 0.38 else None
    address = _address(chance, name)
    buyer = Buyer(
        name=name,
        is_woman=is_woman,
        is_company=False,
        email=email,
        phone=phone,
        card=card,
        address=address,
        since=since,
    )
    row = CustomerRow(
        name=name,
        email=email,
        phone=phone,
        card=card,
        address=address,
        consents=_consents(chance, email, since),
        note=chance.choice(_NOTES) if chance.random() < 0.02 else "",
        locale="pl" if chance.random() < 0.97 else "en",
        created_at=since,
    )
    return buyer, row


def _firm(
    chance: Random,
    name: str,
    vat_id: str,
    since: datetime,
    phones: Iterator[str],
    emails: Counter[str],
) -> tuple[Buyer, CustomerRow]:
    email = _email("zamowienia", chance, emails)
    address = _address(chance, name, company=name)
    phone = next(phones)
    buyer = Buyer(
        name=name,
        is_woman=True,
        is_company=True,
        email=email,
        phone=phone,
        card=None,
        address=address,
        since=since,
    )
    row = CustomerRow(
        name=name,
        kind=CustomerKind.COMPANY,
        email=email,
        phone=phone,
        vat_id=vat_id,
        address=address,
        created_at=since,
    )
    return buyer, row


def _email(local: str, chance: Random, emails: Counter[str]) -> str:
    plain = fold(local).replace(" ", ".").replace("-", "")
    host = chance.choice(_POST)
    emails[plain] += 1
    number = emails[plain]
    return f"{plain}{number if number > 1 else ''}@{host}"


def _phones(chance: Random) -> Iterator[str]:
    used: set[str] = set()
    while True:
        number = f"+48{chance.choice(_MOBILE)}{chance.randrange(10**6):06d}"
        if number not in used:
            used.add(number)
            yield number


def _address(chance: Random, name: str, company: str | None = None) -> AddressData:
    city, code, _weight = chance.choices(TOWNS, [one[2] for one in TOWNS])[0]
    house = str(chance.randrange(1, 120))
    if chance.random() < 0.55:
        house += f"/{chance.randrange(1, 60)}"
    return AddressData(
        name=name,
        company=company,
        street=f"{chance.choice(STREETS)} {house}",
        postal_code=f"{code}-{chance.randrange(10, 990):03d}",
        city=city,
    )


def _consents(chance: Random, email: str | None, since: datetime) -> list[ConsentData]:
    if email is None or chance.random() > 0.52:
        return []
    given = ConsentData(
        purpose="marketing",
        channel="email",
        given=True,
        wording=_NEWSLETTER,
        source="registration",
        at=since,
    )
    if chance.random() < 0.12:
        later = since + timedelta(days=chance.randrange(5, 200))
        return [given, replace(given, given=False, source="unsubscribe link", at=later)]
    return [given]


def _vat_numbers() -> Iterator[str]:
    """Return Polish VAT numbers whose check digit is right (weights 6 5 7 2 3 4 5 6 7)."""
    for number in range(123_000_111, 123_999_999, 7_919):
        pairs = zip(str(number), (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)
        check = sum(int(digit) * weight for digit, weight in pairs) % 11
        if check < 10:
            yield f"{number}{check}"
