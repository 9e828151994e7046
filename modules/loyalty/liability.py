"""What the company owes its members in points: by wallet, by month of expiry, and in money."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.db import session
from modules.loyalty.models import (
    Account,
    LotRow,
    Member,
    MemberState,
    Program,
    ProgramWallet,
    SpendAs,
    WalletKind,
)
from modules.loyalty.queries import liability_of


class Owed(NamedTuple):
    """One wallet: what can be spent, what waits, what members owe, and what it is worth."""

    wallet: ProgramWallet
    members: int
    """Of them have something in it, or something waits."""
    points: int
    pending: int
    debt: int
    worth_minor: int | None
    """All of it, at what a step is worth; None where points do not pay for orders."""
    payable_minor: int | None
    """Of what can be spent, in the whole steps of each member."""


class Month(NamedTuple):
    """What ends in one month: `begins` is its first day; None is never, or not known yet."""

    begins: date | None
    is_known: bool
    """Whether it is known when they end: the goods of some have not left."""
    points: int
    pending: int

    @property
    def total(self) -> int:
        return self.points + self.pending


class Liability(NamedTuple):
    wallets: Sequence[Owed]
    months: Sequence[Month]
    """Of the wallet whose points pay."""


def worth(program: Program, points: int) -> int | None:
    """Return what points are worth on an order, rounded down; None where they do not pay."""
    if program.spend_as is SpendAs.REWARDS or not program.step_points:
        return None
    return max(0, points) * program.step_minor // program.step_points


def liability(program: Program) -> Liability:
    """Return what a programme owes its members."""
    found = []
    members = _members_with_points(program.id)
    for one in liability_of(program.id):
        pays = one.wallet.kind is WalletKind.POINTS
        found.append(
            Owed(
                wallet=one.wallet,
                members=members.get(one.wallet.id, 0),
                points=one.points,
                pending=one.pending,
                debt=one.debt,
                worth_minor=worth(program, one.points - one.debt + one.pending) if pays else None,
                payable_minor=_payable(program, one.wallet.id) if pays else None,
            )
        )
    return Liability(found, _months(program.id))


def _members_with_points(program_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Account.wallet_id, func.count())
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .where(ProgramWallet.program_id == program_id, Account.points + Account.pending > 0)
        .group_by(Account.wallet_id)
    )
    return {row[0]: row[1] for row in rows}


def _payable(program: Program, wallet_id: int) -> int | None:
    if program.spend_as is SpendAs.REWARDS or not program.step_points:
        return None
    steps = session.scalar(
        select(func.sum((Account.points - Account.debt) // program.step_points))
        .join(Member, Member.id == Account.member_id)
        .where(
            Account.wallet_id == wallet_id,
            Account.points > Account.debt,
            Member.state == MemberState.ACTIVE,
        )
    )
    return int(steps or 0) * program.step_minor


def _months(program_id: int) -> list[Month]:
    rows = session.execute(
        select(
            LotRow.expires_on,
            LotRow.active_on.is_not(None),
            LotRow.is_pending,
            func.sum(LotRow.remaining),
        )
        .join(Account, Account.id == LotRow.account_id)
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .where(
            ProgramWallet.program_id == program_id,
            ProgramWallet.kind == WalletKind.POINTS,
            LotRow.remaining > 0,
        )
        .group_by(LotRow.expires_on, LotRow.active_on.is_not(None), LotRow.is_pending)
    )
    found: dict[tuple[date | None, bool], list[int]] = {}
    for expires_on, is_known, is_pending, points in rows:
        begins = expires_on.replace(day=1) if expires_on else None
        own = found.setdefault((begins, bool(is_known)), [0, 0])
        own[bool(is_pending)] += int(points)
    order = sorted(found, key=lambda key: (key[0] or date.max, not key[1]))
    return [Month(*key, *found[key]) for key in order]
