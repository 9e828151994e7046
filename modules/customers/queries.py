"""Questions about customers. Nothing here changes a row."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from app import search, walking
from app.db import session
from app.errors import NotFound
from app.feeds import settled
from app.fields import PERSONAL, free_text, in_a_name, sees
from app.folding import in_one_of
from app.i18n import _, lazy
from app.lists import Sort
from modules.customers.contact import normal_card, normal_email, normal_phone, normal_vat_id
from modules.customers.files import CustomerFile, files_of
from modules.customers.models import (
    Address,
    Customer,
    CustomerKind,
    DuplicateSuggestion,
    Identity,
    IdentityKind,
    SuggestionState,
)

_PHONE_LIKE = re.compile(r"[+\d\s().-]*\d[+\d\s().-]*")
_NUMBER = re.compile(r"[cC]-(\d{1,18})")


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A customer who may be the same person, and the kinds of keys that say so."""

    suggestion_id: int
    customer: Customer
    reasons: list[str]


def get_customer(customer_id: int) -> Customer:
    """
    Return one customer; for somebody who was merged into another one, that other one.

    :raises NotFound: there is none with that id
    """
    customer = session.get(Customer, customer_id)
    if customer is not None and customer.merged_into_id is not None:
        customer = session.get(Customer, customer.merged_into_id)
    if customer is None:
        raise NotFound(_("There is no customer %(number)s.", number=customer_id))
    return customer


def get_customer_by_number(number: str) -> Customer:
    """
    Return the customer of a number such as "C-17", or of its key alone.

    :raises NotFound: there is none with that number
    """
    found = _NUMBER.fullmatch(number)
    plain = found[1] if found else number
    if plain.isascii() and plain.isdigit() and len(plain) <= 18:
        return get_customer(int(plain))
    raise NotFound(_("There is no customer %(number)s.", number=number[:40]))


def customer_names(customer_ids: Collection[int]) -> dict[int, str]:
    """Return what customers are called, by their keys, to whoever asks; in one statement."""
    if not customer_ids:
        return {}
    rows = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(customer_ids)))
    return {key: free_text(name) for key, name in rows}


def list_suspects(customer_id: int) -> Sequence[Suspect]:
    """Return who may be the same person as this customer and was not looked at yet."""
    own = or_(
        DuplicateSuggestion.first_id == customer_id, DuplicateSuggestion.second_id == customer_id
    )
    rows = session.execute(
        select(DuplicateSuggestion, Customer)
        .join(
            Customer,
            or_(
                Customer.id == DuplicateSuggestion.first_id,
                Customer.id == DuplicateSuggestion.second_id,
            ),
        )
        .where(
            own,
            DuplicateSuggestion.state == SuggestionState.OPEN,
            Customer.id != customer_id,
            Customer.archived_at.is_(None),
            Customer.merged_into_id.is_(None),
        )
        .order_by(DuplicateSuggestion.id)
        .limit(10)
    )
    return [
        Suspect(suggestion_id=one.id, customer=other, reasons=one.reason.split(","))
        for one, other in rows
    ]


def find_similar(
    *, name: str, email: str | None, phone: str | None, country: str | None = None
) -> Sequence[Customer]:
    """Return live customers whom somebody new may already be: by contact, or by the same name."""
    values = [one for one in (normal_email(email), normal_phone(phone, country)) if one]
    same: list[ColumnElement[bool]] = []
    if values:
        holders = select(Identity.customer_id).where(
            Identity.value.in_(values), Identity.ended_at.is_(None)
        )
        same.append(Customer.id.in_(holders))
    folded = search.fold(name).split()
    if len(folded) > 1:
        same.append(search.contains(Customer, folded))
    if not same:
        return []
    found = select(Customer).where(or_(*same), *_live()).order_by(Customer.id.desc()).limit(5)
    return session.scalars(found).all()


# --- lists ------------------------------------------------------------------------------------

_ROW: Any = select(
    Customer.id,
    Customer.kind,
    Customer.name,
    Customer.email,
    Customer.phone,
    Customer.warning,
    Customer.sales_blocked,
    Customer.created_at,
    Customer.updated_at,
    Customer.vat_id,
    Customer.locale,
)
_PLACE: Any = {"by": (Customer.id,), "kinds": (int,), "place": lambda row: (row.id,)}
NEWEST_FIRST = Sort(code="newest", title=lazy("Newest first"), down=True, **_PLACE)
OLDEST_FIRST = Sort(code="oldest", title=lazy("Oldest first"), **_PLACE)


def list_customers(
    *,
    q: str = "",
    email: str | None = None,
    phone: str | None = None,
    card: str | None = None,
    kind: str = "",
    beware: str = "",
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> Sequence[Row[Any]]:
    """
    Return live customers as list rows, in an order of the list.

    `kind` is "person" or "company"; `beware` is "blocked" or "warning"; `up_to` the highest key.
    """
    found, key = _narrowed(_ROW, q=q, kind=kind, beware=beware, email=email, phone=phone, card=card)
    if up_to is not None:
        found = found.where(key <= up_to)
    page = replace(order, by=(key,)).page(found, after=after, limit=limit)
    return session.execute(page).all()


def count_customers(*, q: str = "", kind: str = "", beware: str = "", cap: int) -> int:
    """Return how many customers `list_customers` lists over all pages, counted up to a number."""
    found, _key = _narrowed(select(Customer.id), q=q, kind=kind, beware=beware)
    return session.scalar(select(func.count()).select_from(found.limit(cap).subquery())) or 0


def newest_customer() -> int:
    """Return the highest key of a customer."""
    return session.scalar(select(func.max(Customer.id))) or 0


def _narrowed(
    found: Select[Any],
    *,
    q: str,
    kind: str,
    beware: str,
    email: str | None = None,
    phone: str | None = None,
    card: str | None = None,
) -> tuple[Select[Any], ColumnElement[Any]]:
    found, key = _asked(found, q=q, email=email, phone=phone, card=card)
    found = found.where(*_live())
    if kind in set(CustomerKind):
        found = found.where(Customer.kind == CustomerKind(kind))
    if beware == "blocked":
        found = found.where(Customer.sales_blocked)
    elif beware == "warning":
        found = found.where(Customer.warning != "")
    return found, key


def rows_of(customer_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Return live customers as list rows, by their keys."""
    return session.execute(_ROW.where(Customer.id.in_(customer_ids), *_live())).all()


def holders_of(text: str) -> set[int]:
    """Return the customers whose whole number, e-mail, phone or card this is."""
    if number := _NUMBER.fullmatch(text.strip()):
        return {int(number[1])}
    values = {normal_email(text), normal_phone(text), normal_card(text), normal_vat_id(text)}
    values -= {None}
    if not values:
        return set()
    found = select(Identity.customer_id).where(
        Identity.value.in_(values), Identity.ended_at.is_(None)
    )
    return set(session.scalars(found.limit(20)))


def list_whole_customers(
    *,
    q: str = "",
    email: str | None = None,
    phone: str | None = None,
    card: str | None = None,
    updated_after: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[CustomerFile]:
    """
    Return customers with all that hangs on them, in the order in which they were changed.

    A change moves a customer to the end, so that reading on from the last one misses nothing.
    """
    found, _key = _asked(select(Customer), q=q, email=email, phone=phone, card=card)
    if updated_after is not None:
        found = found.where(Customer.updated_at > updated_after, settled(Customer.updated_at))
    if after is not None:
        moment, key = after
        found = found.where(
            or_(
                Customer.updated_at > moment,
                (Customer.updated_at == moment) & (Customer.id > key),
            )
        )
    found = found.where(*_live()).order_by(Customer.updated_at, Customer.id).limit(limit)
    return files_of(session.scalars(found).all())


def _live() -> tuple[ColumnElement[bool], ...]:
    return Customer.archived_at.is_(None), Customer.merged_into_id.is_(None)


def _not_by_contact(words: str, plain: str) -> ColumnElement[bool]:
    """
    Return the condition that somebody is found by what is not hidden of him.

    Sign by sign a contact could be guessed otherwise, its letters too; who is given a whole one by
    a customer finds him.
    """
    return or_(
        Customer.id.in_(holders_of(words)),
        and_(True, *(_openly(word) for word in search.fold(plain).split())),
    )


def _openly(word: str) -> ColumnElement[bool]:
    """Return the condition that a word stands in a name, or in a number that everybody sees."""
    of_him = Address.customer_id == Customer.id, in_a_name(word, [Address.company])
    known_by = (
        Identity.customer_id == Customer.id,
        Identity.ended_at.is_(None),
        Identity.kind.not_in((IdentityKind.EMAIL, IdentityKind.PHONE)),
        in_one_of(word, [Identity.value]),
    )
    return or_(
        in_a_name(word, [Customer.name]),
        exists().where(*of_him),
        exists().where(*known_by),
    )


def _asked(
    found: Select[Any], *, q: str, email: str | None, phone: str | None, card: str | None
) -> tuple[Select[Any], ColumnElement[Any]]:
    """Narrow a question to a fragment of anything, and to exact identities; with it, sort by."""
    words, key = q.strip(), cast(ColumnElement[Any], Customer.id)
    if number := _NUMBER.fullmatch(words):
        found = found.where(Customer.id == int(number[1]))
    elif words:
        # "502 118 764" is one number, however it is grouped.
        plain = re.sub(r"\D", "", words) if _PHONE_LIKE.fullmatch(words) else words
        found, key = walking.by_key(found, Customer, plain)
        if not sees(PERSONAL):
            found = found.where(_not_by_contact(words, plain))
    exact = (
        (IdentityKind.EMAIL, email, normal_email(email)),
        (IdentityKind.PHONE, phone, normal_phone(phone)),
        (IdentityKind.CARD, card, normal_card(card)),
    )
    for kind, given, value in exact:
        if given is not None:
            holders = select(Identity.customer_id).where(
                Identity.kind == kind,
                Identity.value == (value or ""),
                Identity.ended_at.is_(None),
            )
            found = found.where(Customer.id.in_(holders))
    return found, key
