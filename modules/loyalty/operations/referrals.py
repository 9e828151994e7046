"""Who brought whom: both are paid once, when the friend's first kept order is old enough."""

from datetime import date

from sqlalchemy import func, select

from app import clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from modules.loyalty.models import Member, MemberState, Program, Purchase, Referral
from modules.loyalty.operations import points
from modules.loyalty.queries import get_member, get_program, points_wallet
from modules.loyalty.referring import ReferralTerms, referral_rewards

KIND = "loyalty_referral"
_AT_ONCE = 500


def refer(*, friend_id: int, code: str, on: date) -> Referral:
    """
    Write down whose code brought a new member.

    :raises InvalidInput: nobody has the code, it is the friend's own, or the friend is not new
    """
    friend = get_member(friend_id)
    referrer = session.scalar(
        select(Member).where(
            Member.referral_code == code.strip().upper(),
            Member.program_id == friend.program_id,
            Member.state == MemberState.ACTIVE,
        )
    )
    if referrer is None or referrer.id == friend.id:
        text = _("No other member has this code. Type it again, or leave it out.")
        raise InvalidInput(text, field="referred_by", pointer="/referred_by")
    bought = select(Purchase.id).where(Purchase.member_id == friend.id).limit(1)
    known = select(Referral.id).where(Referral.friend_id == friend.id)
    if session.scalar(bought) is not None or session.scalar(known) is not None:
        text = _("Only who is new can be brought by somebody.")
        raise InvalidInput(text, field="referred_by", pointer="/referred_by")
    referral = Referral(referrer_id=referrer.id, friend_id=friend.id, registered_on=on)
    session.add(referral)
    session.flush()
    return referral


def pay_referrals(*, on: date, after: int = 0) -> int | None:
    """Pay who is due, some hundred at a time; return after which to go on, None at the end."""
    found = session.scalars(
        select(Referral)
        .where(Referral.paid_at.is_(None), Referral.id > after)
        .order_by(Referral.id)
        .limit(_AT_ONCE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for referral in found:
        _pay(referral, on)
    return found[-1].id if found else None


def _pay(referral: Referral, on: date) -> None:
    friend, referrer = get_member(referral.friend_id), get_member(referral.referrer_id)
    program = get_program(friend.program_id)
    due = referral_rewards(
        ReferralTerms(
            referrer_points=program.referrer_points,
            friend_points=program.friend_points,
            pending_days=program.referral_days,
        ),
        registered_on=referral.registered_on,
        orders=_orders(friend),
        on=on,
    )
    if not due.referrer and not due.friend:
        return
    referral.paid_at = clock.now()
    referral.is_paid = not _had_enough(referrer, program, on)
    session.flush()
    wallet_id = points_wallet(program.id).id
    shares = [(friend, due.friend)]
    if referral.is_paid:
        shares.append((referrer, due.referrer))
    for member, amount in sorted(shares, key=lambda one: one[0].id):
        if amount and member.state is MemberState.ACTIVE:
            points.earn(
                member=member,
                wallet_id=wallet_id,
                points=amount,
                key=f"referral:{referral.id}:{member.id}",
                on=on,
                active_on=on,
                reference=Reference(KIND, referral.id),
            )


def _orders(friend: Member) -> list[tuple[date, bool]]:
    rows = session.execute(
        select(Purchase.bought_on, Purchase.spent_minor).where(Purchase.member_id == friend.id)
    )
    return [(day, spent <= 0) for day, spent in rows]


def _had_enough(referrer: Member, program: Program, on: date) -> bool:
    if program.referrals_per_month is None:
        return False
    paid = (
        select(func.count())
        .select_from(Referral)
        .where(
            Referral.referrer_id == referrer.id,
            Referral.is_paid,
            Referral.paid_at >= clock.now().replace(day=1, hour=0, minute=0, second=0),
        )
    )
    return (session.scalar(paid) or 0) >= program.referrals_per_month
