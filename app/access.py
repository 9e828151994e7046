"""Who may enter which route. Every route says so; one that does not keeps the house closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import kept_forms
from app.actor import current_actor
from app.errors import NotAllowed, NotFound
from app.i18n import _
from app.web import go_to

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    kind: str  # "public", "person" (any that is signed in), "permission", "scope", "token" (any)
    needed: str = ""
    everywhere: bool = False
    """It is of the whole house: who holds the permission in one store alone is refused."""


def public(view: View) -> View:
    """Let everybody in."""
    return _declare(view, Access("public"))


def signed_in(view: View) -> View:
    """Let in any person who is signed in."""
    return _declare(view, Access("person"))


def requires(permission: str, *, everywhere: bool = False) -> Callable[[View], View]:
    """
    Let in people who hold the permission in at least one store; the object is checked later.

    What belongs to no store asks for it in all of them (`everywhere`).
    """
    return lambda view: _declare(view, Access("permission", permission, everywhere))


def scope(needed: str) -> Callable[[View], View]:
    """Let in programs whose token carries the scope, such as `orders:write`."""
    return lambda view: _declare(view, Access("scope", needed))


def any_token(view: View) -> View:
    """Let in every program with a valid token, whatever its scopes."""
    return _declare(view, Access("token"))


def fresh(view: View) -> View:
    """Let in only who typed the password or a code in the last ten minutes; others are asked."""
    view.fresh = True  # type: ignore[attr-defined]
    return view


def check_store(permission: str, store_id: int) -> None:
    """
    Make sure that the caller may do this in this store.

    :raises NotFound: the store is none of the caller's (not told apart from "no such thing")
    """
    actor = current_actor()
    stores = actor.stores(permission)
    if stores is not None and store_id not in stores:
        raise NotFound(_("There is no such record here."))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions[endpoint], "access", None)


def assert_all_declared(app: Flask) -> None:
    silent = [name for name in app.view_functions if declared(app, name) is None]
    assert not silent, f"routes that do not say who may enter: {silent}"


def init_app(app: Flask) -> None:
    app.before_request(_enforce)


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # a 404 or 405, answered as such
    access = declared(current_app, request.endpoint)
    assert access is not None
    if access.kind == "public":
        return None
    if access.kind in ("scope", "token"):
        from app import tokens

        tokens.authenticate(access.needed)
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    g.actor = current_user.actor
    if access.kind == "permission" and not g.actor.may(access.needed):
        raise NotAllowed(access.needed)
    if access.everywhere and g.actor.stores(access.needed) is not None:
        raise NotAllowed(access.needed)
    return None


def _page_of_fragment() -> str | None:
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    return page.path + (f"?{page.query}" if page.query else "") or None


def _to_sign_in() -> ResponseReturnValue:
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.method == "POST" and kept_forms.is_sent_by_hand():
        owner = kept_forms.owner_of_form()
        if owner is not None and kept_forms.keep(owner, kept_forms.ENDED):
            # What was typed in the session that has ended waits for the same person.
            return go_to(url_for("ground.sign_in", next=url_for("door.kept_form"), kept=1))
        if owner is not None:
            page = kept_forms.page_it_stood_on() or None
            return go_to(url_for("ground.sign_in", next=page, ended=1))
    if "HX-Request" in request.headers:
        # A fragment must not be filled with the sign-in page: the whole browser goes there,
        # and comes back to the page it stood on.
        door = url_for("ground.sign_in", next=_page_of_fragment(), ended=1)
        return "", 401, {"HX-Redirect": door}
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return redirect(url_for("ground.sign_in", next=back))
