"""What the ground throws away by itself: jobs long done, keys too old, failures of yesterday."""

from datetime import timedelta

from sqlalchemy import delete, select

from app import clock
from app.db import session
from app.i18n import lazy
from app.models import IdempotencyKey, Job, JobState, SignInAttempt
from app.module import Scheduled
from app.outbox import Running

KEYS_ARE_KEPT = timedelta(days=30)  # tills can be offline for days
_JOBS_ARE_KEPT = timedelta(days=3)
_FAILURES_ARE_KEPT = timedelta(days=1)
_AT_ONCE = 5_000

KIND = "ground.tidy"
TITLE = lazy("Throw away what is old")
SCHEDULE = Scheduled(kind=KIND, every_seconds=3600)


def tidy(running: Running) -> None:
    """Delete a bounded number of each, so that nobody waits long behind it."""
    now = clock.now()
    with running.finish():
        # Jobs that people see (they have a title) stay, as do all that somebody refers to.
        done = (
            select(Job.id)
            .where(
                Job.state == JobState.DONE,
                Job.title.is_(None),
                Job.finished_at < now - _JOBS_ARE_KEPT,
                Job.id.not_in(select(Job.parent_id).where(Job.parent_id.is_not(None))),
            )
            .limit(_AT_ONCE)
        )
        session.execute(delete(Job).where(Job.id.in_(done)))
        session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_ARE_KEPT)
        )
        session.execute(
            delete(SignInAttempt).where(SignInAttempt.failed_at < now - _FAILURES_ARE_KEPT)
        )
