"""What is known of a buyer beside the goods: groups, segments, stage, birthday."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.customers.intake import find_hits
from modules.customers.matching import BuyerKeys, decide, keys_of
from modules.customers.models import Customer, CustomerFact, CustomerGroup, GroupMember


class BuyerFacts(NamedTuple):
    """Codes of groups, segments and the stage; the birthday as (month, day)."""

    groups: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    stage: str = ""
    birthday: tuple[int, int] | None = None


_KNOWN = (
    select(
        Customer.id,
        Customer.birthday,
        CustomerFact.stage,
        CustomerFact.segments,
        CustomerGroup.code,
    )
    .outerjoin(CustomerFact, CustomerFact.customer_id == Customer.id)
    .outerjoin(GroupMember, GroupMember.customer_id == Customer.id)
    .outerjoin(
        CustomerGroup,
        (CustomerGroup.id == GroupMember.group_id) & CustomerGroup.archived_at.is_(None),
    )
)
_FACTS = _KNOWN.where(Customer.id == bindparam("customer_id"))


def facts_of(customer_id: int) -> BuyerFacts:
    """Return what is known of a customer, in one statement; of nobody, nothing."""
    rows = session.execute(_FACTS, {"customer_id": customer_id}).all()
    return _facts_in(rows) if rows else BuyerFacts()


def facts_of_many(customer_ids: Sequence[int]) -> Mapping[int, BuyerFacts]:
    """Return the same of several customers, in one statement; of who is nobody, nothing."""
    if not customer_ids:
        return {}
    by_customer: dict[int, list[Any]] = {}
    for row in session.execute(_KNOWN.where(Customer.id.in_(customer_ids))):
        by_customer.setdefault(row.id, []).append(row)
    return {key: _facts_in(rows) for key, rows in by_customer.items()}


def _facts_in(rows: Sequence[Any]) -> BuyerFacts:
    """Return the facts of one customer: a row for each group."""
    first = rows[0]
    return BuyerFacts(
        groups=frozenset(row.code for row in rows if row.code),
        segments=frozenset(first.segments or ()),
        stage=first.stage or "",
        birthday=day_of_year(first.birthday),
    )


def day_of_year(text: str | None) -> tuple[int, int] | None:
    """Return the month and the day of a kept birthday."""
    if not text:
        return None
    month, day = text.split("-")
    return int(month), int(day)


def find_buyer(buyer: BuyerKeys) -> int | None:
    """
    Return whom `match_or_create` would find, and make nobody: for prices before the order.

    One statement; None for a guest, for somebody new, and for a number that is nobody's.
    """
    keys = keys_of(buyer)
    if not keys and buyer.customer_id is None:
        return None
    return decide(keys, find_hits(keys, buyer.customer_id)).customer_id


def list_groups(*, archived: bool = False) -> Sequence[CustomerGroup]:
    """Return the groups by name; archived ones where they are asked for."""
    found = select(CustomerGroup).order_by(CustomerGroup.name, CustomerGroup.id)
    if not archived:
        found = found.where(CustomerGroup.archived_at.is_(None))
    return session.scalars(found).all()


def get_group(code: str) -> CustomerGroup:
    """
    Return the group of a code.

    :raises NotFound: there is none
    """
    group = session.scalar(select(CustomerGroup).where(CustomerGroup.code == code))
    if group is None:
        raise NotFound(_("There is no customer group %(code)s.", code=code[:64]))
    return group


def groups_of(customer_ids: Sequence[int]) -> dict[int, list[CustomerGroup]]:
    """Return the groups that are not archived by customer, in one statement."""
    if not customer_ids:
        return {}
    rows = session.execute(
        select(GroupMember.customer_id, CustomerGroup)
        .join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
        .where(GroupMember.customer_id.in_(customer_ids), CustomerGroup.archived_at.is_(None))
        .order_by(CustomerGroup.name, CustomerGroup.id)
    )
    found: dict[int, list[CustomerGroup]] = {}
    for customer_id, group in rows:
        found.setdefault(customer_id, []).append(group)
    return found


def sizes_of() -> dict[int, int]:
    """Return how many customers are in each group."""
    rows = session.execute(
        select(GroupMember.group_id, func.count())
        .join(Customer, Customer.id == GroupMember.customer_id)
        .where(Customer.archived_at.is_(None), Customer.merged_into_id.is_(None))
        .group_by(GroupMember.group_id)
    )
    return {row[0]: row[1] for row in rows}


def known_segments() -> set[str]:
    """Return the segments in which anybody is."""
    rows = session.scalars(select(CustomerFact.segments).distinct())
    return {name for names in rows for name in names or ()}
