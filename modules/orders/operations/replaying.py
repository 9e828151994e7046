"""Replays of old orders with a promotion: begun by a person, worked out by a job that can stop."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app import clock, outbox
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _, stored
from app.models import Job, JobState
from app.outbox import Permanent, Running, enqueue
from modules import organization, promotions
from modules.orders.errors import WrongState
from modules.orders.models import PromotionReplay
from modules.orders.old_orders import count_orders, read_orders
from modules.orders.quoting.replaying import Spent, Sums, replay

KIND = "orders.replay_promotion"
MOST_DAYS = 366


def start_replay(*, promotion_id: int, since: date, until: date) -> PromotionReplay:
    """
    Let a job price the orders of some days again, with a promotion as it is written down now.

    :raises NotFound: there is no such promotion
    :raises InvalidInput: the days are none, too many, or have not been yet
    :raises WrongState: one is under way, or it changes prices on the shelf
    """
    promotion, version = _tried(promotion_id)
    if since > until:
        raise InvalidInput(_("It ends before it begins."), field="until")
    if (until - since).days >= MOST_DAYS:
        raise InvalidInput(_("At most %(max)s days.", max=MOST_DAYS), field="since")
    if since > organization.today():
        raise InvalidInput(_("These days have not been yet."), field="since")
    if promotions.changes_shelf(version.definition):
        raise WrongState(
            _("It changes the price on the shelf, before any order: orders cannot be replayed.")
        )
    last = last_replay(promotion_id)
    if last is not None and is_going(last):
        raise WrongState(_("A replay is under way. Stop it first, or wait for it."))
    made = PromotionReplay(
        promotion_id=promotion_id,
        promotion_version=version.number,
        definition=version.definition,
        since=since,
        until=until,
        created_by=str(current_actor()),
    )
    session.add(made)
    session.flush()
    made.job_id = enqueue(
        KIND,
        {"replay": made.id},
        title=stored("Replay: %(promotion)s"),
        named={"promotion": promotion.name},
        order_key=f"replay:{promotion_id}",
        max_starts=3,
    )
    return made


def _tried(promotion_id: int) -> tuple[promotions.PromotionRecord, promotions.PromotionVersion]:
    return promotions.get_promotion(promotion_id), promotions.tried_version(promotion_id)


def stop_replay(*, promotion_id: int) -> None:
    """Ask for the end of the replay that is under way; without one nothing is done."""
    last = last_replay(promotion_id)
    if last is not None and last.job_id is not None and is_going(last):
        outbox.cancel(job_id=last.job_id)


def last_replay(promotion_id: int) -> PromotionReplay | None:
    found = select(PromotionReplay).where(PromotionReplay.promotion_id == promotion_id)
    return session.scalar(found.order_by(PromotionReplay.id.desc()).limit(1))


def last_results(promotion_id: int, *, limit: int = 5) -> Sequence[PromotionReplay]:
    """Return the newest replays that came to their end."""
    found = select(PromotionReplay).where(
        PromotionReplay.promotion_id == promotion_id, PromotionReplay.finished_at.is_not(None)
    )
    return session.scalars(found.order_by(PromotionReplay.id.desc()).limit(limit)).all()


def get_replay(replay_id: int) -> PromotionReplay:
    """
    Return one replay.

    :raises NotFound: there is none
    """
    found = session.get(PromotionReplay, replay_id, populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such replay."))
    return found


def job_of(replay: PromotionReplay) -> Job | None:
    if replay.job_id is None:
        return None
    return session.get(Job, replay.job_id, populate_existing=True)


def is_going(replay: PromotionReplay) -> bool:
    job = job_of(replay)
    return job is not None and job.state in (JobState.READY, JobState.RUN)


def usual_span() -> tuple[date, date]:
    """Return the last month: from its first day to its last."""
    first = organization.today().replace(day=1)
    until = first - timedelta(days=1)
    return until.replace(day=1), until


# --- the job ----------------------------------------------------------------------------------


def run_replay(running: Running) -> None:
    """Price the orders again, some hundred a step; a second start begins from the first again."""
    wanted = session.get(PromotionReplay, int(running.payload["replay"]))
    if wanted is None:
        raise Permanent("the replay is not there any more")
    replay_id, since, until = wanted.id, wanted.since, wanted.until
    past = promotions.Past(wanted.promotion_id, wanted.definition, number=wanted.promotion_version)
    zone = organization.company_zone()
    sums, spent, after = Sums(), Spent(past.limits), None
    with running.step():
        total = count_orders(since, until, zone)
        running.note_progress(done=0, total=total)
    while True:
        orders, after = read_orders(since, until, zone, past=past, after=after)
        if not orders:
            break
        for order in orders:
            sums.add(order, replay(order, past, spent))
        with running.step():
            running.note_progress(done=sums.orders, total=max(total, sums.orders))
    with running.finish():
        kept = session.get_one(PromotionReplay, replay_id)
        kept.result, kept.finished_at = sums.told(), clock.now()
