"""What the tests of the order screens share: pages as people read them, forms sent as shown."""

from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

Page = Any  # the stubs of lxml.html are older than lxml


def page(client: FlaskClient, path: str, *, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, (answer.status_code, text_of(answer)[:2000])
    return html.document_fromstring(answer.get_data(as_text=True))


def parsed(answer: TestResponse) -> Page:
    return html.document_fromstring(answer.get_data(as_text=True))


def text_of(answer: TestResponse) -> str:
    """Return the words of a page, with single spaces."""
    return words(html.document_fromstring(answer.get_data(as_text=True) or "<p></p>"))


def words(element: Page) -> str:
    """Return what an element says, each piece of it apart from the next."""
    return " ".join(" ".join(element.itertext()).split())


def fields(form: Page) -> dict[str, Any]:
    """Return what a browser would send of a form as it stands."""
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def press(client: FlaskClient, form: Page, **changes: Any) -> TestResponse:
    """Send a form as it stands, with some fields typed anew."""
    return client.post(form.get("action"), data=fields(form) | changes)


def form_to(shown: Page, ending: str) -> Page:
    """Return the form that posts to an address with this ending."""
    found = [form for form in shown.forms if (form.get("action") or "").endswith(ending)]
    assert found, [form.get("action") for form in shown.forms]
    return found[0]


def next_step(shown: Page) -> Page:
    return shown.get_element_by_id("o-next")
