"""How soon a job is begun after the commit that gave the reason for it, by a real worker."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from app import outbox
from app.db import close_session, session, transact
from app.heartbeat import seen_lately
from app.models import Heartbeat, Job, JobState
from tests.bench.figures import Figure
from tests.bench.shop import open_shop

JOBS = 100
EVERY = 0.1  # seconds
KIND = "stock.expire_reservations"
MOST_MS = 100.0
ROOT = Path(__file__).parents[2]


def run(database_url: str) -> list[Figure]:
    """Measure on a database that stands as after `db upgrade`."""
    with TemporaryDirectory() as folder:
        settings = {"VERSO_DATABASE_URL": database_url, "VERSO_DATA_DIR": folder}
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with open_shop(database_url):
                waits = _measure()
        finally:
            worker.terminate()
            worker.wait(30)
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    return [
        Figure(
            item=f"start of a job after its commit, {JOBS} jobs",
            p50_ms=p50,
            p99_ms=waits[int(len(waits) * 0.99)],
            found=f"p95 {p95:.0f} ms",
            goal=f"p95 <= {MOST_MS:.0f} ms",
            good=p95 <= MOST_MS,
        )
    ]


def _measure() -> list[float]:
    _await_worker()
    committed = {}
    for _number in range(JOBS):
        key = transact(lambda: outbox.enqueue(KIND))
        # From the commit on, by the clock that the worker uses too.
        committed[key] = time.time()
        time.sleep(EVERY)
    deadline = time.monotonic() + 60
    open_jobs = select(func.count()).where(Job.kind == KIND, Job.state != JobState.DONE)
    while session.scalar(open_jobs) and time.monotonic() < deadline:
        close_session()
        time.sleep(0.1)
    close_session()
    began = session.execute(select(Job.id, Job.started_at).where(Job.id.in_(list(committed))))
    return sorted(
        max(0.0, at.timestamp() - committed[key]) * 1000 for key, at in began if at is not None
    )


def _await_worker() -> None:
    deadline = time.monotonic() + 180
    transact(lambda: session.query(Heartbeat).delete())
    while not seen_lately("worker"):
        close_session()
        assert time.monotonic() < deadline, "no worker came"
        time.sleep(0.2)
