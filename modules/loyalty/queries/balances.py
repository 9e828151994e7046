"""Reads of points: what members have, what expires when, and the ledger behind it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, case, func, or_, select

from app.db import session
from modules.loyalty.models import Account, Entry, LotRow, Member, MemberState, ProgramWallet


class Holding(NamedTuple):
    """What a member has in one wallet on a day, to the day also where the night's job is late."""

    wallet: ProgramWallet
    active: int
    """What can be spent; below zero where points are owed."""
    pending: int
    debt: int


class Expiring(NamedTuple):
    on: date
    points: int


_DAY, _MEMBER = bindparam("day", type_=Date()), bindparam("member", type_=BigInteger())
_USABLE = (LotRow.active_on <= _DAY) & ((LotRow.expires_on.is_(None)) | (LotRow.expires_on > _DAY))
_PENDING = or_(LotRow.active_on.is_(None), LotRow.active_on > _DAY)
_HOLDINGS = (
    select(
        ProgramWallet,
        func.coalesce(func.sum(case((_USABLE, LotRow.remaining), else_=0)), 0),
        func.coalesce(func.sum(case((_PENDING, LotRow.remaining))), 0),
        func.coalesce(func.max(Account.debt), 0),
    )
    .join(Member, Member.program_id == ProgramWallet.program_id)
    .outerjoin(Account, (Account.wallet_id == ProgramWallet.id) & (Account.member_id == Member.id))
    .outerjoin(LotRow, (LotRow.account_id == Account.id) & (LotRow.remaining > 0))
    .where(Member.id == _MEMBER, ProgramWallet.archived_at.is_(None))
    .group_by(ProgramWallet.id)
    .order_by(ProgramWallet.id)
)


def holdings_of(member_id: int, *, on: date) -> Sequence[Holding]:
    """Return what a member has in every wallet of his programme, by one statement."""
    rows = session.execute(_HOLDINGS, {"member": member_id, "day": on})
    return [
        Holding(wallet, int(active) - int(debt), int(pending), int(debt))
        for wallet, active, pending, debt in rows
    ]


def balances_of(wallet_id: int, member_ids: Sequence[int]) -> Mapping[int, Account]:
    """Return the kept balances of members in one wallet, for lists; one statement."""
    found = select(Account).where(Account.wallet_id == wallet_id, Account.member_id.in_(member_ids))
    return {one.member_id: one for one in session.scalars(found)}


def expiring_of(member_id: int, wallet_id: int, *, on: date) -> Sequence[Expiring]:
    """Return what expires when, soonest first; what is pending counts where its day is known."""
    rows = session.execute(
        select(LotRow.expires_on, func.sum(LotRow.remaining))
        .join(Account, Account.id == LotRow.account_id)
        .where(
            Account.member_id == member_id,
            Account.wallet_id == wallet_id,
            LotRow.remaining > 0,
            LotRow.expires_on > on,
        )
        .group_by(LotRow.expires_on)
        .order_by(LotRow.expires_on)
    )
    return [Expiring(day, int(points)) for day, points in rows if day is not None]


def lots_of(member_id: int, wallet_id: int) -> Sequence[LotRow]:
    """Return the lots of which something is left, in the order in which they were earned."""
    found = (
        select(LotRow)
        .join(Account, Account.id == LotRow.account_id)
        .where(Account.member_id == member_id, Account.wallet_id == wallet_id, LotRow.remaining > 0)
    )
    return session.scalars(found.order_by(LotRow.id)).all()


def entries_of(
    member_id: int, *, before: int | None = None, limit: int = 50
) -> Sequence[tuple[Entry, ProgramWallet]]:
    """Return the ledger of a member, newest first; `before`: what is older than an entry."""
    found = (
        select(Entry, ProgramWallet)
        .join(Account, Account.id == Entry.account_id)
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .where(Account.member_id == member_id)
    )
    if before is not None:
        found = found.where(Entry.id < before)
    rows = session.execute(found.order_by(Entry.id.desc()).limit(limit))
    return [(entry, wallet) for entry, wallet in rows]


class Liability(NamedTuple):
    """What a wallet's members could spend, will be able to spend, and owe."""

    wallet: ProgramWallet
    members: int
    points: int
    pending: int
    debt: int


def liability_of(program_id: int) -> Sequence[Liability]:
    """Return what a programme owes its members, per wallet, from the kept balances."""
    rows = session.execute(
        select(
            ProgramWallet,
            func.count(Account.id),
            func.coalesce(func.sum(Account.points), 0),
            func.coalesce(func.sum(Account.pending), 0),
            func.coalesce(func.sum(Account.debt), 0),
        )
        .outerjoin(Account, Account.wallet_id == ProgramWallet.id)
        .outerjoin(Member, (Member.id == Account.member_id) & (Member.state != MemberState.MERGED))
        .where(ProgramWallet.program_id == program_id)
        .group_by(ProgramWallet.id)
        .order_by(ProgramWallet.id)
    )
    return [Liability(row[0], *(int(value) for value in row[1:])) for row in rows]


def expiry_calendar(program_id: int, *, until: date) -> Sequence[Expiring]:
    """Return how many points of the programme expire on which day, until a day."""
    rows = session.execute(
        select(LotRow.expires_on, func.sum(LotRow.remaining))
        .join(Account, Account.id == LotRow.account_id)
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .where(
            ProgramWallet.program_id == program_id,
            LotRow.remaining > 0,
            LotRow.expires_on <= until,
        )
        .group_by(LotRow.expires_on)
        .order_by(LotRow.expires_on)
    )
    return [Expiring(day, int(points)) for day, points in rows if day is not None]
