"""Two schedulers, two workers, a clock that jumps: each slot of a plan is worked on once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app import outbox, schedule
from app.db import session
from app.models import Job
from app.module import Scheduled

OFTEN, NIGHTLY = "test.often", "test.nightly"
TICK = timedelta(minutes=10)
AHEAD = timedelta(hours=2)
# The clocks of Warsaw go back, and go ahead, at 01:00 UTC of these days.
NIGHTS = [datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 3, 28, 20, tzinfo=UTC)]
Freeze = Callable[[datetime], None]


class Crew:
    """Two who ring and two who work, all at the same moment."""

    def __init__(self, house: Flask, freeze: Freeze) -> None:
        self.house, self.freeze = house, freeze
        self.done: list[str] = []

    def live(self, moment: datetime) -> None:
        self.freeze(moment)
        start = Barrier(4)

        def act(place: int) -> None:
            with self.house.app_context():
                start.wait(30)
                if place < 2:
                    schedule.ring_due()
                else:
                    outbox.run_due(owner=f"worker {place}")

        with ThreadPoolExecutor(4) as crew:
            list(crew.map(act, range(4)))
        with self.house.app_context():
            outbox.run_due()  # what was rung in this moment is done before the clock is touched

    def slots(self, kind: str) -> Counter[str]:
        with self.house.app_context():
            names = dict(session.execute(select(Job.id, Job.dedupe)).all())
        told = [names[int(one.partition(":")[2])] for one in self.done if one.startswith(kind)]
        return Counter((one or "").rpartition(f"{kind}:")[2] for one in told)


@pytest.fixture
def crew(real_house: Flask, freeze: Freeze) -> Crew:
    found = Crew(real_house, freeze)

    def work(running: outbox.Running) -> None:
        with running.finish():
            found.done.append(f"{running.kind}:{running.id}")

    real_house.extensions["tasks"] |= {OFTEN: work, NIGHTLY: work}
    real_house.extensions["schedule"] = (
        Scheduled(kind=OFTEN, every_seconds=1200),
        Scheduled(kind=NIGHTLY, at="02:30", catch_up=True),
    )
    return found


# Somebody sets the clock two hours ahead, and it is set right half an hour later: in the evening,
# and once more in the hour in which the clocks on the wall change.
_WRONG = ((1.0, 1.5), (4.5, 5.0))


def _expected(begin: datetime, hours: float) -> set[str]:
    """Return every slot of the time that the clock showed; what it never showed was missed."""
    found = set()
    for third in range(1, int(hours * 3) + 1):
        at = third / 3
        if not any(since <= at <= until for since, until in _WRONG):
            slot = begin + timedelta(minutes=20 * third)
            found.add(slot.isoformat(timespec="seconds"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("begin", NIGHTS, ids=["autumn", "spring"])
def test_a_clock_that_jumps_ahead_and_is_set_back_neither_doubles_nor_loses_a_slot(
    crew: Crew, begin: datetime
) -> None:
    for tick in range(9 * 6 + 1):
        is_wrong = any(since <= tick / 6 < until for since, until in _WRONG)
        crew.live(begin + tick * TICK + (AHEAD if is_wrong else timedelta()))
    often = crew.slots(OFTEN)
    assert set(often.values()) == {1}
    assert _expected(begin, 9) <= set(often)
    nightly = crew.slots(NIGHTLY)
    assert list(nightly.values()) == [1]


@pytest.mark.slow
def test_a_clock_that_was_wrong_from_the_start_is_followed_when_it_is_set_back(
    crew: Crew,
) -> None:
    begin = NIGHTS[0]
    for step in range(3):
        crew.live(begin + AHEAD + step * TICK)
    for step in range(7):
        crew.live(begin + step * TICK)
    often = crew.slots(OFTEN)
    assert set(often.values()) == {1}
    assert _expected(begin, 0.9) <= set(often)
