"""What the ground throws away by itself: jobs long done, keys too old, failures of yesterday."""

from datetime import timedelta

from sqlalchemy import delete, exists, select

from app import clock, devices, kept_forms, sessions
from app.db import session
from app.door_models import KeptForm, KnownDevice, PendingSignIn
from app.i18n import lazy
from app.list_exports import throw_away_old
from app.list_models import BulkAct, BulkRow, DefaultView, SavedView
from app.models import IdempotencyKey, Job, JobState, SignInAttempt
from app.module import Scheduled
from app.outbox import Running

KEYS_ARE_KEPT = timedelta(days=30)  # tills can be offline for days
_JOBS_ARE_KEPT = timedelta(days=3)
_FAILURES_ARE_KEPT = timedelta(days=1)
_REMOVED_VIEWS_ARE_KEPT = timedelta(days=7)
_BULK_ACTS_ARE_KEPT = timedelta(days=90)
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
        session.execute(delete(KeptForm).where(KeptForm.made_at < now - kept_forms.KEPT_FOR))
        session.execute(
            delete(PendingSignIn).where(PendingSignIn.begun_at < now - sessions.SECOND_STEP)
        )
        session.execute(
            delete(KnownDevice).where(KnownDevice.last_used_at < now - devices.KEPT_FOR)
        )
        gone = select(SavedView.id).where(SavedView.removed_at < now - _REMOVED_VIEWS_ARE_KEPT)
        session.execute(delete(DefaultView).where(DefaultView.view_id.in_(gone)))
        session.execute(delete(SavedView).where(SavedView.id.in_(gone)))
        old = select(BulkAct.id).where(BulkAct.created_at < now - _BULK_ACTS_ARE_KEPT)
        rows = select(BulkRow.id).where(BulkRow.bulk_act_id.in_(old)).limit(_AT_ONCE)
        session.execute(delete(BulkRow).where(BulkRow.id.in_(rows)))
        empty = ~exists().where(BulkRow.bulk_act_id == BulkAct.id)
        session.execute(delete(BulkAct).where(BulkAct.id.in_(old), empty))
        throw_away_old()
