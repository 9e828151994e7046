"""A gift for one of two reasons: built on a phone by keyboard, and given with an order."""

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import DRESS, SHIRT

PHONE: ViewportSize = {"width": 360, "height": 740}


def add(page: Page, of: str, kind: str, button: str = "Add to these") -> None:
    page.locator(f"#pr-{of}-kind").select_option(kind)
    page.locator(f"button[value={of}-add]").press("Enter")


def test_a_gift_for_one_of_two_reasons_is_built_on_a_phone_and_given(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    with watched_page(browser, stocked_shop.url) as page:
        page.set_viewport_size(PHONE)
        sign_in(page, hire(stocked_shop, "marketing_manager", "Pelagia Gratis"))
        page.goto("/promotions/new")
        page.get_by_label("Name", exact=True).fill("A shirt with it")
        page.get_by_label("Code", exact=True).fill("SHIRTS")
        # Only for who names it: other tests of this shop count their sums without gifts.
        page.get_by_label("Only for who names a code").check()
        page.get_by_label("Codes that everybody may know").fill("SHIRT4ME")
        add(page, "conditions", "any_of")
        expect(page.locator("#pr-conditions-0-inside-kind")).to_be_focused()
        add(page, "conditions-0-inside", "quantity_at_least")
        count = page.locator("[name=conditions-0-inside-0-count]")
        expect(count).to_be_focused()
        count.fill("5")
        add(page, "conditions-0-inside", "subtotal_at_least")
        amount = page.locator("[name=conditions-0-inside-1-amount_minor]")
        expect(amount).to_be_focused()
        amount.fill("200")
        expect(count).to_have_value("5")
        add(page, "benefits", "free_goods")
        sku = page.locator("[name=benefits-0-sku]")
        expect(sku).to_be_visible()
        sku.fill(SHIRT)
        assert violations(page) == []
        page.get_by_role("button", name="Save the draft").press("Enter")
        said = page.locator("main")
        expect(said).to_contain_text("at least one of these (5 pieces or more; goods for 200.00")
        expect(said).to_contain_text(f"1 × {SHIRT} for nothing")
        page.goto("/promotions/SHIRTS/publication")
        page.get_by_role("button", name="Publish").press("Enter")
        expect(page.get_by_text("Version 1 applies.")).to_be_visible()
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Eufemia Gratis"))
        page.goto("/orders/new")
        page.get_by_label("Add an item by scan, SKU or name").fill(DRESS)
        page.keyboard.press("Enter")
        expect(page.locator(".o-rows li")).to_have_count(1)
        page.get_by_label("Codes of the customer").fill("SHIRT4ME")
        page.keyboard.press("Tab")
        expect(page.locator(".o-rows li")).to_have_count(2)
        expect(page.locator(".o-rows li").last).to_contain_text("1 × a gift")
        assert violations(page) == []
        page.get_by_label("Full name").fill("Halina Mróz")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#promotions")).to_contain_text("1 piece for nothing", timeout=20_000)
        expect(page.locator("#goods tbody tr")).to_have_count(2)
        assert violations(page) == []
