"""Reads of members: who they are, by customer or by card, and their cards."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules import customers
from modules.loyalty.models import (
    Card,
    Household,
    Member,
    MemberState,
    Program,
    TierChange,
)


def plain_number(text: str) -> str:
    """Return a card's number as it is kept: without spaces and dashes, in capitals."""
    return re.sub(r"[\s-]+", "", text).upper()[:64]


def get_member(member_id: int) -> Member:
    """
    Return one member; for one who was merged into another, that other one.

    :raises NotFound: there is none with that key
    """
    member = session.get(Member, member_id)
    if member is not None and member.merged_into_id is not None:
        member = session.get(Member, member.merged_into_id)
    if member is None:
        raise NotFound(_("There is no such member."))
    return member


def get_card(number: str) -> Card:
    """
    Return a card, in whatever state it is.

    :raises NotFound: no card has this number
    """
    card = session.scalar(select(Card).where(Card.number == plain_number(number)))
    if card is None:
        raise NotFound(_("No loyalty card has this number."))
    return card


def member_of_card(number: str) -> Member:
    """
    Return whose card it is, also where it is blocked or was replaced.

    :raises NotFound: no card has this number
    """
    return get_member(get_card(number).member_id)


def memberships_of(customer_id: int) -> Sequence[tuple[Member, Program]]:
    """Return the programmes that a customer is in, with what he is there; one statement."""
    rows = session.execute(
        select(Member, Program)
        .join(Program, Program.id == Member.program_id)
        .where(Member.customer_id == customer_id, Member.state != MemberState.MERGED)
        .order_by(Program.id)
    )
    return [(member, program) for member, program in rows]


def find_member(program_id: int, customer_id: int) -> Member | None:
    found = select(Member).where(Member.program_id == program_id, Member.customer_id == customer_id)
    return session.scalar(found)


def cards_of(member_ids: Sequence[int]) -> Sequence[Card]:
    """Return the cards of members, newest first."""
    found = select(Card).where(Card.member_id.in_(member_ids)).order_by(Card.id.desc())
    return session.scalars(found).all()


def tier_history(member_id: int, *, limit: int = 50) -> Sequence[TierChange]:
    """Return in which tiers a member was, newest first."""
    found = select(TierChange).where(TierChange.member_id == member_id)
    return session.scalars(found.order_by(TierChange.id.desc()).limit(limit)).all()


def household_members(household_id: int) -> Sequence[Member]:
    found = select(Member).where(
        Member.household_id == household_id, Member.state == MemberState.ACTIVE
    )
    return session.scalars(found.order_by(Member.id)).all()


def get_household(household_id: int) -> Household:
    """
    Return one household.

    :raises NotFound: there is none with that key
    """
    household = session.get(Household, household_id)
    if household is None:
        raise NotFound(_("There is no such household."))
    return household


def list_members(
    program_id: int,
    *,
    q: str = "",
    tier_id: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[Member]:
    """Return members of a programme, newest first; `q` is a card's number or part of a name."""
    found = select(Member).where(
        Member.program_id == program_id, Member.state != MemberState.MERGED
    )
    if tier_id is not None:
        found = found.where(Member.tier_id == tier_id)
    if after is not None:
        found = found.where(Member.id < after)
    if q.strip():
        by_card = select(Card.member_id).where(Card.number == plain_number(q))
        named = [one.id for one in customers.list_customers(q=q.strip(), limit=200)]
        found = found.where(Member.id.in_(by_card) | Member.customer_id.in_(named))
    return session.scalars(found.order_by(Member.id.desc()).limit(limit)).all()
