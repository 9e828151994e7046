"""How a failure is told: as a problem to programs, as a page that says what to do to people."""

import logging
from collections.abc import Sequence
from typing import Any

from apiflask import HTTPError
from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from app import kept_forms
from app.api import BASE, KeyMismatch, PreconditionMissing, problem
from app.db import LostRace, is_busy
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation, StaleEdit
from app.gate import GateBusy
from app.i18n import _, lazy
from app.logs import tell_of_door
from app.pages import reader
from app.roles import GROUND
from app.tokens import Unauthorized
from app.web import go_to

log = logging.getLogger(__name__)

_STATUS: Sequence[tuple[type[Exception], int]] = (
    (InvalidInput, 422),
    (KeyMismatch, 422),
    (PreconditionMissing, 428),
    (StaleEdit, 412),
    (RuleViolation, 409),
)


_MOST_ERRORS = 50
"""A body with more faults is told of so many: its sender mends them and asks again."""


def codes_of_conflict() -> list[str]:
    """Return the words that a 409 may carry: those of all rules that say no to a sound request."""
    waiting, codes = [RuleViolation], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if _status_of(kind) == 409:
            codes.add(kind.code)
    return sorted(codes)


def _status_of(kind: type[RuleViolation]) -> int:
    return next(status for known, status in _STATUS if issubclass(kind, known))


def init_app(app: Flask) -> None:
    app.register_error_handler(RuleViolation, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(Unauthorized, _unauthorized)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(LostRace, lambda _error: _refused(GateBusy()))
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPError, _misshapen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def explain(
    status: int, title: str, detail: str, *, code: str, errors: Sequence[Any] = ()
) -> ResponseReturnValue:
    """Return the failure in the shape that this caller reads."""
    if request.path.startswith(BASE + "/"):
        return problem(status, title, code=code, detail=detail, errors=errors)
    page = render_template(
        "error.html", status=status, title=title, detail=detail, request_id=g.get("request_id", "")
    )
    return page, status


def _refused(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, RuleViolation)
    status = _status_of(type(error))
    if status == 412 and not request.path.startswith(BASE + "/"):
        status = 409
    answer = explain(status, _("Not done"), str(error), code=error.code, errors=error.details)
    if isinstance(error, GateBusy):
        return _with_header(answer, "Retry-After", "1")
    return answer


def _not_found(error: Exception) -> ResponseReturnValue:
    return explain(404, _("Not found"), str(error), code="not_found")


def _not_allowed(error: Exception) -> ResponseReturnValue:
    tell_of_door("denied", needed=str(error)[:80], path=request.path[:200], actor=str(reader()))
    if request.path.startswith(BASE + "/"):
        # A program has no manager to ask: it is told which word its token lacks.
        detail = _("The token lacks the scope %(scope)s.", scope=str(error))
        row = {"pointer": "", "code": "scope_missing", "message": detail, "scope": str(error)}
        return explain(403, _("Not allowed"), detail, code="not_allowed", errors=[row])
    known = (*GROUND, *current_app.extensions["permissions"])
    titles = {one.code: one.title for one in known}
    what = str(titles.get(str(error), error))
    detail = _("Your role does not include this (%(what)s). Ask your manager.", what=what)
    return explain(403, _("Not allowed"), detail, code="not_allowed")


def _unauthorized(_error: Exception) -> ResponseReturnValue:
    answer = explain(
        401, _("Sign in first"), _("Send a valid token: Authorization: Bearer …"), code="no_token"
    )
    return _with_header(answer, "WWW-Authenticate", "Bearer")


def _stale(_error: Exception) -> ResponseReturnValue:
    api = request.path.startswith(BASE + "/")
    detail = _("Somebody else changed this record. Open it again and repeat your change.")
    return explain(412 if api else 409, _("Changed meanwhile"), detail, code="stale")


def _database(error: Exception) -> ResponseReturnValue:
    """Tell a row that somebody else held for too long from a fault of ours."""
    assert isinstance(error, DBAPIError)
    return _refused(GateBusy()) if is_busy(error) else _broken(error)


def _form_expired(_error: Exception) -> ResponseReturnValue:
    if request.endpoint == "ground.enter":
        # Another tab has signed in or out meanwhile: the door itself knows what is to be done.
        return go_to(url_for("ground.sign_in", next=request.form.get("next") or None))
    own = current_user.account.id if current_user.is_authenticated else None
    if (
        own is not None
        and kept_forms.is_sent_by_hand()
        and kept_forms.owner_of_form() == own
        and kept_forms.keep(own, kept_forms.ENDED)
    ):
        # It was drawn for an earlier session of the same person: to be looked at and sent again.
        return go_to(url_for("door.kept_form"))
    detail = _(
        "This form is too old or was not sent from our page. Go back, reload and send again."
    )
    return explain(400, _("Not sent"), detail, code="csrf")


_TITLES = {
    400: "Not understood",
    401: "Sign in first",
    404: "Not found",
    405: "Not possible here",
    413: "Too large",
    415: "Another format is needed",
    429: "Too many requests",
}
# What a person reads instead of the terse words of the protocol.
_FOR_PEOPLE = {
    400: (lazy("Not understood"), lazy("The address or the form holds something we cannot read.")),
    401: (lazy("Sign in first"), lazy("Your session has ended. Sign in and send it again.")),
    404: (lazy("Not found"), lazy("There is no such page.")),
    405: (lazy("Not possible here"), lazy("This address does not take what was sent to it.")),
    413: (lazy("Too large"), lazy("The file or form is too large. Send a smaller one.")),
    415: (lazy("Another format is needed"), lazy("This address takes another kind of file.")),
    429: (lazy("Too many requests"), lazy("Wait a moment and try again.")),
}


def _http(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.response  # a redirect of the router
    if 300 <= status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # A foreign Host header: no address of ours may be built from it, so no page either.
        return Response(f"{error.description}\n", status=400, mimetype="text/plain")
    title = _TITLES.get(status, error.name)
    code = title.lower().replace(" ", "_")
    if request.path.startswith(BASE + "/") or status not in _FOR_PEOPLE:
        answer = explain(status, title, error.description or title, code=code)
    else:
        title, detail = (str(text) for text in _FOR_PEOPLE[status])
        answer = explain(status, title, detail, code=code)
    kept = error.get_response()
    for name in ("Allow", "Retry-After"):
        if name in kept.headers:
            answer = _with_header(answer, name, kept.headers[name])
    return answer


def _misshapen(error: Exception) -> ResponseReturnValue:
    """Point at each field of a body or a query that does not have its shape."""
    assert isinstance(error, HTTPError)
    cause = error.__cause__
    found = cause.errors() if isinstance(cause, ValidationError) else []
    errors = [
        {
            "pointer": "".join(f"/{step}" for step in one["loc"]),
            "code": "invalid",
            "message": one["msg"],
        }
        for one in found[:_MOST_ERRORS]
    ]
    detail = " ".join(f"{one['pointer']}: {one['message']}." for one in errors)
    title = _TITLES.get(error.status_code, error.message or _("Not done"))
    code = "invalid" if error.status_code == 422 else title.lower().replace(" ", "_")
    return explain(error.status_code, title, detail or title, code=code, errors=errors)


def _broken(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected failure", exc_info=error)
    detail = _("Something is broken on our side. Nothing was changed; it has been written down.")
    return explain(500, _("Broken"), detail, code="broken")


def _with_header(answer: ResponseReturnValue, name: str, value: str) -> ResponseReturnValue:
    from flask import make_response

    response: Response = make_response(answer)
    response.headers[name] = value
    return response
