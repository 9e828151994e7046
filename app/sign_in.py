"""Flask-Login over sessions that live in the database, so that a copied cookie dies at sign-out."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask, Response, g, request
from flask import session as cookie
from flask_login import LoginManager, current_user, login_user, logout_user

from app import accounts, clock, sessions, tokens
from app.actor import Actor
from app.db import unit_of_work
from app.models import Account, UserSession

_WRITE_DOWN_AFTER = timedelta(minutes=1)


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


def enter(account: Account) -> None:
    """Sign a person in. Nothing that the browser held before comes along."""
    cookie.clear()
    with unit_of_work():
        secret = sessions.open_session(
            account.id, ip=request.remote_addr or "", agent=request.user_agent.string
        )
    found = _load(secret)
    assert found is not None
    login_user(found)


def leave() -> None:
    """End the session of this browser; its cookie opens nothing any more, copies included."""
    secret = current_user.get_id()
    with unit_of_work():
        sessions.close_session(secret)
    logout_user()
    cookie.clear()


def _load(secret: str) -> SignedIn | None:
    found = sessions.find_session(secret)
    if found is None:
        return None
    seen, account = found
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
