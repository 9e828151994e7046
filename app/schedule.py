"""The clock of the house: puts due jobs into the table. Two of them make no double."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, holding, outbox
from app.db import database, session, transact
from app.heartbeat import beat
from app.models import Schedule
from app.module import Scheduled

log = logging.getLogger(__name__)

ZONE = ZoneInfo("Europe/Warsaw")


def next_after(plan: Scheduled, moment: datetime) -> datetime:
    """Return when the job is due next, after a moment."""
    if plan.every_seconds:
        step = plan.every_seconds
        return datetime.fromtimestamp(
            (int(moment.timestamp()) // step + 1) * step, tz=moment.tzinfo
        )
    hour, minute = (int(part) for part in plan.at.split(":"))
    local = moment.astimezone(ZONE)
    # An hour that the autumn has twice is meant the first time, so that a day has one slot; two
    # times of one zone are compared as the clock on the wall shows them, hence in UTC.
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if due.astimezone(UTC) <= moment:
        due += timedelta(days=1)
    return due.astimezone(UTC)


def ring_due() -> int:
    """Put the jobs whose time has come into the table and return how many."""
    plans: Sequence[Scheduled] = current_app.extensions["schedule"]

    def work() -> int:
        held = holding.held_kinds()
        return sum(_ring(plan, held=plan.kind in held) for plan in plans)

    return transact(work)


def _ring(plan: Scheduled, *, held: bool) -> int:
    now = clock.now()
    coming = next_after(plan, now)
    row = session.scalar(select(Schedule).where(Schedule.name == plan.kind).with_for_update())
    if row is None:
        _write_down(plan, coming)
        return 0
    if row.next_run_at > now:
        if row.next_run_at > coming:
            # The clock was set back: what it had run past comes (once more, if it was rung).
            row.next_run_at = coming
        return 0
    due = row.next_run_at
    row.next_run_at = coming
    missed = row.next_run_at - due > (next_after(plan, due) - due)
    # Behind a hold the slots of a day would pile up.
    if held or (missed and not plan.catch_up):
        return 0
    # The slot stands in the name: a second scheduler, or a clock set back, makes no second job.
    slot = due.isoformat(timespec="seconds")
    return 1 if outbox.enqueue(plan.kind, dedupe=f"schedule:{plan.kind}:{slot}") else 0


def _write_down(plan: Scheduled, due: datetime) -> None:
    """Keep when a plan that is new here is due first; of two schedulers one writes it."""
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    row = insert(Schedule).values(name=plan.kind, next_run_at=due)
    session.execute(row.on_conflict_do_nothing(index_elements=["name"]))


def keep_ringing(app: Flask, stopped: Callable[[], bool]) -> None:
    """Ring until told to stop; the database may be away for a while."""
    beaten = 0.0
    while not stopped():
        with app.app_context():
            try:
                if _any_due():
                    ring_due()
                if time.monotonic() - beaten > 10:
                    transact(lambda: beat("scheduler"))
                    beaten = time.monotonic()
            except Exception:
                log.exception("the scheduler stumbled")
        time.sleep(1)


def _any_due() -> bool:
    known = dict(session.execute(select(Schedule.name, Schedule.next_run_at)).all())
    now = clock.now()
    plans: Sequence[Scheduled] = current_app.extensions["schedule"]
    return any(
        plan.kind not in known
        or known[plan.kind] <= now
        or known[plan.kind] > next_after(plan, now)  # the clock was set back
        for plan in plans
    )
