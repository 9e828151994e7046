"""Two customers who were one: their points, cards and tiers become one member's."""

from datetime import date

from sqlalchemy import select, update

from app import audit
from app.actor import current_actor
from app.db import session
from app.errors import RuleViolation
from app.i18n import _
from app.reference import Reference
from modules.loyalty.models import (
    Account,
    Card,
    Claim,
    Member,
    MemberState,
    Purchase,
    TierChange,
)
from modules.loyalty.operations.members import leave_household
from modules.loyalty.operations.moving import move_all
from modules.loyalty.queries import find_member, get_member, memberships_of, tiers_of


class NotTheSame(RuleViolation):
    """They are in different programmes, or the same member."""

    code = "not_the_same"


def merge_customers(*, from_customer: int, into_customer: int, on: date) -> None:
    """Let one customer take over another in every programme that either is in."""
    for member, program in memberships_of(from_customer):
        other = find_member(program.id, into_customer)
        if other is None:
            member.customer_id = into_customer
            session.flush()
            audit.record_change(
                Reference("loyalty_member", member.id),
                "changed",
                old={"customer": from_customer},
                new={"customer": into_customer},
            )
        else:
            merge_members(from_member=member.id, into_member=other.id, on=on)


def merge_members(*, from_member: int, into_member: int, on: date) -> Member:
    """
    Move a member's points, cards and purchases to another one; the higher tier stays.

    Lots keep their expiry and what they were earned for, so that a return finds them; the cards
    of both work.

    :raises NotTheSame: they are one already, or in different programmes
    """
    old, new = get_member(from_member), get_member(into_member)
    if old.id == new.id or old.program_id != new.program_id:
        raise NotTheSame(_("Only two members of one programme can become one."))
    if old.household_id is not None and old.state is MemberState.ACTIVE:
        leave_household(member_id=old.id)
    wallets = select(Account.wallet_id).where(Account.member_id == old.id)
    for wallet_id in session.scalars(wallets.order_by(Account.wallet_id)).all():
        move_all(
            from_member=old.id,
            to_member=new.id,
            wallet_id=wallet_id,
            on=on,
            key=f"merge:{old.id}:{new.id}:{wallet_id}",
        )
    for model in (Card, Purchase, Claim):
        session.execute(
            update(model)
            .where(model.member_id == old.id)
            .values(member_id=new.id)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Member)
        .where(Member.merged_into_id == old.id)
        .values(merged_into_id=new.id)
        .execution_options(synchronize_session=False)
    )
    _keep_higher_tier(old, new)
    if old.state is MemberState.ACTIVE:
        new.state, new.left_at = MemberState.ACTIVE, None
    new.is_staff = new.is_staff or old.is_staff
    old.state, old.merged_into_id = MemberState.MERGED, new.id
    session.flush()
    session.expire_all()
    audit.record_change(Reference("loyalty_member", old.id), "merged", new={"into": new.id})
    return get_member(new.id)


def _keep_higher_tier(old: Member, new: Member) -> None:
    thresholds = {one.id: one.threshold for one in tiers_of(new.program_id)}
    if old.tier_id is None or thresholds[old.tier_id] <= thresholds.get(new.tier_id or 0, -1):
        return
    session.add(
        TierChange(
            member_id=new.id,
            from_tier_id=new.tier_id,
            to_tier_id=old.tier_id,
            reason="merged",
            metric=thresholds[old.tier_id],
            actor=str(current_actor()),
        )
    )
    new.tier_id, new.tier_until = old.tier_id, old.tier_until
