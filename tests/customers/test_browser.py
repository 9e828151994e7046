"""Customers and documents in a browser: by keyboard, at every width, open to everybody."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from app.db import transact
from modules.customers import BuyerKeys, match_or_create
from tests.axe import violations
from tests.browser import watched_page
from tests.customers.cast import known, known_as_firm
from tests.invoicing.cast import invoice

HERE = "http://127.0.0.1:1"
MAIL, PHONE = "m.szczesna@poczta.example", "+48502118764"


@pytest.fixture
def page(browser: Browser, client_as: Callable[..., FlaskClient]) -> Iterator[Page]:
    """A page of a clerk whose every request is answered by the test client."""
    clerk = client_as("clerk")

    def answer(route: Route) -> None:
        asked = route.request
        with clerk.open(
            asked.url.removeprefix(HERE),
            method=asked.method,
            data=asked.post_data_buffer,
            content_type=asked.headers.get("content-type"),
        ) as found:
            headers = dict(found.headers)
            if found.status_code == 303:
                # The driver cannot be sent on by an answer of its own: the page goes by itself.
                there = f'<meta http-equiv="refresh" content="0;url={headers["Location"]}">'
                route.fulfill(status=200, content_type="text/html", body=there)
            else:
                route.fulfill(status=found.status_code, headers=headers, body=found.data)

    with watched_page(browser, HERE) as opened:
        opened.route("**/*", answer)
        yield opened


@pytest.fixture
def magda(app: Flask) -> int:
    key = known(email=MAIL, phone=PHONE, card="2900 0418 7735")
    known_as_firm()
    known("Magda Szczesna", email="magda@inna.example")
    transact(lambda: match_or_create(BuyerKeys(email="magda@inna.example", phone=PHONE)))
    invoice()
    return key


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 820, 1440])
def test_the_pages_are_open_to_everybody_at_every_width(
    page: Page, magda: int, width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for path in (
        "/customers/",
        f"/customers/{magda}",
        f"/customers/{magda + 1}",
        "/customers/new",
        f"/customers/{magda}/edit",
        "/invoicing/",
    ):
        page.goto(path)
        assert violations(page) == [], path
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path


@pytest.mark.usefixtures("magda")
def test_a_customer_is_added_by_keyboard_alone(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("n")
    expect(page).to_have_url(f"{HERE}/customers/new")
    expect(page.get_by_label("Person or company")).to_be_focused()
    for typed in ("Zofia Łoś", "zofia@poczta.example", "601 000 111"):
        page.keyboard.type(typed, delay=60)  # a person, not a scanner
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Zofia Łoś")).to_be_visible()
    expect(page.get_by_text("+48 601 000 111")).to_be_visible()


def test_a_note_is_written_by_one_key(page: Page, magda: int) -> None:
    page.goto(f"/customers/{magda}")
    page.keyboard.press("o")
    page.get_by_label("Note", exact=True).fill("Dzwoniła w sprawie paczki")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Dzwoniła w sprawie paczki")).to_be_visible()


def test_a_refused_contact_opens_its_dialog_again(page: Page, magda: int) -> None:
    page.goto(f"/customers/{magda}")
    page.locator("[data-open=add-identity]").click()
    page.get_by_label("Address or number").fill("nobody at home")
    page.get_by_role("button", name="Keep the contact").click()
    dialog = page.locator("#add-identity")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("nobody at home is no e-mail address").first).to_be_visible()
