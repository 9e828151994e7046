"""
The demo shop, put together from the parts' own demos, floor by floor.

Everything follows from the seed and the day: the same two give the same shop. The ground knows
none of its words; what a part has made it hands up to the floors above in `context.made`. What
happens in the shop's last days a part only plans (`context.plan`): when all parts are done, the
acts of all of them are played in the order of time, each at its moment and by its person.
"""

import heapq
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import select

from app import clock, outbox
from app.actor import Actor, acting_as, current_actor
from app.db import session, transact
from app.errors import RuleViolation
from app.i18n import _
from app.models import Setting
from app.module import Module

SEED = 2026
SIZES = ("small", "large")
_KEY = "demo"
# The story ends in the early morning of the anchor day, so that people begin theirs with it.
_END = time_of_day(5, 30, tzinfo=UTC)


@dataclass(order=True)
class Act:
    """Something that happens in the story."""

    moment: datetime
    place: int
    """Among the acts of one moment."""
    do: Callable[[], Any] = field(compare=False)
    by: Actor | None = field(compare=False)
    opens_units: bool = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Mass:
    """How much the large shop has beside the small one, which stands in the middle of it."""

    stores: int = 44
    variants: int = 100_000
    customers: int = 1_000_000
    orders: int = 1_000_000

    def part(self, factor: float) -> "Mass":
        """Return a smaller one of the same shape, for trials."""
        return Mass(
            stores=max(2, round(self.stores * factor)),
            variants=max(100, round(self.variants * factor)),
            customers=max(200, round(self.customers * factor)),
            orders=max(200, round(self.orders * factor)),
        )


@dataclass(kw_only=True)
class DemoContext:
    """What a part is told when it makes its share of the demo shop."""

    seed: int
    day: date
    """The anchor day: everything happens before its morning is over."""
    end: datetime
    """The last moment of the story."""
    mass: Mass | None = None
    """What is added to it; None: it stays a small one."""
    say: Callable[[str], None]
    """Tell the person who waits what has been made."""
    made: dict[str, Any] = field(default_factory=dict)
    """What parts hand to the floors above, by a name of their own."""
    sign_ins: list[str] = field(default_factory=list)
    """Lines that tell who can sign in, shown at every start."""

    acts: list[Act] = field(default_factory=list)
    planned: int = 0
    for_workers: set[str] = field(default_factory=set)
    """Kinds of jobs that need not be done before the shop opens: the worker does them then."""

    waits: list[Callable[[], None]] = field(default_factory=list)

    def wait_for(self, wait: Callable[[], None]) -> None:
        """Let something that goes on beside be over (`wait` returns then) before the end."""
        self.waits.append(wait)

    def run_jobs(self) -> None:
        """Do what is due, as the worker does all day; called outside of a unit of work."""
        outbox.run_due(limit=100_000, but=sorted(self.for_workers))

    def plan(
        self,
        moment: datetime,
        do: Callable[[], Any],
        *,
        by: Actor | None = None,
        opens_units: bool = False,
    ) -> None:
        """
        Let something happen at a moment, done by somebody, in a unit of work of its own.

        An act may plan what follows from it. What would come after the end never happens. One
        that calls partners or runs jobs `opens_units` itself.
        """
        if moment <= self.end:
            self.planned += 1
            heapq.heappush(self.acts, Act(moment, self.planned, do, by, opens_units))

    def random_for(self, topic: str) -> Random:
        """Return a source of chance that no other topic can disturb."""
        return Random(f"{self.seed}:{self.day}:{topic}")


def load(
    *,
    seed: int = SEED,
    day: date | None = None,
    mass: Mass | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> DemoContext:
    """
    Build the demo shop in a database that holds no business yet; `mass` makes it a large one.

    :raises RuleViolation: there is something already, or an earlier load was not finished
    """
    now = clock.now()
    day = day or now.date()
    end = min(datetime.combine(day, _END), now)
    context = DemoContext(seed=seed, day=day, end=end, mass=mass, say=say)
    transact(lambda: _begin(context))
    with acting_as(Actor(kind="system", name="Demo", all_powerful=True)):
        for part in _parts():
            if part.demo:
                began = time.perf_counter()
                part.demo(context)
                say(f"{part.name}: {time.perf_counter() - began:.1f} s")
            if mass and part.demo_mass:
                began = time.perf_counter()
                part.demo_mass(context)
                say(f"{part.name}, the mass: {time.perf_counter() - began:.1f} s")
        _play(context)
    for wait in context.waits:
        wait()
    transact(lambda: _keep(context, finished=True))
    return context


def _play(context: DemoContext) -> None:
    """Let everything happen that was planned, in the order of time; then finish the jobs."""
    began = time.perf_counter()
    while context.acts:
        act = heapq.heappop(context.acts)
        with clock.at(act.moment), acting_as(act.by or current_actor()):
            if act.opens_units:
                act.do()
            else:
                transact(act.do)
    with clock.at(context.end):
        context.run_jobs()
    context.say(f"{context.planned} acts of the last days: {time.perf_counter() - began:.1f} s")


def sign_in_lines() -> Sequence[str]:
    """Return who can sign in to the demo shop; nothing where there is none."""
    kept = session.get(Setting, _KEY)
    if kept is None:
        return []
    if not kept.value["finished"]:
        return [
            "The demo shop was not finished: its loading was interrupted. "
            "Stop, remove the data folder, and start again to have it whole."
        ]
    return [*kept.value["sign_ins"]]


def is_loaded() -> bool:
    """Test whether this database holds the demo shop, whose passwords everybody knows."""
    return session.get(Setting, _KEY) is not None


def _begin(context: DemoContext) -> None:
    if current_app.config["PROFILE"] == "production":
        raise RuleViolation(
            _("The demo shop has passwords that everybody knows: production never holds it.")
        )
    for part in _parts():
        if part.demo_obstacle and (reason := part.demo_obstacle()):
            raise RuleViolation(
                _(
                    "%(reason)s The demo shop needs an empty database: set VERSO_DATA_DIR "
                    "(or VERSO_DATABASE_URL) to another one.",
                    reason=reason,
                )
            )
    _keep(context, finished=False)


def _keep(context: DemoContext, *, finished: bool) -> None:
    value = {
        "seed": context.seed,
        "day": context.day.isoformat(),
        "finished": finished,
        "sign_ins": context.sign_ins,
    }
    kept = session.scalar(select(Setting).where(Setting.key == _KEY))
    if kept is None:
        session.add(Setting(key=_KEY, value=value))
    else:
        kept.value = value


def _parts() -> Iterable[Module]:
    parts: list[Module] = current_app.extensions["parts"]
    return parts
