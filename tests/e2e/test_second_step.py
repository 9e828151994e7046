"""The second step at the door, an act that asks again, and a form that outlives its session."""

from datetime import timedelta

import pyotp
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from app import clock, factors, sessions
from app.db import session, transact
from app.models import Account, UserSession
from tests.axe import violations
from tests.browser import watched_page
from tests.conftest import PASSWORD
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop


def _key_of(shop: LiveShop, email: str) -> int:
    with shop.house.app_context():
        return session.scalars(select(Account.id).where(Account.email == email)).one()


def _app_of(page: Page) -> pyotp.TOTP:
    """Return an authenticator app that was told what the page shows."""
    return pyotp.TOTP("".join(page.locator(".v-secret").inner_text().split()))


def _step_later(shop: LiveShop, account_id: int) -> None:
    """Let the half minute of the last code be over, without waiting for it."""
    with shop.house.app_context():

        def forget() -> None:
            factor = factors.get_factor(account_id)
            assert factor is not None
            factor.last_step = 0

        transact(forget)


def test_a_manager_sets_the_second_factor_up_and_signs_in_with_it(
    browser: Browser, live_server: LiveShop
) -> None:
    email = hire(live_server, "store_manager", "Marek Second")
    with watched_page(browser, live_server.url) as page:
        sign_in(page, email)
        page.goto("/profile")
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("img", name="QR code for an authenticator app")).to_be_visible()
        assert violations(page) == []
        phone = _app_of(page)
        page.get_by_label("Code").fill(phone.now())
        page.get_by_role("button", name="Turn it on").click()
        expect(page.locator(".v-codes li")).to_have_count(10)
        expect(page.get_by_role("button", name="Print the codes")).to_be_visible()
        assert violations(page) == []
        spare = page.locator(".v-codes li").first.inner_text()
    _step_later(live_server, _key_of(live_server, email))
    for code in (phone.now, lambda: spare):
        with watched_page(browser, live_server.url) as page:
            page.goto("/sign-in")
            page.locator("[name=email]").fill(email)
            page.locator("[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Your code")).to_be_visible()
            assert violations(page) == []
            page.goto("/profile")
            expect(page).to_have_url(f"{live_server.url}/sign-in?next=/profile")
            page.goto("/sign-in/code?next=/profile")
            expect(page.get_by_label("Code")).to_be_focused()
            page.keyboard.type("000000", delay=60)
            page.keyboard.press("Enter")
            expect(page.get_by_text("This code is wrong")).to_be_visible()
            expect(page.get_by_label("Code")).to_be_focused()
            expect(page.get_by_label("Code")).to_have_value("")
            page.keyboard.type(code(), delay=60)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Second factor")).to_be_visible()


def test_a_form_outlives_its_session(browser: Browser, live_server: LiveShop) -> None:
    email = hire(live_server, "administrator", "Wanda Lost")
    with watched_page(browser, live_server.url) as page:
        sign_in(page, email)
        page.goto("/organization/stores/new")
        page.get_by_label("Code", exact=True).fill("LOST")
        page.get_by_label("Name", exact=True).fill("Zgubiony sklep")
        with live_server.house.app_context():
            account_id = session.scalars(select(Account.id).where(Account.email == email)).one()
            transact(lambda: sessions.close_sessions_of(account_id))
        page.locator("main form").get_by_role("button").last.click()
        expect(page.get_by_text("What you typed is kept for half an hour")).to_be_visible()
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Here is what you typed")).to_be_visible()
        expect(page.get_by_text("Zgubiony sklep")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_role("heading", name="Zgubiony sklep")).to_be_visible()


def test_a_dangerous_act_asks_again_and_goes_on_by_itself(
    browser: Browser, live_server: LiveShop
) -> None:
    email = hire(live_server, "administrator", "Olga Fresh")
    with watched_page(browser, live_server.url) as page:
        sign_in(page, email)
        with live_server.house.app_context():
            own = session.scalars(select(Account.id).where(Account.email == email)).one()
            before = clock.now() - timedelta(minutes=11)
            stale = update(UserSession).where(UserSession.account_id == own)
            transact(lambda: session.execute(stale.values(confirmed_at=before)))
        page.goto("/organization/tokens/new")
        page.get_by_label("What it is for").fill("web store, orders")
        page.locator("[name=scopes]").first.check()
        page.get_by_role("button", name="Make the token").click()
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        expect(page.locator("[name=current]")).to_be_focused()
        page.keyboard.type(PASSWORD, delay=60)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Text of the token")).to_be_visible()
