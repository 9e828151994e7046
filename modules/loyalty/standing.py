"""How one member stands: points and what ends when, the tier, and what is missing to the next."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.db import session
from modules.loyalty.liability import worth
from modules.loyalty.models import (
    Claim,
    Member,
    Program,
    ProgramTier,
    ProgramWallet,
    Reward,
    WalletKind,
)
from modules.loyalty.operations.tiering import metric_of, window_start
from modules.loyalty.queries import (
    Expiring,
    Holding,
    expiring_of,
    get_program,
    holdings_of,
    lots_of,
    tiers_of,
)


class Begins(NamedTuple):
    """Points that wait: from which day they can be spent; None: once the goods have left."""

    on: date | None
    points: int


class Standing(NamedTuple):
    program: Program
    holdings: Sequence[Holding]
    points: Holding
    worth_minor: int | None
    expiring: Sequence[tuple[ProgramWallet, Sequence[Expiring]]]
    beginning: Sequence[Begins]
    tier: ProgramTier | None
    following: ProgramTier | None
    """The next higher tier."""
    metric: int
    """What counts for the tier today."""
    to_following: int
    to_keep: int
    """What is missing to stay, where the tier ends at all."""


def standing_of(member: Member, *, on: date) -> Standing:
    program = get_program(member.program_id)
    holdings = holdings_of(member.id, on=on)
    points = next(one for one in holdings if one.wallet.kind is WalletKind.POINTS)
    tiers = tiers_of(program.id)
    tier = next((one for one in tiers if one.id == member.tier_id), None)
    metric = metric_of(member, program, since=window_start(program, on), until=on) if tiers else 0
    least = tier.threshold if tier else -1
    following = next((one for one in tiers if one.threshold > max(least, 0)), None)
    waiting: dict[date | None, int] = {}
    for lot in lots_of(member.id, points.wallet.id):
        if lot.active_on is None or lot.active_on > on:
            waiting[lot.active_on] = waiting.get(lot.active_on, 0) + lot.remaining
    return Standing(
        program=program,
        holdings=holdings,
        points=points,
        worth_minor=_payable(program, points.active),
        expiring=[
            (one.wallet, ends)
            for one in holdings
            if (ends := expiring_of(member.id, one.wallet.id, on=on))
        ],
        beginning=[
            Begins(day, waiting[day]) for day in sorted(waiting, key=lambda day: day or date.max)
        ],
        tier=tier,
        following=following,
        metric=metric,
        to_following=max(0, following.threshold - metric) if following else 0,
        to_keep=max(0, tier.threshold - metric) if tier and member.tier_until else 0,
    )


def claims_of(member_id: int) -> Sequence[tuple[Claim, Reward]]:
    """Return the rewards that a member took, newest first."""
    rows = session.execute(
        select(Claim, Reward)
        .join(Reward, Reward.id == Claim.reward_id)
        .where(Claim.member_id == member_id)
        .order_by(Claim.id.desc())
        .limit(20)
    )
    return [(claim, reward) for claim, reward in rows]


def _payable(program: Program, points: int) -> int | None:
    if worth(program, 0) is None:
        return None
    return max(0, points) // program.step_points * program.step_minor
