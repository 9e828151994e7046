"""Flask-Login over sessions that live in the database, so that a copied cookie dies at sign-out."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask, Response, g, request, url_for
from flask import session as cookie
from flask_login import LoginManager, current_user, login_user, logout_user

from app import accounts, clock, devices, factors, sessions, tokens
from app.actor import Actor, acting_as
from app.db import unit_of_work
from app.i18n import _, ngettext
from app.logs import tell_of_door
from app.look import toast
from app.models import Account, UserSession
from app.web import safe_return

_WRITE_DOWN_AFTER = timedelta(minutes=1)
FRESH_FOR = timedelta(minutes=10)


@dataclass
class SignedIn:
    """A person at a browser; `get_id` is the session's secret, not the account's key."""

    secret: str
    seen: UserSession
    account: Account

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.secret

    @cached_property
    def actor(self) -> Actor:
        return accounts.actor_of(self.account)

    @property
    def is_fresh(self) -> bool:
        """Test whether the person proved a moment ago to be there, and may do dangerous things."""
        confirmed = self.seen.confirmed_at
        return confirmed is not None and clock.now() - confirmed < FRESH_FOR


def begin(account: Account, back: str) -> str:
    """
    Go on after a right password; return the address of what comes next.

    Whoever has a second factor, or may not be without one, is not signed in yet: the browser
    holds a key to the second step, which opens nothing else.
    """
    is_on = factors.is_on(account.id)
    if not is_on and not factors.is_required(account.id):
        enter(account)
        return safe_return(back, url_for("ground.home"))
    cookie.clear()
    with unit_of_work():
        secret = sessions.open_pending(account.id)
        if not is_on:
            factors.begin(account_id=account.id)
    cookie["pending"] = secret
    tell_of_door("password right", account=account.id, email=account.email)
    return url_for("door.code" if is_on else "door.set_up", next=back or None)


def waiting() -> Account | None:
    """Return who gave the right password in this browser and is to show a code now."""
    secret = cookie.get("pending")
    return sessions.find_pending(secret) if isinstance(secret, str) else None


def enter(account: Account, *, with_factor: bool = False) -> None:
    """Sign a person in. Nothing that the browser held before comes along."""
    cookie.clear()
    with unit_of_work(), acting_as(accounts.actor_of(account)):
        sessions.close_pending(account.id)
        devices.remember(account.id)
        taken_by = factors.take_news(account.id)
        secret = sessions.open_session(
            account.id,
            ip=request.remote_addr or "",
            agent=request.user_agent.string,
            with_factor=with_factor,
        )
    # Each form that is drawn for this session says whose it is, in a way that nobody can forge.
    cookie["csrf_token"] = f"{account.id}-{secrets.token_hex(20)}"
    found = _load(secret)
    assert found is not None
    login_user(found)
    tell_of_door("signed in", account=account.id, email=account.email, with_factor=with_factor)
    if taken_by is not None:
        toast(
            _(
                "%(name)s took your second factor off. Set it up again in your profile.",
                name=taken_by,
            )
        )


def tell_codes_left(account_id: int) -> None:
    """Say after a recovery code was used how many there are still."""
    left = factors.codes_left(account_id)
    toast(
        ngettext(
            "That recovery code is used up. %(num)s is left.",
            "That recovery code is used up. %(num)s are left.",
            left,
        )
    )


def leave() -> None:
    """End the session of this browser; its cookie opens nothing any more, copies included."""
    secret = current_user.get_id()
    tell_of_door("signed out", account=current_user.account.id)
    with unit_of_work():
        sessions.close_session(secret)
    logout_user()
    cookie.clear()


def _load(secret: str) -> SignedIn | None:
    found = sessions.find_session(secret)
    if found is None:
        return None
    seen, account = found
    if seen.mfa_at is None and factors.is_required(account.id):
        # The role or the profile came after the session: it is begun again, with a code.
        return None
    if account.language:
        g.language = account.language
    return SignedIn(secret=secret, seen=seen, account=account)


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the row in the database is the protection
    manager.user_loader(_load)
    # It looks into the cookie at every answer for a "remember me" that we do not have, and each
    # static file would differ by cookie to every cache.
    app.after_request_funcs[None].remove(manager._update_remember_cookie)

    @app.after_request
    def _write_down_use(response: Response) -> Response:
        # After the answer is made and at most once a minute: a read takes no gate.
        user = g.get("_login_user")
        if request.endpoint == "ground.jobs_ring":
            return response  # the page asks by itself: that is no sign of a person at the desk
        if isinstance(user, SignedIn) and clock.now() - user.seen.last_seen_at > _WRITE_DOWN_AFTER:
            with unit_of_work():
                sessions.touch_session(user.seen.id)
        token = g.get("token")
        if token is not None and tokens.note_use(token.id, token.last_used_at):
            with unit_of_work():
                tokens.mark_used(token.id)
        return response
