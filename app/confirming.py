"""Dangerous acts: whoever does one has proved within ten minutes to be the person at the desk."""

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import kept_forms
from app.web import go_to


def init_app(app: Flask) -> None:
    """Ask before the view is reached; after the form's mark was checked, so that it is ours."""
    app.before_request(_ask_again)


def _ask_again() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "fresh", False):
        return None
    if not current_user.is_authenticated or current_user.is_fresh:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("door.confirm", next=request.full_path.rstrip("?")))
    kept_forms.keep(current_user.account.id, kept_forms.CONFIRM)
    return go_to(url_for("door.confirm"))
