"""Reads of programmes: their terms, wallets, tiers, rules and rewards."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.loyalty.models import (
    Member,
    MemberState,
    Program,
    ProgramState,
    ProgramTier,
    ProgramWallet,
    Reward,
    Rule,
    WalletKind,
)


def get_program(program_id: int) -> Program:
    """
    Return one programme.

    :raises NotFound: there is none with that key
    """
    program = session.get(Program, program_id)
    if program is None:
        raise NotFound(_("There is no such loyalty programme."))
    return program


def get_program_by_code(code: str) -> Program:
    """
    Return one programme by its code.

    :raises NotFound: there is none
    """
    program = session.scalar(select(Program).where(Program.code == code))
    if program is None:
        raise NotFound(_("There is no loyalty programme %(code)s.", code=code))
    return program


def list_programs(*, state: ProgramState | None = None) -> Sequence[Program]:
    """Return all programmes, by name; a company has a handful."""
    found = select(Program).order_by(Program.name, Program.id)
    if state is not None:
        found = found.where(Program.state == state)
    return session.scalars(found).all()


def page_of_programs(*, after: int | None, limit: int) -> Sequence[Program]:
    """Return programmes by key, those after one of them."""
    found = select(Program).order_by(Program.id).limit(limit)
    if after is not None:
        found = found.where(Program.id > after)
    return session.scalars(found).all()


def wallets_of(program_id: int, *, all_of_them: bool = False) -> Sequence[ProgramWallet]:
    """Return the wallets of a programme, that of the points first."""
    found = select(ProgramWallet).where(ProgramWallet.program_id == program_id)
    if not all_of_them:
        found = found.where(ProgramWallet.archived_at.is_(None))
    return session.scalars(found.order_by(ProgramWallet.id)).all()


def points_wallet(program_id: int) -> ProgramWallet:
    """Return the wallet whose points are spent on orders: every programme has one."""
    found = select(ProgramWallet).where(
        ProgramWallet.program_id == program_id, ProgramWallet.kind == WalletKind.POINTS
    )
    return session.scalars(found.order_by(ProgramWallet.id).limit(1)).one()


def tiers_of(program_id: int) -> Sequence[ProgramTier]:
    """Return the tiers of a programme, the lowest first."""
    found = select(ProgramTier).where(ProgramTier.program_id == program_id)
    return session.scalars(found.order_by(ProgramTier.threshold)).all()


def rules_of(program_id: int) -> Sequence[Rule]:
    """Return the earning rules in the order in which they are asked."""
    found = select(Rule).where(Rule.program_id == program_id, Rule.archived_at.is_(None))
    return session.scalars(found.order_by(Rule.priority.desc(), Rule.id)).all()


def rewards_of(program_id: int, *, all_of_them: bool = False) -> Sequence[Reward]:
    """Return the rewards, the cheapest first; without those that were taken off the list."""
    found = select(Reward).where(Reward.program_id == program_id)
    if not all_of_them:
        found = found.where(Reward.archived_at.is_(None))
    return session.scalars(found.order_by(Reward.points, Reward.id)).all()


def get_reward(program_id: int, code: str) -> Reward:
    """
    Return a reward that can be claimed.

    :raises NotFound: there is none, or it was taken off the list
    """
    found = select(Reward).where(Reward.program_id == program_id, Reward.code == code)
    reward = session.scalar(found.where(Reward.archived_at.is_(None)))
    if reward is None:
        raise NotFound(_("There is no reward %(code)s.", code=code))
    return reward


def count_members(program_ids: Sequence[int]) -> dict[int, int]:
    """Return how many active members each programme has."""
    rows = session.execute(
        select(Member.program_id, func.count())
        .where(Member.program_id.in_(program_ids), Member.state == MemberState.ACTIVE)
        .group_by(Member.program_id)
    )
    return {row[0]: row[1] for row in rows}


def members_by_tier(program_id: int) -> dict[int | None, int]:
    """Return how many active members each tier has; None: those in no tier."""
    rows = session.execute(
        select(Member.tier_id, func.count())
        .where(Member.program_id == program_id, Member.state == MemberState.ACTIVE)
        .group_by(Member.tier_id)
    )
    return {row[0]: row[1] for row in rows}
