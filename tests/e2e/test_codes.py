"""Codes of a promotion: made in the browser, seen to come, typed by a clerk, and used once."""

from playwright.sync_api import Browser, expect

from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import SHIRT


def test_codes_are_made_in_the_browser_and_one_is_used(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "marketing_manager", "Kinga Kody"))
        page.goto("/promotions/new")
        page.get_by_label("Name", exact=True).fill("Letters of November")
        page.get_by_label("Code", exact=True).fill("LETTERS")
        page.get_by_label("Only for who names a code").check()
        page.get_by_label("Uses in all").fill("200")
        page.get_by_label("Add what it gives").select_option("percent")
        page.get_by_role("button", name="Add what it gives").press("Enter")
        expect(page.locator("[name=benefits-0-rate_bp]")).to_be_focused()
        page.locator("[name=benefits-0-rate_bp]").fill("20")
        page.get_by_role("button", name="Save the draft").press("Enter")
        expect(page.get_by_text("at most 200 uses").first).to_be_visible()
        page.get_by_role("link", name="Codes and batches").press("Enter")
        page.get_by_role("button", name="Make codes").first.press("Enter")
        name = page.get_by_label("What the batch is called")
        expect(name).to_be_focused()
        name.fill("Newsletter")
        page.get_by_label("How many codes").fill("25")
        assert violations(page) == []
        page.get_by_role("button", name="Make the codes").press("Enter")
        batches = page.locator("#pr-batches")
        expect(batches).to_contain_text("Newsletter")
        expect(batches).not_to_have_attribute("hx-trigger", "every 1s", timeout=30_000)
        expect(batches.locator("tbody tr")).to_contain_text("25")
        assert violations(page) == []
        batches.get_by_role("link", name="Newsletter").press("Enter")
        expect(page.locator("tbody tr")).to_have_count(25)
        code = page.locator("tbody tr .code").first.inner_text()
        assert violations(page) == []
        page.goto("/promotions/LETTERS/publication")
        page.get_by_role("button", name="Publish").press("Enter")
        expect(page.get_by_text("Version 1 applies.")).to_be_visible()
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Tekla Kody"))
        page.goto("/orders/new")
        page.get_by_label("Add an item by scan, SKU or name").fill(SHIRT)
        page.keyboard.press("Enter")
        expect(page.locator(".o-rows li")).to_have_count(1)
        page.get_by_label("Codes of the customer").fill(code.lower())
        page.keyboard.press("Tab")
        expect(page.locator("#o-basket")).to_contain_text("is taken into account")
        expect(page.locator("#o-basket")).to_contain_text("Letters of November")
        page.get_by_label("Full name").fill("Halina Mróz")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#promotions")).to_contain_text(code, timeout=20_000)
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "marketing_manager", "Kinga Kody"))
        page.goto(f"/promotions/codes?q={code}")
        expect(page.locator("tbody tr")).to_contain_text("Used")
        page.goto("/promotions/LETTERS")
        expect(page.locator("aside").get_by_text("199 left")).to_be_visible()
