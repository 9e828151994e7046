"""The list of members: what it can be asked, page by page, and what stands beside its rows."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select

from app.db import session
from app.i18n import lazy
from app.lists import Sort
from modules.loyalty.models import (
    Account,
    Card,
    CardState,
    Member,
    MemberState,
    Program,
    ProgramTier,
    ProgramWallet,
    WalletKind,
)
from modules.loyalty.queries import plain_number

_PLACE: Any = {"by": (Member.id,), "kinds": (int,), "place": lambda row: (row.id,)}
NEWEST_FIRST = Sort(code="newest", title=lazy("Newest first"), down=True, **_PLACE)
OLDEST_FIRST = Sort(code="oldest", title=lazy("Oldest first"), **_PLACE)


class Wanted(NamedTuple):
    """Which members are asked for; a text means a card or one of these customers."""

    text: str = ""
    customers: Collection[int] = ()
    program: str = ""
    tier: str = ""
    standing: str = ""


class Beside(NamedTuple):
    """What a list shows of its members beside themselves, by their keys or those they name."""

    names: Mapping[int, str]
    programs: Mapping[int, Program]
    tiers: Mapping[int, str]
    accounts: Mapping[int, Account]
    cards: Mapping[int, str]


def find_members(
    *,
    wanted: Wanted,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[Member]:
    """Return members, page by page."""
    found = _asked(select(Member), wanted)
    if up_to is not None:
        found = found.where(Member.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def count_members_found(*, wanted: Wanted, cap: int) -> int:
    found = _asked(select(Member.id), wanted).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_member() -> int:
    return session.scalar(select(func.max(Member.id))) or 0


def members_by_key(member_ids: Collection[int]) -> Mapping[int, Member]:
    found = session.scalars(select(Member).where(Member.id.in_(member_ids)))
    return {one.id: one for one in found}


def beside_members(rows: Sequence[Member], names: Mapping[int, str]) -> Beside:
    """Return what stands beside members; as many statements for one row as for a thousand."""
    keys = [one.id for one in rows]
    programs = session.scalars(select(Program)).all() if rows else []
    tiers = session.execute(select(ProgramTier.id, ProgramTier.name)).all() if rows else []
    accounts = session.scalars(
        select(Account)
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .where(Account.member_id.in_(keys), ProgramWallet.kind == WalletKind.POINTS)
    ).all()
    cards = session.execute(
        select(Card.member_id, Card.number)
        .where(Card.member_id.in_(keys), Card.state == CardState.ACTIVE)
        .order_by(Card.id)
    ).all()
    return Beside(
        names=names,
        programs={one.id: one for one in programs},
        tiers={row[0]: row[1] for row in tiers},
        accounts={one.member_id: one for one in accounts},
        cards={row[0]: row[1] for row in cards},
    )


def _asked(found: Select[Any], wanted: Wanted) -> Select[Any]:
    found = found.where(Member.state != MemberState.MERGED)
    if wanted.program:
        program = select(Program.id).where(Program.code == wanted.program).scalar_subquery()
        found = found.where(Member.program_id == program)
    if wanted.tier == "none":
        found = found.where(Member.tier_id.is_(None))
    elif wanted.tier:
        found = found.where(Member.tier_id == int(wanted.tier))
    if wanted.standing:
        found = found.where(Member.state == MemberState(wanted.standing))
    if wanted.text:
        by_card = select(Card.member_id).where(Card.number == plain_number(wanted.text))
        found = found.where(
            or_(Member.id.in_(by_card), Member.customer_id.in_(list(wanted.customers)))
        )
    return found
