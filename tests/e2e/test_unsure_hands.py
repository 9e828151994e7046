"""Hands that slip, a net that fails, a session that ends: no scan is doubled, lost or unheard."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app import tokens
from app.db import transact
from tests.conftest import PASSWORD
from tests.e2e.people import PATIENCE, call, hire, sign_in
from tests.e2e.test_order_flow import Hands
from tests.live import LiveShop
from tests.orders.cast import DRESS, SHIRT, order_body

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def order(stocked_shop: LiveShop) -> dict[str, Any]:
    known = list(stocked_shop.house.extensions["scopes"])
    with stocked_shop.house.app_context():
        token = transact(
            lambda: tokens.create_token(name="shop", scopes=["admin"], known_scopes=known)
        )
    status, order, _headers = call(stocked_shop, token, "POST", "/orders", order_body())
    assert status == 201, order
    return dict(order)


@pytest.fixture
def page(browser: Browser, stocked_shop: LiveShop) -> Iterator[Page]:
    """A page that may complain: its net is cut here."""
    context = browser.new_context(base_url=stocked_shop.url, locale="en-GB")
    yield context.new_page()
    context.close()


def _taken(page: Page, count: int) -> None:
    expect(page.locator("#p-top[role=status]")).to_contain_text(f"{count} of 3")


def test_no_scan_is_doubled_or_lost(
    page: Page, stocked_shop: LiveShop, order: dict[str, Any]
) -> None:
    clerk = hire(stocked_shop, "clerk", "Celina Cichoń")
    hands = Hands(page)
    sign_in(page, clerk)
    page.goto(f"/orders/{order['number']}")
    hands.press("Space")
    _taken(page, 0)
    code = page.locator("#p-code")

    code.focus()  # Enter twice: one refusal, which stays, and then one unit
    hands.write("nonsense")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("“nonsense” is no code of ours")
    hands.write(DRESS)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    _taken(page, 1)
    expect(code).to_be_focused()

    page.context.set_offline(True)  # the net is away: it is said, and the code stays
    hands.scan(SHIRT)
    expect(page.locator("#toasts")).to_contain_text("The house does not answer.")
    expect(code).to_have_value(SHIRT)
    page.context.set_offline(False)
    code.focus()
    hands.press("Enter")
    _taken(page, 2)

    _sign_out_elsewhere(page)
    hands.scan(DRESS)
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    page.locator("[name=email]").fill(clerk)
    page.locator("[name=password]").fill(PASSWORD)
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Here is what you typed")
    expect(page.locator(".v-typed", has_text=DRESS)).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    _taken(page, 3)

    hands.scan(DRESS)  # one too many
    expect(page.locator("#toasts")).to_contain_text("Put this one back.")


def _sign_out_elsewhere(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/profile")
    other.get_by_role("button", name="your menu").click()
    other.get_by_role("button", name="Sign out", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Sign in")
    other.close()


def test_a_parcel_that_has_left_shows_all_that_was_in_it(
    page: Page, stocked_shop: LiveShop, order: dict[str, Any]
) -> None:
    hands = Hands(page)
    sign_in(page, hire(stocked_shop, "clerk", "Celina Cichoń"))
    page.goto(f"/orders/{order['number']}")
    hands.press("Space")
    _taken(page, 0)
    for done, scanned in enumerate((DRESS, SHIRT, DRESS), start=1):
        hands.scan(scanned)
        _taken(page, done)
    hands.press("Space")
    expect(page.get_by_text("Scan each piece")).to_be_visible()
    for scanned in (DRESS, SHIRT, DRESS):  # faster than the answers
        hands.scan(scanned)
    expect(page.get_by_text("Label ready")).to_be_visible()
    hands.press("Space")
    expect(page.locator("main")).to_contain_text("has left")
    inside = page.get_by_label("In the parcel").get_by_role("listitem")
    assert sorted(row.inner_text().split()[-1] for row in inside.all()) == ["1", "2"]
