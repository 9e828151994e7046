"""Who has which job: taking what is due, and keeping the lease on it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from app import clock
from app.db import UTCDateTime, session
from app.models import Job, JobState

LEASE = timedelta(seconds=30)
OVER = (JobState.DONE, JobState.DEAD, JobState.CANCELLED)


def _due(*, but_some: bool) -> Select[int]:
    earlier = aliased(Job)
    waits = exists().where(
        earlier.order_key == Job.order_key, earlier.id < Job.id, earlier.state.not_in(OVER)
    )
    now: Any = bindparam("now", type_=UTCDateTime())
    found = select(Job.id).where(
        or_(
            and_(Job.state == JobState.READY, Job.run_at <= now),
            and_(Job.state == JobState.RUN, Job.lease_until < now),
        ),
        or_(Job.order_key.is_(None), ~waits),
    )
    if but_some:
        found = found.where(Job.kind.not_in(bindparam("but", expanding=True)))
    ordered = found.order_by(Job.priority.desc(), Job.run_at, Job.id).limit(bindparam("most"))
    return ordered.with_for_update(skip_locked=True, of=Job)


def _claiming(*, but_some: bool) -> ReturningUpdate[int]:
    # Fenced off: where the table is small PostgreSQL would look for what is due once for each job
    # that there is, and each look would take as many as were asked for.
    due = _due(but_some=but_some).cte("due").prefix_with("MATERIALIZED", dialect="postgresql")
    return (
        update(Job)
        .where(Job.id.in_(select(due.c.id)))
        .values(
            state=JobState.RUN,
            owner=bindparam("taker"),
            lease_until=bindparam("until", type_=UTCDateTime()),
            claims=Job.claims + 1,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )


# Each look of each worker asks it, so it is put together once.
_CLAIM = {but_some: _claiming(but_some=but_some) for but_some in (False, True)}


def claim(*, owner: str, limit: int, but: Sequence[str] = ()) -> list[int]:
    """Take due jobs (`but` some kinds), also those whose lease ran out; return their ids."""
    now = clock.now()
    given = {"now": now, "until": now + LEASE, "taker": owner, "most": limit}
    if but:
        given["but"] = [*but]
    return sorted(session.scalars(_CLAIM[bool(but)], given))


def take(job_id: int, *, owner: str) -> bool:
    """Test whether a job was free and is now the caller's: a command that does its work itself."""
    taken = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.READY)
        .values(
            state=JobState.RUN,
            owner=owner,
            lease_until=clock.now() + LEASE,
            claims=Job.claims + 1,
        )
        .returning(Job.id)
    )
    return taken is not None


def extend_leases(job_ids: Sequence[int], *, owner: str) -> None:
    session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.owner == owner, Job.state == JobState.RUN)
        .values(lease_until=clock.now() + LEASE)
    )
