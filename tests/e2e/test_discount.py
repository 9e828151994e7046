"""A discount beyond the clerk's limit: a colleague signs at the same screen, by keyboard."""

from playwright.sync_api import Browser, expect

from tests.axe import violations
from tests.browser import watched_page
from tests.conftest import PASSWORD
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import SHIRT


def test_a_colleague_signs_a_discount_beside_the_clerk(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    lead = hire(stocked_shop, "shift_lead", "Kinga Zniżka")
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Tymon Zniżka"))
        page.goto("/orders/new")
        page.get_by_label("Add an item by scan, SKU or name").fill(SHIRT)
        page.keyboard.press("Enter")
        expect(page.locator(".o-rows li")).to_have_count(1)
        page.get_by_label("Full name").fill("Zofia Jabłońska")
        page.get_by_label("Discount on the goods").fill("30,00")
        page.get_by_label("Why it costs less").fill("the last one, a button is missing")
        expect(page.locator("#o-basket")).to_contain_text("−30.00")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("This needs a second person.")).to_be_visible()
        expect(page.get_by_label("Colleague’s e-mail")).to_be_focused()
        assert violations(page) == []
        page.keyboard.insert_text(lead)
        page.keyboard.press("Tab")
        expect(page.get_by_label("Colleague’s password")).to_be_focused()
        page.keyboard.insert_text(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Discount given by hand")).to_be_visible()
        expect(page.get_by_text("Kinga Zniżka").first).to_be_attached()
