"""Who comes in, who does not, and what each one's own settings do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import watched_page
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop


@pytest.fixture
def page(browser: Browser, live_server: LiveShop) -> Iterator[Page]:
    with watched_page(browser, live_server.url) as opened:
        yield opened


def test_a_stranger_is_sent_to_the_door_and_on_to_where_he_wanted(
    page: Page, live_server: LiveShop
) -> None:
    email = hire(live_server, "clerk", "Olek Cichy")
    page.goto("/customers/?q=lodz")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail").fill("nobody@e2e.example")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    # Whether there is such a person is not said.
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("nobody@e2e.example")
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("a long walk home")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/customers/?q=lodz")


def test_a_clerk_finds_no_way_to_what_is_not_his(page: Page, live_server: LiveShop) -> None:
    sign_in(page, hire(live_server, "clerk", "Olek Cichy"))
    menu = page.get_by_role("navigation", name="Areas of work")
    expect(menu.get_by_role("link", name="Orders")).to_be_visible()
    for closed in ("Connectors", "Staff", "Tokens"):
        expect(menu.get_by_role("link", name=closed, exact=True)).to_have_count(0)
    for path in ("/organization/staff", "/organization/tokens", "/connectors", "/catalog/imports"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403, path


def test_one_s_language_and_colours_stay(page: Page, live_server: LiveShop) -> None:
    email = hire(live_server, "shift_lead", "Halina Gołąb")
    sign_in(page, email)
    page.goto("/profile")
    page.get_by_label("Language").select_option("pl")
    page.get_by_role("button", name="Save your settings").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    page.get_by_role("navigation").get_by_role("link", name="Zamówienia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zamówienia")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    # They belong to the person, not to the browser.
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill("a long walk home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").get_by_role("link", name="Zamówienia")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_who_signs_out_is_out(page: Page, live_server: LiveShop) -> None:
    sign_in(page, hire(live_server, "clerk", "Olek Cichy"))
    page.get_by_role("button", name="Olek Cichy, your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.goto("/orders/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
