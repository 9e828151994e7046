"""Browsers that are signed in: opened, used, listed, and ended at once."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from app import clock
from app.accounts import digest
from app.db import session
from app.door_models import PendingSignIn
from app.errors import NotFound
from app.i18n import _
from app.models import Account, UserSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SECOND_STEP = timedelta(minutes=10)


def _alive() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return UserSession.created_at > now - ABSOLUTE, UserSession.last_seen_at > now - IDLE


def open_session(account_id: int, *, ip: str, agent: str, with_factor: bool = False) -> str:
    """Open a session and return the secret for the cookie; only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=digest(secret),
            account_id=account_id,
            ip=ip,
            agent=agent[:200],
            mfa_at=clock.now() if with_factor else None,
        )
    )
    session.execute(
        delete(UserSession).where(
            or_(
                UserSession.created_at < clock.now() - ABSOLUTE,
                UserSession.last_seen_at < clock.now() - IDLE,
            )
        )
    )
    return secret


def close_session(secret: str) -> None:
    session.execute(delete(UserSession).where(UserSession.token_hash == digest(secret)))


def close_sessions_of(account_id: int, *, but: int | None = None) -> int:
    """Sign an account out everywhere, `but` in one session; return from how many browsers."""
    close_pending(account_id)
    ended = delete(UserSession).where(UserSession.account_id == account_id)
    if but is not None:
        ended = ended.where(UserSession.id != but)
    return len(session.execute(ended.returning(UserSession.id)).all())


def touch_session(session_id: int) -> None:
    session.execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now())
    )


def confirm_session(session_id: int, *, with_factor: bool = False) -> None:
    """Keep that the person has just proved again to be there."""
    values = {"confirmed_at": clock.now()} | ({"mfa_at": clock.now()} if with_factor else {})
    session.execute(update(UserSession).where(UserSession.id == session_id).values(values))


def open_pending(account_id: int) -> str:
    """Keep a right password until its second step, and return the only key to that."""
    close_pending(account_id)
    secret = secrets.token_urlsafe(32)
    session.add(PendingSignIn(token_hash=digest(secret), account_id=account_id))
    return secret


def find_pending(secret: str) -> Account | None:
    """Return whose second step a key opens, while there is time for it."""
    return session.scalar(
        select(Account)
        .join(PendingSignIn, PendingSignIn.account_id == Account.id)
        .where(
            PendingSignIn.token_hash == digest(secret),
            PendingSignIn.begun_at > clock.now() - SECOND_STEP,
            Account.disabled_at.is_(None),
        )
    )


def close_pending(account_id: int) -> None:
    session.execute(delete(PendingSignIn).where(PendingSignIn.account_id == account_id))


def find_session(secret: str) -> tuple[UserSession, Account] | None:
    """Return the living session that a cookie's secret opens, with its account."""
    found = session.execute(
        select(UserSession, Account)
        .join(Account, Account.id == UserSession.account_id)
        .where(UserSession.token_hash == digest(secret), *_alive(), Account.disabled_at.is_(None))
    ).first()
    return (found[0], found[1]) if found else None


def list_sessions(account_id: int) -> Sequence[UserSession]:
    """Return the browsers in which an account is signed in, the one used last first."""
    found = select(UserSession).where(UserSession.account_id == account_id, *_alive())
    return session.scalars(found.order_by(UserSession.last_seen_at.desc(), UserSession.id)).all()


def end_session(*, account_id: int, session_id: int) -> None:
    """
    Sign an account out of one browser; its next click leads to the sign-in page.

    :raises NotFound: there is no such session of theirs
    """
    ended = session.execute(
        delete(UserSession)
        .where(UserSession.id == session_id, UserSession.account_id == account_id)
        .returning(UserSession.id)
    ).first()
    if ended is None:
        raise NotFound(_("There is no such session: it may have ended by itself."))
