"""Rewards: a member gives points and gets something, in one transaction."""

from datetime import date, timedelta

from sqlalchemy import func, select, update

from app import clock
from app.actor import HOUSE, acting_as, current_actor
from app.db import session
from app.errors import NotFound
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules import payments
from modules.loyalty.errors import NoMoreRewards, NotInThisState
from modules.loyalty.events import RewardClaimed
from modules.loyalty.models import Claim, Reward, RewardKind
from modules.loyalty.operations import ledger, points
from modules.loyalty.queries import get_member, get_program, get_reward

KIND = "loyalty_claim"


def claim_reward(*, member_id: int, reward: str, client_id: str, on: date, store_id: int) -> Claim:
    """
    Take a reward for points; the same `client_id` is the same claim.

    :raises NotFound: the programme has no such reward
    :raises NotEnoughPoints: the member has fewer
    :raises NoMoreRewards: it is used up, or this member had as many as one may
    """
    known = session.scalar(select(Claim).where(Claim.client_id == client_id))
    if known is not None:
        return known
    member = get_member(member_id)
    wanted = get_reward(member.program_id, reward)
    # Whoever claims for the same member waits here, so that the count below holds.
    ledger.lock(member.id, wanted.wallet_id, on=on)
    _refuse_too_many(member.id, wanted)
    if not _count_up(wanted):
        raise NoMoreRewards(_("There is nothing left of this reward. Choose another one."))
    claim = Claim(
        reward_id=wanted.id,
        member_id=member.id,
        points=wanted.points,
        client_id=client_id,
        actor=str(current_actor()),
    )
    session.add(claim)
    session.flush()
    points.spend(
        member_id=member.id,
        points=wanted.points,
        reference=Reference(KIND, claim.id),
        key=f"claim:{claim.id}",
        on=on,
        wallet_id=wanted.wallet_id,
        note=wanted.name,
    )
    _give(claim, wanted, member.customer_id, on=on, store_id=store_id)
    return claim


def tell_result(*, claim_id: int, result: str) -> None:
    """
    Write down what a claim gave: the coupon's code, told by whoever issued it.

    :raises NotFound: there is no such claim
    """
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(_("There is no such claim."))
    claim.result = result
    session.flush()


def undo_claim(*, claim_id: int, on: date) -> Claim:
    """
    Give the points of goods back that were not handed over; they expire as they would have.

    :raises NotFound: there is no such claim
    :raises NotInThisState: it gave credit or a coupon, or was undone already
    """
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(_("There is no such claim."))
    session.refresh(claim, with_for_update=True)
    reward = session.get(Reward, claim.reward_id)
    assert reward is not None
    if claim.undone_at is not None or reward.kind is not RewardKind.GOODS:
        raise NotInThisState(_("This reward was given already. Its points do not come back."))
    points.undo_spend(reference=Reference(KIND, claim.id), key=f"unclaim:{claim.id}", on=on)
    session.execute(
        update(Reward)
        .where(Reward.id == reward.id)
        .values(claimed=Reward.claimed - 1)
        .execution_options(synchronize_session="fetch")
    )
    claim.undone_at = clock.now()
    session.flush()
    return claim


def _refuse_too_many(member_id: int, reward: Reward) -> None:
    if reward.most_per_member is None:
        return
    had = session.scalar(
        select(func.count())
        .select_from(Claim)
        .where(
            Claim.member_id == member_id, Claim.reward_id == reward.id, Claim.undone_at.is_(None)
        )
    )
    if (had or 0) >= reward.most_per_member:
        raise NoMoreRewards(
            _("This member had this reward as often as one may. Choose another one.")
        )


def _count_up(reward: Reward) -> bool:
    """Count one more, where there is one; the database decides between two at once."""
    counted = session.execute(
        update(Reward)
        .where(
            Reward.id == reward.id,
            Reward.archived_at.is_(None),
            Reward.stock.is_(None) | (Reward.claimed < Reward.stock),
        )
        .values(claimed=Reward.claimed + 1)
        .returning(Reward.id)
        .execution_options(synchronize_session=False)
    ).first()
    return counted is not None


def _give(claim: Claim, reward: Reward, customer_id: int, *, on: date, store_id: int) -> None:
    if reward.kind is RewardKind.STORE_CREDIT:
        # The points pay for it, and the house gives it: nobody's limit is touched.
        with acting_as(HOUSE):
            credit = payments.issue_gift_card(
                amount_minor=reward.amount_minor or 0,
                currency=get_program(reward.program_id).currency,
                store_id=store_id,
                client_id=f"loyalty-claim:{claim.id}",
                customer_id=customer_id,
                with_number=False,
                expires_on=on + timedelta(days=reward.valid_days) if reward.valid_days else None,
                sold_for=Reference(KIND, claim.id),
                reason=reward.name,
            )
        claim.result = str(credit)
        session.flush()
    elif reward.kind is RewardKind.COUPON:
        publish(
            RewardClaimed(
                claim_id=claim.id,
                member_id=claim.member_id,
                customer_id=customer_id,
                reward=reward.code,
                promotion=reward.promotion,
                valid_days=reward.valid_days,
            )
        )
