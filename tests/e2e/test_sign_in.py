"""A person comes in at the front door, by keyboard alone."""

from playwright.sync_api import Browser, expect

from app import accounts
from app.db import session, transact
from app.models import Account
from tests.browser import watched_page
from tests.conftest import PASSWORD
from tests.live import LiveShop


def _hire(shop: LiveShop) -> None:
    def work() -> None:
        account = Account(
            email="anna@example.test",
            name="Anna Nowak",
            password_hash=accounts.hash_password(PASSWORD),
        )
        session.add(account)
        session.flush()
        accounts.grant_role(account_id=account.id, role="clerk")

    with shop.house.app_context():
        transact(work)


def test_a_clerk_signs_in_by_keyboard_after_a_mistyped_password(
    browser: Browser, live_server: LiveShop
) -> None:
    _hire(live_server)
    with watched_page(browser, live_server.url) as page:
        page.goto("/")
        for password in ("not this one", PASSWORD):
            page.get_by_label("E-mail").fill("anna@example.test")
            page.get_by_label("Password").fill(password)
            page.keyboard.press("Enter")
            if password != PASSWORD:
                expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
        expect(page).not_to_have_url(f"{live_server.url}/sign-in")
        expect(page.get_by_text("Anna Nowak").first).to_be_attached()
