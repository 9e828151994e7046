"""
The hold on what goes out: after a restore nothing is told to a partner until a person says so.

An older state of the shop believes that it has yet to send what was sent since. Everything else
goes on meanwhile; what waits is done in its order once the hold is released.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select

from app import audit
from app.db import session
from app.errors import RuleViolation
from app.i18n import _
from app.models import Job, JobState, Setting
from app.reference import Reference

KEY = "outbox.hold"
_WAITING = (JobState.READY, JobState.RUN)


def outgoing() -> frozenset[str]:
    """Return the kinds of jobs that tell partners something that cannot be taken back."""
    found: frozenset[str] = current_app.extensions["outgoing"]
    return found


def current_hold() -> Mapping[str, Any] | None:
    """Return what is known of the hold (`since`, `made_at`: the age of the state); None: none."""
    return session.scalar(select(Setting.value).where(Setting.key == KEY))


def held_kinds() -> tuple[str, ...]:
    """Return the kinds of jobs that no worker may take now."""
    return tuple(sorted(outgoing())) if current_hold() is not None else ()


def count_held() -> dict[str, int]:
    """Return how many jobs of each kind wait behind the hold."""
    found = (
        select(Job.kind, func.count())
        .where(Job.kind.in_(outgoing()), Job.state.in_(_WAITING))
        .group_by(Job.kind)
        .order_by(Job.kind)
    )
    return {str(kind): int(count) for kind, count in session.execute(found)}


def release() -> None:
    """
    Let what goes out go out again.

    :raises RuleViolation: nothing is held
    """
    gone = session.execute(delete(Setting).where(Setting.key == KEY).returning(Setting.value))
    held = gone.scalar()
    if held is None:
        raise RuleViolation(_("Nothing is on hold."))
    audit.record_change(Reference("house", 0), "released what goes out", new=dict(held))
