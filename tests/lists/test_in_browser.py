"""The tools of lists in a real browser, by keyboard alone and without barriers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import accounts
from app.db import session, transact
from app.models import Account
from tests.axe import violations
from tests.browser import watched_page
from tests.conftest import PASSWORD
from tests.lists.cast import products
from tests.live import LiveShop

pytestmark = pytest.mark.slow
EMAIL = "ewa.lists@example.test"
NAME = "Kurtka na deszcz"
MANY = 55


@pytest.fixture(scope="module")
def shop(live_server: LiveShop) -> LiveShop:
    """The running shop with more products than a page holds, and Ewa, who leads the store."""
    with live_server.house.app_context():
        transact(_prepare)
        products(MANY, name=NAME)
    return live_server


def _prepare() -> None:
    if session.scalar(select(Account.id).where(Account.email == EMAIL)):
        return
    ewa = Account(email=EMAIL, name="Ewa Lis", password_hash=accounts.hash_password(PASSWORD))
    session.add(ewa)
    session.flush()
    accounts.grant_role(account_id=ewa.id, role="store_manager")


@pytest.fixture
def page(browser: Browser, shop: LiveShop) -> Iterator[Page]:
    with watched_page(browser, shop.url) as opened:
        opened.goto("/sign-in")
        opened.get_by_label("E-mail").fill(EMAIL)
        opened.get_by_label("Password").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_role("navigation").first).to_be_visible()
        yield opened


def fits(page: Page) -> bool:
    """Test whether the page scrolls to no side at any width."""
    wide = "document.querySelector('main').scrollWidth > document.querySelector('main').clientWidth"
    for width in (360, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(wide):
            return False
    return True


def test_columns_are_chosen_and_a_view_is_kept_and_opened_by_keys(page: Page) -> None:
    page.goto("/catalog/?q=kurtka")
    page.get_by_role("button", name="Columns").press("Enter")
    page.get_by_label("Category: further to the front").press("Enter")
    assert violations(page) == []
    page.get_by_role("checkbox", name="Category", exact=True).press("Enter")
    expect(page.locator("thead th").nth(2)).to_have_text("Category")

    page.get_by_role("button", name="Views").press("Enter")
    page.get_by_role("button", name="Keep as a new view").press("Enter")
    page.keyboard.type("Rain")
    page.keyboard.press("Enter")
    expect(page.locator(".chip.on", has_text="Rain")).to_be_visible()
    assert violations(page) == []

    page.goto("/catalog/")
    page.keyboard.press("1")
    expect(page.locator("thead th").nth(2)).to_have_text("Category")
    expect(page.locator("#list-q")).to_have_value("kurtka")


def test_all_that_match_get_a_brand_by_a_job_and_lose_it_again(page: Page) -> None:
    page.goto("/catalog/?q=kurtka")
    page.keyboard.press("t")
    page.get_by_role("button", name="All 55 that match").press("Enter")
    expect(page.locator("[data-bulk] [data-n]")).to_have_text("55")
    page.get_by_role("button", name="Set the brand").press("Enter")
    page.keyboard.type("Deszczowa", delay=60)  # faster would be a scanner
    page.keyboard.press("Enter")

    back = page.get_by_role("button", name="Take back 55 rows")
    expect(back).to_be_visible(timeout=60_000)
    assert violations(page) == []
    assert fits(page)
    back.press("Enter")
    undone = page.locator("dl.facts div", has_text="Undone")
    expect(undone.get_by_text("55")).to_be_visible(timeout=60_000)
    assert violations(page) == []
