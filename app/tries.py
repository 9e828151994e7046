"""
Failed tries at the door: written down, and each next one has to wait longer.

Nobody is ever locked out. Strangers share their own counts (of a name from an address, of a name
from everywhere, of an address), and none of these touches a browser in which the person had
signed in before: that one counts only its own tries. So who guesses at somebody's password makes
himself wait, and not the person at the till.

A try is counted before it is judged, and given back if it was right: of a burst of guesses in one
instant no more are judged than of the same guesses one after the other.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select

from app import clock
from app.db import database, session, transact
from app.errors import RuleViolation
from app.i18n import _
from app.models import SignInAttempt

_WINDOW = timedelta(minutes=15)
_LONGEST = 900  # seconds
_FREE = 5
# A code has only a million values: all strangers together get few tries at it.
_FREE_OF_NAME = {"password": 20, "code": 10, "gift_card": 10}
_FREE_OF_ADDRESS = 50


class TooManyTries(RuleViolation):
    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, round(wait.total_seconds() / 60))
        super().__init__(
            _("Too many failed tries. Wait %(minutes)s min and try again.", minutes=minutes)
        )


@contextmanager
def one_try(
    *,
    wrong: type[RuleViolation],
    email: str,
    ip: str,
    device: str | None = None,
    step: str = "password",
) -> Iterator[None]:
    """
    Let one try be judged inside, outside of any unit of work; a `wrong` one stays counted.

    `device` is the mark of a browser that the account knows.

    :raises TooManyTries: there were too many of late
    """
    name = email.strip().lower()[:254]
    kept = transact(lambda: _take(name, ip, device, step))
    try:
        yield
    except wrong:
        raise
    except RuleViolation:
        _give_back(kept)  # refused for another reason: that was no guess
        raise
    _give_back(kept)


def _take(name: str, ip: str, device: str | None, step: str) -> int:
    _take_turns(f"{step}:{name}", ip)
    refuse_too_many(email=name, ip=ip, device=device, step=step)
    session.add(made := SignInAttempt(email=name, ip=ip, device=device, step=step))
    session.flush()
    return made.id


def _take_turns(*keys: str) -> None:
    """Let nobody else count the same tries until the commit; on SQLite there is one writer."""
    if database().dialect != "postgresql":
        return
    for key in keys:
        number = int.from_bytes(hashlib.sha256(f"tries:{key}".encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _give_back(kept: int) -> None:
    transact(lambda: session.execute(delete(SignInAttempt).where(SignInAttempt.id == kept)))


def refuse_too_many(
    *, email: str, ip: str, device: str | None = None, step: str = "password"
) -> None:
    """
    Let a try be made.

    :raises TooManyTries: there were too many of late
    """
    of_name = SignInAttempt.email == email, SignInAttempt.step == step
    if device is not None:
        _refuse(_FREE, *of_name, SignInAttempt.device == device)
        return
    strange = SignInAttempt.device.is_(None)
    _refuse(_FREE, *of_name, strange, SignInAttempt.ip == ip)
    _refuse(_FREE_OF_NAME[step], *of_name, strange)
    _refuse(_FREE_OF_ADDRESS, strange, SignInAttempt.ip == ip)


def refuse_guessing(*, who: str, step: str, free: int) -> None:
    """
    Let somebody look for what is not secret enough for one try at a time, such as a coupon.

    :raises TooManyTries: he was wrong more than `free` times of late
    """
    _refuse(free, SignInAttempt.email == who, SignInAttempt.step == step)


def note_wrong(*, who: str, step: str) -> None:
    """Write down that somebody was wrong; in a unit of work of its own, that nothing takes back."""
    session.add(SignInAttempt(email=who, ip=who, step=step))


def _refuse(free: int, *which: ColumnElement[bool]) -> None:
    now = clock.now()
    count, last = session.execute(
        select(func.count(), func.max(SignInAttempt.failed_at)).where(
            *which, SignInAttempt.failed_at > now - _WINDOW
        )
    ).one()
    if count < free:
        return
    wait = timedelta(seconds=min(15 * 2 ** min(count - free, 10), _LONGEST))
    left = last + wait - now
    if left > timedelta(0):
        raise TooManyTries(left)
