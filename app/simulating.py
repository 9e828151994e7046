"""
A random trade, played through the API day by day and proved after each one.

Everything follows from the seed. The ground knows none of the trade's words: the moves are drawn
from the parts' `actors`, which remember what they were told and look for it again.
"""

import logging
import random
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, select

from app import clock, outbox, proving, tokens
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.models import ApiToken, Job, JobState
from app.module import Difference, Module, Scheduled
from app.program_line import Answer, Call, InProcess, Line, Remote, at_moment

MOVES = 200  # of one day
_OWN_NAME = "simulate"
_OPENING = timedelta(hours=7)
_DAY = timedelta(hours=12)
# Looked at again after these minutes, so that what had to wait for a partner is done by then.
_NIGHT = (0, 1, 5, 30, 120, 480)
_WORKER_COMES_BY = 4  # its weight among the moves of all
_PATIENCE = 120.0  # seconds until the worker of a running shop has done all jobs
_OVER = (JobState.DONE, JobState.CANCELLED)

Result = TypeVar("Result")


class Disagrees(Exception):
    """The shop is not as it said: the first entry that differs."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


@dataclass
class SimContext:
    """What an actor has at hand: chance, the way to the shop, and what the others know."""

    seed: int
    label: str
    """Stands in every name that this run makes, so that nothing of another is mistaken for it."""
    line: Line
    token: str
    draw: Random
    moment: datetime | None = None
    known: dict[str, Any] = field(default_factory=dict)
    """What actors tell each other, by a name of their own."""
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    _names: Counter[str] = field(default_factory=Counter)

    def name(self, kind: str) -> str:
        """Return a name that no run has used before."""
        self._names[kind] += 1
        return f"{self.label}-{kind}{self._names[kind]}"

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def get(self, path: str) -> Any:
        """Return what the shop shows; it must show it."""
        answer = self._send(Call(method="GET", path=path))
        if not answer.done:
            raise Disagrees(_differs(f"GET {path}", "200", f"{answer.status} {answer.body}"))
        return answer.body

    def post(self, path: str, body: Mapping[str, Any] | None, *, key: str | None = None) -> Answer:
        return self.send(Call(method="POST", path=path, body=body, key=key))

    def send(self, call: Call) -> Answer:
        """Send one request; a refusal is counted, a failure ends the run."""
        return self._heard(call, self._send(call))

    def at_once(self, calls: Sequence[Call]) -> list[Answer]:
        """Send several requests at the same time and return their answers in order."""
        with ThreadPoolExecutor(len(calls)) as pool:
            answers = list(pool.map(self._send, calls))
        return [self._heard(call, answer) for call, answer in zip(calls, answers, strict=True)]

    def act(self, operation: Callable[[], Result]) -> Result | None:
        """Do at a desk what programs cannot; None where a rule says no."""
        try:
            with at_moment(self.moment):
                return transact(operation)
        except RuleViolation as refused:
            self.refusals[refused.code] += 1
            return None
        finally:
            close_session()

    def expect(self, entry: str, *, told: Any, found: Any) -> None:
        """
        Compare what the shop said before with what it says now.

        :raises Disagrees: they are not the same
        """
        if told != found:
            raise Disagrees(_differs(entry, told, found))

    def every(self, path: str) -> Iterator[Any]:
        """Yield all items of a list, page by page."""
        joint = "&" if "?" in path else "?"
        cursor = None
        while True:
            page = self.get(path + (f"{joint}cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _send(self, call: Call) -> Answer:
        return self.line.send(call, self.token, self.moment)

    def _heard(self, call: Call, answer: Answer) -> Answer:
        what = f"{call.method} {call.path}"
        # What is forbidden or not there would be our own mistake: nobody tries it on purpose.
        if answer.status >= 500 or answer.status in (401, 403, 404, 405, 415):
            raise Disagrees(_differs(what, "an answer", f"{answer.status} {answer.body}"))
        if not answer.done:
            self.refusals[str((answer.body or {}).get("code", answer.status))] += 1
        return answer


class Player(ABC):
    """Somebody of the trade: what he needs, what he may do, and what he looks after at night."""

    def __init__(self, sim: SimContext) -> None:
        self.sim = sim

    def begin(self) -> None:  # noqa: B027 - many need nothing
        """Bring what the first day needs."""

    @abstractmethod
    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        """Return the moves with their weights; one that finds nothing to do returns False."""

    def check(self) -> Iterable[Difference]:
        """Yield where the shop is not as it said."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Day:
    """What happened on one day."""

    number: int
    on: str
    moves: int
    counts: Mapping[str, int]
    refusals: Mapping[str, int]
    jobs: int

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        refused = ", ".join(f"{code} {count}" for code, count in sorted(self.refusals.items()))
        return (
            f"day {self.number} ({self.on}): {self.moves} moves, {counted}, {self.jobs} jobs; "
            f"{sum(self.refusals.values())} refusals ({refused or 'none'}); all ledgers agree"
        )


def simulate(
    app: Flask,
    *,
    seed: int,
    days: int,
    moves: int = MOVES,
    url: str | None = None,
) -> Iterator[Day]:
    """
    Play and yield day after day; call it inside the application's context.

    :raises Disagrees: something is not as it should be
    """
    line: Line = Remote(url) if url else InProcess(app)
    run = 1 + (session.scalar(select(func.count()).where(ApiToken.name == _OWN_NAME)) or 0)
    known = list(app.extensions["scopes"])
    token = transact(
        lambda: tokens.create_token(
            name=_OWN_NAME, scopes=["admin", *known], known_scopes=known, expires_at=None
        )
    )
    random.seed(seed)  # what spreads repeated jobs in time draws from here
    sim = SimContext(seed, f"SIM{seed}R{run}", line, token, Random(seed))
    trade = _Trade(app, sim)
    try:
        # Partners are made to fail on purpose: that their jobs stumble is no news here.
        with _quiet("app.outbox"):
            yield from trade.play(days=days, moves=moves)
    finally:
        close_session()
        transact(lambda: _revoke_own(token))


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _revoke_own(token: str) -> None:
    prefix = token.split("_")[1]
    key = session.scalar(select(ApiToken.id).where(ApiToken.prefix == prefix))
    assert key is not None
    tokens.revoke_token(token_id=key)


class _Trade:
    """The players and the days."""

    def __init__(self, app: Flask, sim: SimContext) -> None:
        self.app, self.sim = app, sim
        parts: list[Module] = app.extensions["parts"]
        self.players: list[Player] = [actor(sim) for part in parts for actor in part.actors]
        self._first_job = session.scalar(select(func.max(Job.id))) or 0

    def play(self, *, days: int, moves: int) -> Iterator[Day]:
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        for number in range(1, days + 1):
            # The story ends today, and each day is over before the next begins.
            opening = midnight - timedelta(days=days - number + 1) + _OPENING
            yield self._live(number, opening, moves)

    def _live(self, number: int, opening: datetime, moves: int) -> Day:
        sim = self.sim
        sim.counts.clear()
        sim.refusals.clear()
        self._set(opening)
        if number == 1:
            for player in self.players:
                player.begin()
        hat = [one for player in self.players for one in player.moves()]
        hat.append((_WORKER_COMES_BY, self._work))
        acts, weights = [act for _weight, act in hat], [weight for weight, _act in hat]
        made = 0
        for turn in range(moves * 5):
            self._set(opening + _DAY * turn / (moves * 5))
            act = sim.draw.choices(acts, weights)[0]
            made += bool(act())
            if made == moves:
                break
        jobs = self._let_jobs_run(opening + _DAY)
        self._prove()
        return Day(
            number=number,
            on=opening.date().isoformat(),
            moves=made,
            counts=dict(sim.counts),
            refusals=dict(sim.refusals),
            jobs=jobs,
        )

    def _set(self, moment: datetime) -> None:
        self.sim.moment = moment if self.sim.line.moves_the_clock else None

    def _let_jobs_run(self, evening: datetime) -> int:
        if self.sim.moment is None:
            return self._wait_for_worker()
        count = 0
        for minutes in _NIGHT:
            self._set(evening + timedelta(minutes=minutes))
            with at_moment(self.sim.moment):
                transact(self._ring)
                count += outbox.run_due(limit=10_000, owner=_OWN_NAME)
        return count

    def _work(self) -> bool:
        """The worker comes by; a running shop has one that never leaves."""
        if self.sim.moment is None:
            return False
        with at_moment(self.sim.moment):
            transact(self._ring)
            outbox.run_due(limit=10_000, owner=_OWN_NAME)
        close_session()
        return True

    def _ring(self) -> None:
        plans: Sequence[Scheduled] = self.app.extensions["schedule"]
        for plan in plans:
            outbox.enqueue(plan.kind)

    def _wait_for_worker(self) -> int:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            close_session()
            waiting = session.scalar(
                select(func.count()).where(
                    Job.id > self._first_job, Job.state.not_in((*_OVER, JobState.DEAD))
                )
            )
            if not waiting:
                break
            time.sleep(0.2)
        done = select(func.count()).where(Job.id > self._first_job, Job.state == JobState.DONE)
        close_session()
        return session.scalar(done) or 0

    def _prove(self) -> None:
        close_session()
        with at_moment(self.sim.moment):
            self._refuse_dead_jobs()
            for result in proving.prove():
                for difference in result.differences:
                    raise Disagrees(difference)
            for player in self.players:
                for difference in player.check():
                    raise Disagrees(difference)
        close_session()

    def _refuse_dead_jobs(self) -> None:
        dead = select(Job.id, Job.kind, Job.last_error).where(
            Job.id > self._first_job, Job.state == JobState.DEAD
        )
        for key, kind, error in session.execute(dead.order_by(Job.id)):
            raise Disagrees(_differs(f"job {key} {kind}", "done", error))


def _differs(entry: str, told: Any, found: Any) -> Difference:
    return Difference(ledger="answers", entry=entry, expected=told, found=found)
