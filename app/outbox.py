"""The job table: written in the transaction that gives the reason, run until done or dead."""

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, holding
from app.actor import Actor, acting_as, current_actor
from app.claiming import LEASE, claim
from app.db import after_commit, database, is_writing, session, unit_of_work
from app.errors import NotFound, RuleViolation
from app.gate import GateBusy
from app.i18n import _, retold
from app.models import Job, JobState

log = logging.getLogger(__name__)

_LONGEST_WAIT = timedelta(hours=6)


class TakenOver(Exception):
    """Another worker has this job now (our lease ran out): change nothing more."""


class Cancelled(Exception):
    """Somebody asked for the end of this job; what was committed stays."""


class Permanent(Exception):
    """A failure that no repetition mends; the job is dead at once and waits for a person."""


class Postponed(Exception):
    """Not now (a partner is down, a limit is reached): again later, without counting a start."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


_NAMED = "named"


def enqueue(
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    title: str | None = None,
    named: Mapping[str, str] | None = None,
    dedupe: str | None = None,
    run_at: datetime | None = None,
    order_key: str | None = None,
    priority: int = 0,
    queue: str = "default",
    max_starts: int = 10,
    parent_id: int | None = None,
) -> int | None:
    """
    Write a job in this unit of work and return its id.

    The title is a sentence marked by `stored`, and `named` what it speaks of: each reader gets it
    in his own language.

    With `dedupe` a second job of that name is not made (None is returned): once ever, so put into
    the name what makes it a new one.
    """
    assert kind in current_app.extensions["tasks"], f"no task {kind}"
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    now = clock.now()
    job_id = session.execute(
        insert(Job)
        .values(
            kind=kind,
            payload={**(payload or {}), **({_NAMED: dict(named)} if named else {})},
            title=title,
            dedupe=dedupe,
            run_at=run_at or now,
            created_at=now,
            order_key=order_key,
            priority=priority,
            queue=queue,
            max_starts=max_starts,
            parent_id=parent_id,
            created_by=str(current_actor()),
        )
        .on_conflict_do_nothing(index_elements=["dedupe"])
        .returning(Job.id)
    ).scalar()
    if bell := current_app.extensions.get("doorbell"):
        after_commit(bell)
    return job_id


# Every step of every job asks these, so they are put together once.
_JOB: Any = Job.__table__
_OURS = update(_JOB).where(
    _JOB.c.id == bindparam("key"),
    _JOB.c.owner == bindparam("taker"),
    _JOB.c.state == JobState.RUN,
)
_HELD = _OURS.values(owner=bindparam("taker")).returning(_JOB.c.cancel_requested)
_LONGER = _OURS.values(lease_until=bindparam("until")).returning(_JOB.c.cancel_requested)
_START = _OURS.values(starts=_JOB.c.starts + 1, started_at=bindparam("now")).returning(
    _JOB.c.kind, _JOB.c.payload, _JOB.c.created_by, _JOB.c.starts, _JOB.c.max_starts
)


@dataclass
class Running:
    """A job in the hands of a worker, as its task sees it."""

    id: int
    kind: str
    payload: dict[str, Any]
    owner: str
    created_by: str
    starts: int
    finished: bool = False

    @contextmanager
    def step(self) -> Iterator[None]:
        """
        Commit one piece of a long task, if the job is still ours.

        :raises TakenOver: it is not
        :raises Cancelled: somebody asked for the end
        """
        with unit_of_work():
            self.go_on()
            yield

    def go_on(self) -> None:
        """
        Hold the job for longer, in a unit of work that is open already.

        :raises TakenOver: it is not ours any more
        :raises Cancelled: somebody asked for the end
        """
        self._hold(lease_until=clock.now() + LEASE)

    @contextmanager
    def finish(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Commit the last piece and the end of the job together."""
        with unit_of_work():
            self._hold()
            yield
            values: dict[str, Any] = {"state": JobState.DONE, "finished_at": clock.now()}
            if result is not None:
                values["result"] = dict(result)
            session.execute(update(Job).where(Job.id == self.id).values(**values))
        self.finished = True

    def note_progress(
        self, *, done: int, total: int | None = None, counts: Mapping[str, int] | None = None
    ) -> None:
        """Say how far the task is; call it inside a step."""
        assert is_writing()
        values: dict[str, Any] = {"done": done}
        if total is not None:
            values["total"] = total
        if counts is not None:
            values["counts"] = dict(counts)
        session.execute(update(Job).where(Job.id == self.id).values(**values))

    def set_result(self, result: Mapping[str, Any]) -> None:
        assert is_writing()
        session.execute(update(Job).where(Job.id == self.id).values(result=dict(result)))

    def _hold(self, lease_until: datetime | None = None) -> None:
        given = {"key": self.id, "taker": self.owner}
        if lease_until:
            held = session.execute(_LONGER, {**given, "until": lease_until}).first()
        else:
            held = session.execute(_HELD, given).first()
        if held is None:
            raise TakenOver
        if held.cancel_requested:
            raise Cancelled


def run(job_id: int, *, owner: str) -> JobState | None:
    """Run one claimed job to its end and return how it ended; None if it was not ours any more."""
    g.job_id = job_id
    try:
        return _run(job_id, owner=owner)
    finally:
        g.pop("job_id", None)


def _run(job_id: int, *, owner: str) -> JobState | None:
    with unit_of_work():
        given = {"key": job_id, "taker": owner, "now": clock.now()}
        started = session.execute(_START, given).first()
    if started is None:
        return None
    running = Running(
        id=job_id,
        kind=started.kind,
        payload=started.payload,
        owner=owner,
        created_by=started.created_by,
        starts=started.starts,
    )
    task = current_app.extensions["tasks"].get(started.kind)
    try:
        with acting_as(Actor(kind="system", name=started.kind, all_powerful=True)):
            if task is None:
                raise Permanent(f"nothing here can do {started.kind}")
            task(running)
            if not running.finished:
                with running.finish():
                    pass
        return JobState.DONE
    except TakenOver:
        return None
    except Cancelled:
        return _end(running, JobState.CANCELLED, error=None)
    except Postponed as later:
        return _wait(running, later.wait, count_start=False, error=str(later))
    except GateBusy as busy:
        return _wait(running, timedelta(seconds=1), count_start=False, error=str(busy))
    except (Permanent, RuleViolation, NotFound) as error:
        return _end(running, JobState.DEAD, error=f"{error}")
    except Exception as error:
        log.exception("job %s (%s) failed", job_id, started.kind)
        if started.starts >= started.max_starts:
            return _end(running, JobState.DEAD, error=f"{type(error).__name__}: {error}")
        longest = min(timedelta(seconds=5) * 4 ** (started.starts - 1), _LONGEST_WAIT)
        wait = longest * random.uniform(0.5, 1)  # noqa: S311 - spreads the repeats, no secret
        return _wait(running, wait, count_start=True, error=f"{type(error).__name__}: {error}")


def _end(running: Running, state: JobState, *, error: str | None) -> JobState | None:
    with unit_of_work():
        ended = session.execute(
            update(Job)
            .where(Job.id == running.id, Job.owner == running.owner, Job.state == JobState.RUN)
            .values(state=state, last_error=error, finished_at=clock.now())
            .returning(Job.id)
        ).first()
    return state if ended else None


def _wait(running: Running, wait: timedelta, *, count_start: bool, error: str) -> JobState | None:
    with unit_of_work():
        session.execute(
            update(Job)
            .where(Job.id == running.id, Job.owner == running.owner, Job.state == JobState.RUN)
            .values(
                state=JobState.READY,
                owner=None,
                lease_until=None,
                run_at=clock.now() + wait,
                last_error=error,
                starts=Job.starts if count_start else Job.starts - 1,
            )
        )
    return JobState.READY


# --- what people and commands do with jobs ---------------------------------------------------


def get_job(job_id: int) -> Job:
    """
    Return one job.

    :raises NotFound: there is none with that id
    """
    if job := session.get(Job, job_id, populate_existing=True):
        return job
    raise NotFound(_("There is no job %(id)s.", id=job_id))


def last_job(*, kind: str, order_key: str) -> Job | None:
    """Return the youngest job of a kind among those that follow each other under a key."""
    found = select(Job).where(Job.order_key == order_key, Job.kind == kind)
    return session.scalar(found.order_by(Job.id.desc()).limit(1))


def kind_title(kind: str) -> str:
    """Return what people call a kind of job, in their language."""
    return str(current_app.extensions["task_titles"].get(kind, kind))


def title_of(job: Job) -> str:
    """Return what people call this job, in their language."""
    if job.title is None:
        return kind_title(job.kind)
    said, named = retold(job.title), job.payload.get(_NAMED)
    return said % named if named else said


def list_jobs(
    *, states: Sequence[JobState] = (), before_id: int | None = None, limit: int = 50
) -> Sequence[Job]:
    """Return the jobs that people should see, newest first: those with a title, and the dead."""
    found = select(Job).where(or_(Job.title.is_not(None), Job.state == JobState.DEAD))
    if states:
        found = found.where(Job.state.in_(states))
    if before_id is not None:
        found = found.where(Job.id < before_id)
    return session.scalars(found.order_by(Job.id.desc()).limit(limit)).all()


def count_waiting() -> dict[JobState, int]:
    """Return how many jobs are not over, and how many are dead."""
    from sqlalchemy import func

    rows = session.execute(
        select(Job.state, func.count())
        .where(Job.state.in_((JobState.READY, JobState.RUN, JobState.DEAD)))
        .group_by(Job.state)
    )
    return dict(rows.all())


def retry(*, job_id: int) -> None:
    """
    Let a dead or cancelled job begin again, with the same payload and so the same outbound keys.

    :raises NotFound: there is no such job that is over without being done
    """
    revived = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_((JobState.DEAD, JobState.CANCELLED)))
        .values(
            state=JobState.READY,
            starts=0,
            run_at=clock.now(),
            owner=None,
            finished_at=None,
            cancel_requested=False,
        )
        .returning(Job.id)
    ).first()
    if revived is None:
        raise NotFound(_("There is no dead job %(id)s.", id=job_id))
    if bell := current_app.extensions.get("doorbell"):
        after_commit(bell)


def cancel(*, job_id: int) -> None:
    """Ask for the end of a job: at once if it has not begun, else at its next step."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.READY)
        .values(state=JobState.CANCELLED, finished_at=clock.now())
    )
    session.execute(
        update(Job).where(Job.id == job_id, Job.state == JobState.RUN).values(cancel_requested=True)
    )


def run_due(*, limit: int = 1000, owner: str = "command", but: Sequence[str] = ()) -> int:
    """Run due jobs (`but` some kinds) here and now, one by one, and return how many."""
    count, but = 0, (*but, *holding.held_kinds())
    while count < limit:
        with unit_of_work():
            taken = claim(owner=owner, limit=1, but=but)
        if not taken:
            break
        run(taken[0], owner=owner)
        count += 1
    return count
