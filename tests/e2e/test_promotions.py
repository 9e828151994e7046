"""A promotion built by keyboard as a sentence, published, and given to the next order."""

from playwright.sync_api import Browser, expect

from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import SHIRT


def test_a_promotion_is_built_published_and_given_to_the_next_order(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "marketing_manager", "Marta Akcja"))
        page.goto("/promotions/new")
        page.get_by_label("Name", exact=True).fill("Shirts for a friend")
        page.get_by_label("Code", exact=True).fill("FRIEND")
        page.get_by_label("Add a condition").select_option("quantity_at_least")
        page.get_by_role("button", name="Add a condition").press("Enter")
        expect(page.locator("[name=conditions-0-count]")).to_be_focused()
        page.keyboard.type("3", delay=60)
        page.get_by_label("Add what it gives").select_option("percent")
        page.get_by_role("button", name="Add what it gives").press("Enter")
        expect(page.locator("[name=benefits-0-rate_bp]")).to_be_focused()
        expect(page.locator("[name=conditions-0-count]")).to_have_value("3")
        page.get_by_role("button", name="Save the draft").press("Enter")
        expect(page.locator("[name=benefits-0-rate_bp]")).to_have_attribute("aria-invalid", "true")
        assert violations(page) == []
        page.locator("[name=benefits-0-rate_bp]").fill("25")
        page.get_by_role("button", name="Save the draft").press("Enter")
        expect(page.get_by_role("heading", name="Shirts for a friend")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Check and publish").press("Enter")
        page.get_by_role("button", name="Publish").press("Enter")
        expect(page.get_by_text("Version 1 applies.")).to_be_visible()
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Tola Akcja"))
        page.goto("/orders/new")
        page.get_by_label("Add an item by scan, SKU or name").fill(SHIRT)
        page.keyboard.press("Enter")
        expect(page.locator(".o-rows li")).to_have_count(1)
        page.locator("#o-count-0").fill("3")
        page.keyboard.press("Tab")
        expect(page.locator("#o-basket")).to_contain_text("Shirts for a friend")
        expect(page.locator("#o-basket")).to_contain_text("179.77")
        page.get_by_label("Full name").fill("Zofia Jabłońska")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#promotions")).to_contain_text("Shirts for a friend")
    with watched_page(browser, stocked_shop.url) as page:  # other tests sell shirts, too
        sign_in(page, hire(stocked_shop, "marketing_manager", "Marta Akcja"))
        page.goto("/promotions/FRIEND")
        page.get_by_label("More to do").press("Enter")
        page.get_by_role("button", name="End for good").press("Enter")
        expect(page.get_by_text("Ended").first).to_be_visible()
