"""Find or make the customer of an order: one statement for somebody known, built beforehand."""

from collections.abc import Sequence
from typing import cast as cast_to

from sqlalchemy import (
    BigInteger,
    String,
    Table,
    bindparam,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, search
from app.db import database, is_writing, session
from app.errors import InvalidInput
from app.i18n import _
from modules.customers.matching import BuyerKeys, Decision, Hit, Key, decide, keys_of
from modules.customers.models import Customer, DuplicateSuggestion, Identity, IdentityKind

_MOST_HITS = 100

_values = [bindparam(f"value_{place}", type_=String()) for place in range(4)]
_by_identity = (
    select(
        Identity.kind,
        Identity.value,
        Identity.channel_id,
        Identity.verified_at.is_not(None).label("verified"),
        Identity.customer_id,
    )
    .where(Identity.value.in_(_values), Identity.ended_at.is_(None))
    .order_by(Identity.verified_at.is_(None), Identity.id)
    .limit(_MOST_HITS)
    .subquery()
)
# A number of somebody who was merged into another customer means that other one.
_by_number = select(
    cast(null(), Identity.kind.type).label("kind"),
    cast(null(), String()).label("value"),
    cast(null(), Identity.channel_id.type).label("channel_id"),
    literal(True).label("verified"),
    func.coalesce(Customer.merged_into_id, Customer.id).label("customer_id"),
).where(
    Customer.id == bindparam("number", type_=BigInteger()),
    or_(Customer.archived_at.is_(None), Customer.merged_into_id.is_not(None)),
)
_FIND = union_all(select(_by_identity), _by_number)

_TAKE_TURNS = select(
    func.pg_advisory_xact_lock(func.unnest(bindparam("turns", type_=ARRAY(BigInteger()))))
)

_customer = cast_to(Table, Customer.__table__)
_MAKE_CUSTOMER = insert(_customer).returning(_customer.c.id)
_MAKE_IDENTITIES = insert(cast_to(Table, Identity.__table__))

# One round trip for the customer with all identities.
_MAKE_BOTH = text(
    "WITH made AS (INSERT INTO customer (kind, name, email, phone, locale, note, warning, "
    "sales_blocked, search, created_at, updated_at, version) VALUES ('person', :name, :email, "
    ":phone, :locale, '', '', false, :search, :now, :now, 1) RETURNING id), known AS (INSERT INTO "
    "customer_identity (customer_id, kind, value, channel_id, added_at) SELECT made.id, key.kind, "
    "key.value, key.channel_id, :now FROM made, unnest(:kinds, :values, :channels) "
    "AS key (kind, value, channel_id)) SELECT id FROM made"
).bindparams(
    bindparam("kinds", type_=ARRAY(String())),
    bindparam("values", type_=ARRAY(String())),
    bindparam("channels", type_=ARRAY(BigInteger())),
    bindparam("now", type_=Customer.created_at.type),
)

_NOTE_CONTACT = (
    update(Customer)
    .where(Customer.id == bindparam("customer"))
    .values(
        search=Customer.search + bindparam("more", type_=String()),
        email=func.coalesce(Customer.email, bindparam("new_email", type_=String())),
        phone=func.coalesce(Customer.phone, bindparam("new_phone", type_=String())),
        updated_at=bindparam("now", type_=Customer.updated_at.type),
        version=Customer.version + 1,
    )
    .execution_options(synchronize_session=False)
)


def match_or_create(buyer: BuyerKeys) -> int | None:
    """
    Return the customer to whom an order belongs, making one where nobody is known by its keys.

    None is a guest: the order brought no key at all. One statement where the customer is known
    and nothing new was learned; two where another customer is suspected to be the same person.

    :raises InvalidInput: the own customer number is nobody's
    """
    assert is_writing()
    keys = keys_of(buyer)
    if not keys and buyer.customer_id is None:
        return None
    found = _look(keys, buyer)
    if found.unknown or found.customer_id is None:
        # Something will be written: parallel intakes of one key go one after the other. On SQLite
        # they do so anyway, as only one unit of work writes.
        if _take_turns(keys):
            found = _look(keys, buyer)
        if found.customer_id is None:
            found = found._replace(customer_id=_make(buyer, keys), unknown=[])
    customer_id = found.customer_id
    assert customer_id is not None
    if found.unknown:
        _add(customer_id, found.unknown)
    if found.suspects:
        suggest(customer_id, found.suspects)
    return customer_id


def find_hits(keys: Sequence[Key], number: int | None = None) -> list[Hit]:
    """Return the live customers who are known by the keys, verified ones first."""
    values = [key.value for key in keys]
    hits: list[Hit] = []
    for place in range(0, max(len(values), 1), 4):
        four = [*values[place : place + 4], None, None, None, None][:4]
        asked = {f"value_{at}": value for at, value in enumerate(four)}
        rows = session.execute(_FIND, {**asked, "number": number if place == 0 else None})
        for kind, value, channel_id, verified, customer_id in rows:
            key = Key(IdentityKind(kind), value, channel_id) if kind is not None else None
            hits.append(Hit(key, bool(verified), customer_id))
    return hits


def take_turns(keys: Sequence[Key]) -> None:
    """Wait until nobody else is at work with one of these keys; they are ours until the commit."""
    _take_turns(keys)


def suggest(customer_id: int, suspects: dict[int, str]) -> None:
    """Write down who may be the same person; a pair that stands there already stays as it is."""
    insert_new = pg_insert if database().dialect == "postgresql" else sqlite_insert
    now = clock.now()
    rows = [
        {
            "first_id": min(customer_id, other),
            "second_id": max(customer_id, other),
            "reason": reason,
            "suggested_at": now,
        }
        for other, reason in suspects.items()
        if other != customer_id
    ]
    if rows:
        session.execute(insert_new(DuplicateSuggestion).values(rows).on_conflict_do_nothing())


def _look(keys: Sequence[Key], buyer: BuyerKeys) -> Decision:
    hits = find_hits(keys, buyer.customer_id)
    if buyer.customer_id is not None and not any(hit.key is None for hit in hits):
        raise InvalidInput(
            _("There is no customer %(number)s.", number=buyer.customer_id),
            pointer="/customer/id",
        )
    return decide(keys, hits)


def _take_turns(keys: Sequence[Key]) -> bool:
    if database().dialect != "postgresql" or not keys:
        return False
    # In one order for everybody, so that two intakes with the same keys cannot lock each other.
    session.execute(_TAKE_TURNS, {"turns": sorted(key.turn for key in keys)})
    return True


def _make(buyer: BuyerKeys, keys: Sequence[Key]) -> int:
    by_kind = {key.kind: key.value for key in keys}
    email, phone = by_kind.get(IdentityKind.EMAIL), by_kind.get(IdentityKind.PHONE)
    name = " ".join(buyer.name.split()) or email or phone or _("No name")
    now = clock.now()
    values = {
        "name": name,
        "email": email,
        "phone": phone,
        "locale": buyer.locale,
        "search": search.fold(name, *(key.value for key in keys)),
    }
    if database().dialect == "postgresql":
        known = {
            "kinds": [key.kind.value for key in keys],
            "values": [key.value for key in keys],
            "channels": [key.channel_id for key in keys],
        }
        return int(session.execute(_MAKE_BOTH, {**values, **known, "now": now}).scalar_one())
    customer_id = session.execute(
        _MAKE_CUSTOMER, {**values, "created_at": now, "updated_at": now}
    ).scalar_one()
    _insert_identities(customer_id, keys)
    return int(customer_id)


def _add(customer_id: int, keys: Sequence[Key]) -> None:
    """Remember new keys of a known customer; an order's word is not verified."""
    by_kind = {key.kind: key.value for key in keys}
    _insert_identities(customer_id, keys)
    session.execute(
        _NOTE_CONTACT,
        {
            "customer": customer_id,
            "more": " " + search.fold(*(key.value for key in keys)),
            "new_email": by_kind.get(IdentityKind.EMAIL),
            "new_phone": by_kind.get(IdentityKind.PHONE),
            "now": clock.now(),
        },
    )


def _insert_identities(customer_id: int, keys: Sequence[Key]) -> None:
    now = clock.now()
    session.execute(
        _MAKE_IDENTITIES,
        [
            {
                "customer_id": customer_id,
                "kind": key.kind,
                "value": key.value,
                "channel_id": key.channel_id,
                "added_at": now,
            }
            for key in keys
        ],
    )
