"""What promotions and prices may ask of a buyer's loyalty, by one statement."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from app.db import session
from modules.loyalty.models import Card, CardState, Member, MemberState, Program, ProgramTier


@dataclass(frozen=True, kw_only=True)
class LoyaltyFacts:
    """Codes of tiers and programmes; `price_lists` are those that the tiers give."""

    tiers: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    price_lists: frozenset[str] = frozenset()
    has_card: bool = False


def facts_of(customer_id: int) -> LoyaltyFacts:
    """Return which programmes and tiers a customer is in, and whether a card of theirs works."""
    card = exists().where(Card.member_id == Member.id, Card.state == CardState.ACTIVE)
    rows = session.execute(
        select(Program.code, ProgramTier.code, ProgramTier.price_list, card)
        .select_from(Member)
        .join(Program, Program.id == Member.program_id)
        .outerjoin(ProgramTier, ProgramTier.id == Member.tier_id)
        .where(Member.customer_id == customer_id, Member.state == MemberState.ACTIVE)
    ).all()
    return LoyaltyFacts(
        tiers=frozenset(row[1] for row in rows if row[1]),
        programmes=frozenset(row[0] for row in rows),
        price_lists=frozenset(row[2] for row in rows if row[2]),
        has_card=any(row[3] for row in rows),
    )
