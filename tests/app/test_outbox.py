"""Jobs: each runs to its end once, whatever happens to its worker meanwhile."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import delete, text

from app import claiming, clock, outbox
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.gate import GateBusy
from app.i18n import speaking
from app.models import Job, JobState
from app.module import Scheduled
from app.outbox import Postponed, Running
from app.schedule import next_after

KIND = "test.work"
Task = Callable[[Running], None]


@pytest.fixture
def work(app: Flask) -> Iterator[Callable[[Task], None]]:
    """Say what the job of this test does."""
    tasks: dict[str, Any] = app.extensions["tasks"]

    def is_done_by(task: Task) -> None:
        tasks[KIND] = task

    is_done_by(lambda _running: None)
    yield is_done_by
    del tasks[KIND]


def enqueue(**options: Any) -> int:
    job_id = transact(lambda: outbox.enqueue(KIND, **options))
    assert job_id is not None
    return job_id


def claim(owner: str = "a") -> list[int]:
    return transact(lambda: claiming.claim(owner=owner, limit=10))


def state_of(job_id: int) -> Job:
    close_session()
    return outbox.get_job(job_id)


def raising(error: Exception) -> Task:
    def task(_running: Running) -> None:
        raise error

    return task


def test_a_name_is_given_to_one_job_ever(work: Callable[[Task], None]) -> None:
    first = enqueue(dedupe="once")
    assert transact(lambda: outbox.enqueue(KIND, dedupe="once")) is None
    outbox.run_due()
    assert state_of(first).state is JobState.DONE
    assert transact(lambda: outbox.enqueue(KIND, dedupe="once")) is None


def test_who_lost_the_lease_changes_nothing_more(
    work: Callable[[Task], None], freeze: Callable[[datetime], None]
) -> None:
    done: list[str] = []

    def slow(running: Running) -> None:
        if running.owner == "a":
            freeze(clock.now() + claiming.LEASE * 2)
            assert claim("b") == [running.id]
        with running.finish():
            done.append(running.owner)

    work(slow)
    job_id = enqueue()
    freeze(clock.now())
    assert claim("a") == [job_id]
    assert outbox.run(job_id, owner="a") is None
    assert outbox.run(job_id, owner="b") is JobState.DONE
    assert done == ["b"]
    assert state_of(job_id).starts == 2


def test_a_later_job_of_the_same_thing_waits_for_the_earlier(
    work: Callable[[Task], None],
) -> None:
    first, second, other = (enqueue(order_key=key) for key in ("x", "x", "y"))
    assert claim() == [first, other]
    outbox.run(first, owner="a")
    assert claim() == [second]


@pytest.mark.parametrize("known", [0, 1, 1_000])
def test_no_more_jobs_are_taken_than_were_asked_for_whatever_the_table_is_thought_to_hold(
    work: Callable[[Task], None], known: int
) -> None:
    # PostgreSQL plans by what it counted last: over a table that it thinks to be empty it may ask
    # the question about what is due again and again.
    def count_and_forget() -> None:
        for _number in range(known):
            session.add(Job(kind=KIND, payload={}, created_by="test"))
        session.flush()
        session.execute(text("ANALYZE job"))
        session.execute(delete(Job))

    transact(count_and_forget)
    mine = [enqueue(order_key=f"order {number}") for number in range(5)]

    assert len(transact(lambda: claiming.claim(owner="a", limit=1))) == 1
    assert len(transact(lambda: claiming.claim(owner="a", limit=1, but=["test.other"]))) == 1
    assert sum(state_of(one).state is JobState.RUN for one in mine) == 2


def test_a_dead_job_does_not_keep_those_behind_it_waiting(work: Callable[[Task], None]) -> None:
    work(raising(RuleViolation("never")))
    first, second = enqueue(order_key="x"), enqueue(order_key="x")
    assert claim() == [first]
    assert outbox.run(first, owner="a") is JobState.DEAD
    assert claim() == [second]


def test_a_busy_house_kills_no_job(work: Callable[[Task], None]) -> None:
    work(raising(GateBusy()))
    job_id = enqueue(max_starts=1)
    claim()
    assert outbox.run(job_id, owner="a") is JobState.READY
    assert state_of(job_id).starts == 0


def test_what_is_postponed_counts_no_start(work: Callable[[Task], None]) -> None:
    work(raising(Postponed(timedelta(hours=1))))
    job_id = enqueue()
    claim()
    assert outbox.run(job_id, owner="a") is JobState.READY
    assert state_of(job_id).starts == 0
    assert claim() == []


def test_a_job_that_fails_again_and_again_dies_and_is_revived_by_a_person(
    work: Callable[[Task], None], freeze: Callable[[datetime], None]
) -> None:
    work(raising(ValueError("no")))
    job_id = enqueue(max_starts=3)
    for start in range(3):
        freeze(clock.now() + timedelta(days=1))
        assert claim() == [job_id]
        outbox.run(job_id, owner="a")
        assert state_of(job_id).starts == start + 1
    assert state_of(job_id).state is JobState.DEAD
    work(lambda _running: None)
    transact(lambda: outbox.retry(job_id=job_id))
    outbox.run_due()
    assert state_of(job_id).state is JobState.DONE


def test_a_running_job_ends_at_its_next_step_when_told_to(work: Callable[[Task], None]) -> None:
    steps: list[int] = []

    def long(running: Running) -> None:
        for step in range(5):
            with running.step():
                steps.append(step)
            if step == 1:
                transact(lambda: outbox.cancel(job_id=running.id))

    work(long)
    job_id = enqueue()
    claim()
    assert outbox.run(job_id, owner="a") is JobState.CANCELLED
    assert steps == [0, 1]


WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
@pytest.mark.parametrize("at", ["01:30", "02:00", "02:30", "03:00"])
def test_a_daily_job_has_one_slot_a_day_also_when_the_clocks_change(day: str, at: str) -> None:
    plan = Scheduled(kind=KIND, at=at)
    moment = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=WARSAW).astimezone(UTC)
    end = moment + timedelta(days=3)
    slots = set()
    while moment < end:  # asked at any moment, also late, it names the same slots
        slots.add(next_after(plan, moment))
        moment += timedelta(minutes=7)
    days = [slot.astimezone(WARSAW).date() for slot in sorted(slots)]
    assert len(days) == len(set(days)) >= 3


def test_a_job_is_called_in_the_readers_language(work: Callable[[Task], None]) -> None:
    job = outbox.get_job(enqueue(title="Import of %(file)s", named={"file": "100%.csv"}))
    assert outbox.title_of(job) == "Import of 100%.csv"
    with speaking("pl"):
        assert outbox.title_of(job) == "Import pliku 100%.csv"


def test_a_job_without_a_title_is_called_by_its_kind(work: Callable[[Task], None]) -> None:
    job = outbox.get_job(enqueue(title=None))
    assert outbox.title_of(job) == KIND
