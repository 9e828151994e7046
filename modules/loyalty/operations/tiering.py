"""In which tier a member is: up at once, down at the end of a period, as the programme says."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from app.actor import current_actor
from app.db import session
from app.events import publish
from modules.loyalty.events import TierChanged
from modules.loyalty.models import (
    Account,
    Entry,
    EntryKind,
    Member,
    MemberState,
    Program,
    ProgramTier,
    ProgramWallet,
    Purchase,
    TierChange,
    WalletKind,
)
from modules.loyalty.queries import get_member, get_program, tiers_of
from modules.loyalty.tiers import (
    DowngradePolicy,
    Tier,
    TierMetric,
    TierWindow,
    tier_after_review,
    tier_for,
)
from modules.loyalty.validity import months_after

_AT_ONCE = 500
_EARNED = (EntryKind.EARN_PENDING, EntryKind.REVERSE, EntryKind.DEBT, EntryKind.ADJUST)


def review_up(*, member_id: int, on: date) -> None:
    """Let a member rise to the tier that was reached, for the rest of this period and the next."""
    member = _locked(member_id)
    tiers = tiers_of(member.program_id)
    if member.state is not MemberState.ACTIVE or not tiers:
        return
    program = get_program(member.program_id)
    metric = metric_of(member, program, since=window_start(program, on), until=on)
    reached = tier_for(_pure(tiers), metric)
    now = next((one for one in tiers if one.id == member.tier_id), None)
    if reached is not None and (now is None or reached.threshold > now.threshold):
        _change(member, tiers, reached.name, "reached", metric, _until(program, on))


def review_after_return(*, member_id: int, on: date) -> None:
    """Review the tier at once after a return, where the programme says so."""
    member = get_member(member_id)
    program = get_program(member.program_id)
    if program.returns_lower_tier:
        _review(_locked(member.id), program, on, on, "return")


def review_due(*, program_id: int, on: date) -> int:
    """Review members whose period and grace are over; return how many those were."""
    program = get_program(program_id)
    found = session.scalars(
        select(Member)
        .where(
            Member.program_id == program_id,
            Member.tier_until < on - timedelta(days=program.grace_days),
            Member.state == MemberState.ACTIVE,
        )
        .order_by(Member.id)
        .limit(_AT_ONCE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for member in found:
        assert member.tier_until is not None
        _review(member, program, member.tier_until, on, "review")
    return len(found)


def metric_of(member: Member, program: Program, *, since: date | None, until: date) -> int:
    """Return what decides the tier, as it stands: money for kept goods, points, or orders."""
    if program.tier_metric is TierMetric.POINTS:
        return _points_of(member, since, until)
    what = (
        func.sum(Purchase.spent_minor)
        if program.tier_metric is TierMetric.SPEND
        else func.count(Purchase.id)
    )
    found = select(what).where(
        Purchase.member_id == member.id, Purchase.spent_minor > 0, Purchase.counted_on <= until
    )
    if since is not None:
        found = found.where(Purchase.counted_on >= since)
    return int(session.scalar(found) or 0)


def window_start(program: Program, on: date) -> date | None:
    """Return the first day that counts on a day; None: all of them."""
    if program.tier_window is TierWindow.ROLLING_MONTHS:
        return months_after(on, -program.tier_months) + timedelta(days=1)
    if program.tier_window is TierWindow.CALENDAR_YEAR:
        return date(on.year, 1, 1)
    return None


# --- what the parts above share ---------------------------------------------------------------


def _review(member: Member, program: Program, end: date, on: date, reason: str) -> None:
    tiers = tiers_of(program.id)
    now = next((one for one in tiers if one.id == member.tier_id), None)
    if now is None:
        member.tier_until = None
        session.flush()
        return
    metric = metric_of(member, program, since=window_start(program, end), until=on)
    policy = program.downgrade
    if reason == "return":
        policy = DowngradePolicy.BALANCE_BASED
    after = tier_after_review(_pure(tiers), now.code, metric, policy)
    stays = after is not None and after.name == now.code
    if reason == "return" and stays:
        return
    _change(member, tiers, after.name if after else None, reason, metric, _until(program, on))


def _change(
    member: Member,
    tiers: Sequence[ProgramTier],
    code: str | None,
    reason: str,
    metric: int,
    until: date | None,
) -> None:
    before = next((one for one in tiers if one.id == member.tier_id), None)
    after = next((one for one in tiers if one.code == code), None)
    lowest = after is None or after.threshold == 0
    member.tier_until = None if lowest else until
    if before is not after:
        member.tier_id = after.id if after else None
        session.add(
            TierChange(
                member_id=member.id,
                from_tier_id=before.id if before else None,
                to_tier_id=after.id if after else None,
                reason=reason,
                metric=metric,
                actor=str(current_actor()),
            )
        )
    session.flush()
    if before is not after:
        publish(
            TierChanged(
                member_id=member.id,
                customer_id=member.customer_id,
                from_tier=before.code if before else None,
                to_tier=after.code if after else None,
            )
        )


def _until(program: Program, on: date) -> date | None:
    """Return the last day of the period after the one in which a tier was reached."""
    if program.tier_window is TierWindow.ROLLING_MONTHS:
        return months_after(on, program.tier_months)
    if program.tier_window is TierWindow.CALENDAR_YEAR:
        return date(on.year + 1, 12, 31)
    return None


def _points_of(member: Member, since: date | None, until: date) -> int:
    """Return the points earned and kept: of status where the programme has them."""
    wallets = session.execute(
        select(ProgramWallet.id, ProgramWallet.kind)
        .where(
            ProgramWallet.program_id == member.program_id,
            ProgramWallet.kind.in_((WalletKind.POINTS, WalletKind.STATUS)),
        )
        .order_by(ProgramWallet.id)
    ).all()
    chosen = next((key for key, kind in wallets if kind is WalletKind.STATUS), wallets[0][0])
    counted = (
        select(Purchase.ref_kind, Purchase.ref_id)
        .where(Purchase.member_id == member.id, Purchase.counted_on <= until)
        .where(Purchase.counted_on >= since if since else Purchase.counted_on.is_not(None))
        .subquery()
    )
    total = func.sum(Entry.points + Entry.pending - Entry.debt)
    own = (
        select(total)
        .join(Account, Account.id == Entry.account_id)
        .where(
            Account.member_id == member.id,
            Account.wallet_id == chosen,
            Entry.kind.in_(_EARNED),
        )
    )
    bought = own.join(
        counted, (counted.c.ref_kind == Entry.ref_kind) & (counted.c.ref_id == Entry.ref_id)
    )
    by_hand = own.where(Entry.kind == EntryKind.ADJUST)
    return int(session.scalar(bought) or 0) + int(session.scalar(by_hand) or 0)


def _pure(tiers: Sequence[ProgramTier]) -> list[Tier]:
    return [Tier(one.code, one.threshold) for one in tiers]


def _locked(member_id: int) -> Member:
    member = get_member(member_id)
    session.refresh(member, with_for_update=True)
    return member
