"""What Prometheus is told: the figures of this house, for who may ask."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.pool import QueuePool

from app import clock, holding, metrics, outbox
from app.access import public
from app.backups import nightly
from app.db import database, session
from app.i18n import lazy
from app.metrics import Family
from app.models import Audit, AuditLink, Heartbeat, Job, JobState
from app.module import Module

blueprint = Blueprint("monitoring", __name__)

_OF_PROXIES = ("forwarded", "via", "x-real-ip", "x-client-ip", "x-original-for")


@blueprint.get("/metrics")
@public
def show() -> ResponseReturnValue:
    """Tell a scraper that shows VERSO_METRICS_TOKEN, or who asks from this machine itself."""
    if not _may_ask():
        abort(404)  # nobody is told that there is something
    return Response(
        metrics.exposition(figures()), mimetype="text/plain; version=0.0.4; charset=utf-8"
    )


def _may_ask() -> bool:
    token = str(current_app.config["METRICS_TOKEN"])
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    # Behind a proxy on this machine everybody comes from here: then only a token tells who asks.
    if current_app.config["PROFILE"] == "production" or _is_passed_on():
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_passed_on() -> bool:
    """Test whether the request says that somebody passed it on for another."""
    return any(
        name.lower() in _OF_PROXIES or name.lower().startswith("x-forwarded-")
        for name in request.headers.keys()  # noqa: SIM118 - they are pairs otherwise
    )


def figures() -> Iterator[Family]:
    """Yield what is so now; each question reads a few rows of an index."""
    yield from _jobs()
    yield from _processes()
    yield from _safety()
    parts: list[Module] = current_app.extensions["parts"]
    for part in parts:
        if part.metrics:
            yield from part.metrics()


def _jobs() -> Iterator[Family]:
    counts = outbox.count_waiting()
    yield Family(
        name="verso_jobs",
        help="Jobs that are not over, and the dead ones.",
        labels=("state",),
        rows={
            (state.value,): counts.get(state, 0)
            for state in (JobState.READY, JobState.RUN, JobState.DEAD)
        },
    )
    now, held = clock.now(), holding.held_kinds()
    due = select(func.min(Job.run_at)).where(Job.state == JobState.READY, Job.run_at <= now)
    oldest = session.scalar(due.where(Job.kind.not_in(held)) if held else due)
    yield Family(
        name="verso_outbox_lag_seconds",
        help="For how long the oldest due job waits.",
        rows={(): _age(oldest)},
    )
    yield Family(
        name="verso_outbox_held",
        help="1 while what goes out is on hold after a restore.",
        rows={(): 1 if held else 0},
    )


def _processes() -> Iterator[Family]:
    seen = session.execute(select(Heartbeat.name, Heartbeat.seen_at)).all()
    yield Family(
        name="verso_seen_seconds",
        help="Since when worker and scheduler were not seen.",
        labels=("process",),
        rows={(row.name,): _age(row.seen_at) for row in seen},
    )
    pool = database().engine.pool
    if isinstance(pool, QueuePool):
        yield Family(
            name="verso_db_connections",
            help="Connections of this process to the database.",
            labels=("state",),
            rows={("in_use",): pool.checkedout(), ("idle",): pool.checkedin()},
        )
        yield Family(
            name="verso_db_connections_most",
            help="How many connections this process may have.",
            rows={(): pool.size()},
        )


def _safety() -> Iterator[Family]:
    last = nightly.get_last()
    # Without any the age is that of a shop that never had one: no alert can overlook it.
    age = _age(last.made_at) if last else timedelta(days=3650).total_seconds()
    yield Family(
        name="verso_backup_age_seconds", help="Age of the youngest backup.", rows={(): age}
    )
    yield Family(
        name="verso_backup_bytes",
        help="Size of the youngest backup.",
        rows={(): last.bytes if last else 0},
    )
    linked = select(func.coalesce(func.max(AuditLink.audit_id), 0)).scalar_subquery()
    oldest = session.scalar(select(func.min(Audit.at)).where(Audit.id > linked))
    yield Family(
        name="verso_audit_unlinked_seconds",
        help="Age of the oldest row of the audit trail that is in no chain yet.",
        rows={(): _age(oldest)},
    )


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (clock.now() - moment).total_seconds())


monitoring = Module(name="monitoring", title=lazy("Monitoring"), blueprint=blueprint)
