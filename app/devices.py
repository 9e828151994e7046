"""Browsers that an account knows, by a random mark in a cookie of their own."""

import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from sqlalchemy import delete, select

from app import clock
from app.accounts import digest
from app.db import session
from app.door_models import KnownDevice
from app.models import Account

KEPT_FOR = timedelta(days=180)


def cookie_named(name: str) -> str:
    """Return what a cookie of ours is called here: over https it is bound to this very host."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def give_cookie(response: Response, name: str, value: str, kept_for: timedelta) -> None:
    """Let the browser keep something that no script can read."""
    response.set_cookie(
        cookie_named(name),
        value,
        max_age=int(kept_for.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def known_mark(email: str) -> str | None:
    """Return the hash of this browser's mark, if the account signed in here before; else None."""
    given = request.cookies.get(cookie_named("device"), "")
    if not given:
        return None
    return session.scalar(
        select(KnownDevice.token_hash)
        .join(Account, Account.id == KnownDevice.account_id)
        .where(
            KnownDevice.token_hash == digest(given),
            Account.email == email.strip().lower(),
            KnownDevice.last_used_at > clock.now() - KEPT_FOR,
        )
    )


def remember(account_id: int) -> None:
    """Let the account know this browser; one that several people share is known by each of them."""
    mark = request.cookies.get(cookie_named("device"), "")
    if not 40 <= len(mark) <= 60:
        mark = secrets.token_urlsafe(32)
    session.merge(
        KnownDevice(token_hash=digest(mark), account_id=account_id, last_used_at=clock.now())
    )

    @after_this_request
    def _give(response: Response) -> Response:
        give_cookie(response, "device", mark, KEPT_FOR)
        return response


def forget(account_id: int) -> None:
    """Know none of an account's browsers any more, as after a new password."""
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))
