"""Celery at work on the job table: a pump claims due jobs and hands them to Celery's pool."""

import logging
import os
import select as readiness
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery, bootsteps
from flask import Flask
from sqlalchemy import exists, or_, select

from app import claiming, clock, holding, outbox
from app.db import close_session, database, session, unit_of_work
from app.heartbeat import beat
from app.models import Job, JobState

log = logging.getLogger(__name__)

SLOTS = 4
_LOOK_EVERY = 0.03  # seconds between two looks at SQLite's change counter
_SWEEP_EVERY = 1.0  # a bell that was not heard costs one sweep
_RENEW_EVERY = 5.0
_RING = "verso.ring"


def make_celery(app: Flask) -> Celery:
    """Return the Celery application that drains this shop's job table."""
    celery = Celery("verso", broker=app.config["BROKER_URL"] or "memory://")
    celery.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_concurrency=SLOTS,
        worker_pool="threads",
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 300,
            "polling_interval": 0.05 if not app.config["BROKER_URL"] else 1,
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
        },
        task_publish_retry_policy={"max_retries": 2, "interval_start": 0.1},
    )
    bell = threading.Event()

    @celery.task(name=_RING)  # type: ignore[untyped-decorator]
    def ring() -> None:
        bell.set()

    class Drain(bootsteps.StartStopStep):
        """Starts and stops the pump with the worker."""

        requires = {"celery.worker.components:Pool"}  # noqa: RUF012

        def start(self, worker: Any) -> None:
            self.pump = Pump(app, worker.pool.apply_async, bell)
            self.pump.start()

        def stop(self, worker: Any) -> None:
            self.pump.stop()

    celery.steps["worker"].add(Drain)
    return celery


def install_doorbell(app: Flask) -> None:
    """With a broker the workers are told of new jobs; without one they look for themselves."""
    if not app.config["BROKER_URL"]:
        return
    celery = Celery("verso", broker=app.config["BROKER_URL"])
    celery.conf.update(
        broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 2},
        task_publish_retry_policy={"max_retries": 0},
        broker_connection_timeout=2,
    )

    def ring() -> None:
        try:
            celery.send_task(_RING, ignore_result=True, retry=False, expires=5)
        except Exception as error:  # the broker is only a bell: the sweep finds the job
            log.warning("the broker did not take the bell: %s", error)

    app.extensions["doorbell"] = ring


class Pump(threading.Thread):
    """Claim due jobs, as many as there are free slots, and keep the leases of those that run."""

    def __init__(self, app: Flask, submit: Callable[..., Any], bell: threading.Event) -> None:
        super().__init__(name="pump", daemon=True)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._app, self._submit, self._bell = app, submit, bell
        self._stopping = threading.Event()
        self._mutex = threading.Lock()
        self._in_hand: set[int] = set()

    def stop(self) -> None:
        """Claim no more, and wait for what runs (20 seconds at most)."""
        self._stopping.set()
        self._bell.set()
        deadline = time.monotonic() + 20
        while self._in_hand and time.monotonic() < deadline:
            time.sleep(0.05)
        self.join(timeout=5)

    def run(self) -> None:
        with self._app.app_context():
            wait = _waiter(self._app, self._bell)
            renewed = 0.0
            while not self._stopping.is_set():
                try:
                    if time.monotonic() - renewed > _RENEW_EVERY:
                        self._renew()
                        renewed = time.monotonic()
                    if not self._claim_some():
                        wait()
                except Exception:
                    # The database may be away for a while: the pump outlives that.
                    log.exception("the pump stumbled")
                    close_session()
                    time.sleep(1)

    def _claim_some(self) -> bool:
        free = SLOTS - len(self._in_hand)
        if free <= 0:
            return False
        held = holding.held_kinds()
        if not _something_is_due(held):
            return False
        with unit_of_work():
            taken = claiming.claim(owner=self.owner, limit=free, but=held)
        with self._mutex:
            self._in_hand.update(taken)
        for job_id in taken:
            self._submit(self._work, (job_id,), callback=_nothing_more)
        return bool(taken)

    def _work(self, job_id: int) -> None:
        try:
            with self._app.app_context():
                outbox.run(job_id, owner=self.owner)
        except Exception:
            log.exception("job %s could not be run", job_id)
        finally:
            with self._mutex:
                self._in_hand.discard(job_id)
            self._bell.set()

    def _renew(self) -> None:
        with self._mutex:
            in_hand = sorted(self._in_hand)
        with unit_of_work():
            if in_hand:
                claiming.extend_leases(in_hand, owner=self.owner)
            beat("worker")


def _nothing_more(_result: object) -> None:
    """Celery's pool reports each end to somebody; the job table knows it already."""


def _something_is_due(held: Sequence[str]) -> bool:
    # A look needs no gate; claiming does.
    now = clock.now()
    due = exists().where(
        or_(
            (Job.state == JobState.READY) & (Job.run_at <= now),
            (Job.state == JobState.RUN) & (Job.lease_until < now),
        )
    )
    if held:
        due = due.where(Job.kind.not_in(held))
    found = session.scalar(select(due))
    close_session()
    return bool(found)


def _waiter(app: Flask, bell: threading.Event) -> Callable[[], None]:
    if database().dialect == "postgresql":
        return _wait_on_postgres(bell)
    return _wait_on_sqlite(bell)


def _wait_on_sqlite(bell: threading.Event) -> Callable[[], None]:
    # The counter of one connection moves when any other connection, of any process, commits.
    connection = database().read_engine.raw_connection()
    seen = [0]

    def wait() -> None:
        deadline = time.monotonic() + _SWEEP_EVERY
        while time.monotonic() < deadline:
            version = connection.cursor().execute("PRAGMA data_version").fetchone()[0]
            if version != seen[0]:
                seen[0] = version
                break
            if bell.wait(_LOOK_EVERY):
                break
        bell.clear()

    return wait


def _wait_on_postgres(bell: threading.Event) -> Callable[[], None]:
    held: list[Any] = []

    def listen() -> Any:
        pooled = database().engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        driver.autocommit = True
        driver.execute("LISTEN verso_jobs")
        return driver

    def wait() -> None:
        if not held or held[0].closed:
            held[:] = [listen()]
        deadline = time.monotonic() + _SWEEP_EVERY
        while time.monotonic() < deadline and not bell.is_set():
            ready, _out, _odd = readiness.select([held[0].fileno()], [], [], 0.1)
            if ready and list(held[0].notifies(timeout=0)):
                break
        bell.clear()

    return wait
