"""Signs of life of the processes that have no address: /readyz asks when they were last seen."""

from datetime import timedelta

from sqlalchemy import bindparam, select, text

from app import clock
from app.db import UTCDateTime, session
from app.models import Heartbeat

SEEN_WITHIN = timedelta(seconds=30)
_BEAT = text(
    "INSERT INTO heartbeat (name, seen_at) VALUES (:name, :seen_at) "
    "ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"
).bindparams(bindparam("seen_at", type_=UTCDateTime()))


def beat(name: str) -> None:
    """Write down that somebody of this name is at work now."""
    session.execute(_BEAT, {"name": name, "seen_at": clock.now()})


def seen_lately(name: str) -> bool:
    """Test whether somebody of this name was at work within half a minute."""
    seen_at = session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == name))
    return seen_at is not None and clock.now() - seen_at <= SEEN_WITHIN
