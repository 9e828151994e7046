"""Several machines under load: two webs, two workers, two schedulers, one database."""

import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import func, select

from app import proving
from app.db import close_session, session
from app.models import Job, JobState
from modules import orders, stock
from tests.crew import Crew, Doors
from tests.soak.result import Result
from tests.soak.standing import TILLS, Till
from tests.trade import await_drained, make_token

# channels.push rings each fifteen seconds: the most often of all.
_RINGS, _STEP = "channels.push", 15


def soak_crew(crew: Crew, *, seconds: float, per_second: int, p99_ms: float) -> list[Result]:
    """Sell through both webs in turn; every sale is told twice, each time to the other web."""
    token = make_token(crew.house)
    before = _promised(crew)
    tills = [
        Till(Doors(crew.urls, token), name=f"C{number}", every=TILLS / per_second, twice=True)
        for number in range(TILLS)
    ]
    for till in tills:
        till.start()
        time.sleep(1 / per_second)
    time.sleep(seconds)
    for till in tills:
        till.stopping.set()
    for till in tills:
        till.join(60)
    waits = sorted(wait for till in tills for wait in till.waits)
    answers = sum((till.answers for till in tills), Counter[str]())
    lost = sum(len(till.unanswered) for till in tills)
    told = [name for till in tills for name in till.sold]
    await_drained(crew.house, seconds=120)
    with crew.house.app_context():
        found = Counter(session.scalars(select(orders.Order.external_id)))
        missing = sum(name not in found for name in told)
        doubled = sum(found.values()) - len(found)
        again = session.scalar(
            select(func.count()).where(Job.state == JobState.DONE, Job.starts > 1)
        )
        dead = session.scalar(select(func.count()).where(Job.state == JobState.DEAD))
        wrong = [str(one) for proof in proving.prove() for one in proof.differences]
        close_session()
    pieces = _promised(crew) - before
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    odd = {name: count for name, count in answers.items() if name not in ("201", "200")}
    bell = "Redis rings" if crew.broker else "no broker"
    return [
        Result(
            f"2 webs, 2 workers, 2 schedulers, {bell}, {seconds:g} s, each sale told twice",
            f"0 lost, 0 doubled, p99 <= {p99_ms:g} ms",
            f"{len(told)} sales, {missing} lost, {doubled} doubled, "
            f"{pieces - 3 * len(told)} pieces too many, {lost} unanswered, odd answers "
            f"{odd or 0}, p50 {p50:.0f}, p99 {p99:.0f} ms",
            not (missing or doubled or lost or odd)
            and pieces == 3 * len(told)
            and p99 <= p99_ms
            and bool(told),
        ),
        Result(
            "jobs of two workers",
            "each done once, none dead, ledgers agree",
            f"{again} begun twice, {dead} dead, {len(wrong)} differences" + "".join(wrong[:3]),
            not again and not dead and not wrong,
        ),
        _slots(crew),
    ]


def _slots(crew: Crew) -> Result:
    """Look whether each slot of the most frequent schedule has one job, and none is missing."""
    with crew.house.app_context():
        names = session.scalars(
            select(Job.dedupe).where(Job.kind == _RINGS, Job.dedupe.like("schedule:%"))
        ).all()
        close_session()
    moments = sorted(_moment(str(name)) for name in names)
    gaps = [
        (later - earlier).total_seconds()
        for earlier, later in pairwise(moments)
        if (later - earlier).total_seconds() != _STEP
    ]
    return Result(
        "slots of two schedulers",
        "each once",
        f"{len(moments)} slots of {_STEP} s, {len(gaps)} of them doubled or left out",
        bool(moments) and not gaps,
    )


def _moment(dedupe: str) -> datetime:
    return datetime.fromisoformat(dedupe.split(":", 2)[2]).astimezone(UTC)


def _promised(crew: Crew) -> int:
    with crew.house.app_context():
        total = session.scalar(select(func.sum(stock.StockItem.reserved))) or 0
        close_session()
    return int(total)
