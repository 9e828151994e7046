"""A browser of the tests: each page that it is shown is checked, each answer is a declared one."""

import contextvars
import re
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.bodies import BASE
from tests import pages


class CheckedClient(FlaskClient):
    """A browser of one person, whose every page is checked."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A context of its own, as each request has in a running shop: nothing of the test's
        # `g` (its session, its actor) reaches the request, nor one request's the next.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        _assert_declared(self.application, response)
        if response.mimetype == "text/html" and response.status_code != 304:
            wrong = pages.faults_of(response.get_data(as_text=True))
            assert not wrong, f"{response.request.path}: " + "; ".join(wrong)
        return response


_DOCUMENTS: WeakKeyDictionary[Flask, dict[str, Any]] = WeakKeyDictionary()


def _assert_declared(house: Flask, response: TestResponse) -> None:
    """Make sure that the document of the API knows this status of this call."""
    path, method = response.request.path, response.request.method
    if not path.startswith(f"{BASE}/") or response.status_code >= 500:
        return
    try:
        rule, _arguments = house.url_map.bind("").match(path, method=method, return_rule=True)
    except HTTPException:
        return  # no call of ours: the document is silent about it
    if house not in _DOCUMENTS:
        _DOCUMENTS[house] = contextvars.Context().run(lambda: house.spec["paths"])  # type: ignore[attr-defined]
    told = _DOCUMENTS[house].get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
    verb = "get" if method == "HEAD" else method.lower()
    if verb in told:
        where = f"{method} {rule.rule}: {response.status_code} is not in the document"
        assert str(response.status_code) in told[verb]["responses"], where
