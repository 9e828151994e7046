"""
Failed tries at the door: written down, and each next one has to wait longer.

Nobody is ever locked out. Strangers share their own counts (of a name from an address, of a name
from everywhere, of an address), and none of these touches a browser in which the person had
signed in before: that one counts only its own tries. So who guesses at somebody's password makes
himself wait, and not the person at the till.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from app import clock
from app.db import session
from app.errors import RuleViolation
from app.i18n import _
from app.models import SignInAttempt

_WINDOW = timedelta(minutes=15)
_LONGEST = 900  # seconds
_FREE = 5
# A code has only a million values: all strangers together get few tries at it.
_FREE_OF_NAME = {"password": 20, "code": 10}
_FREE_OF_ADDRESS = 50


class TooManyTries(RuleViolation):
    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, round(wait.total_seconds() / 60))
        super().__init__(
            _("Too many failed tries. Wait %(minutes)s min and try again.", minutes=minutes)
        )


def note(*, email: str, ip: str, device: str | None = None, step: str = "password") -> None:
    """Keep a failed try; `device` is the mark of a browser that the account knows."""
    name = email.strip().lower()[:254]
    session.add(SignInAttempt(email=name, ip=ip, device=device, step=step))


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
