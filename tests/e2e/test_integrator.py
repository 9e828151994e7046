"""An integrator makes a key for a web shop, which posts an order twice; then the key is taken."""

from playwright.sync_api import Browser, expect

from tests.browser import watched_page
from tests.e2e.people import call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import order_body


def test_a_token_is_read_once_posts_an_order_twice_and_is_revoked(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    shop = stocked_shop
    with watched_page(browser, shop.url) as page:
        sign_in(page, hire(shop, "integrator", "Jan Wrona"))
        page.goto("/organization/tokens")
        page.get_by_role("link", name="Make a token").first.click()
        page.get_by_label("What it is for").fill("web store, orders")
        page.get_by_role("checkbox", name="orders:read").check()
        page.get_by_role("checkbox", name="orders:write").check()
        page.get_by_role("button", name="Make the token").click()
        token = page.get_by_label("Text of the token").input_value()
        assert token.startswith("vrt_")

        body = order_body(external_id="E2E-1")
        first = call(shop, token, "POST", "/orders", body, key="e2e-1")
        assert first[0] == 201, first
        again = call(shop, token, "POST", "/orders", body, key="e2e-1")
        assert again[:2] == first[:2]
        assert again[2]["idempotent-replayed"] == "true"
        without_key = call(shop, token, "POST", "/orders", body)
        assert (without_key[0], without_key[1]["id"]) == (200, first[1]["id"])
        status, read, _headers = call(shop, token, "GET", f"/orders/{first[1]['id']}")
        assert (status, read["number"]) == (200, first[1]["number"])
        assert call(shop, token, "GET", "/products")[0] == 403

        page.get_by_role("link", name="I have copied it").click()
        assert token not in page.content()
        row = page.get_by_role("row", name="web store, orders")
        expect(row).not_to_contain_text("never")
        page.goto(f"/orders/{first[1]['number']}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(first[1]["number"])

        page.goto("/organization/tokens")
        row.get_by_role("button", name="Revoke").click()
        page.get_by_role("button", name="Revoke the token").click()
        expect(row).to_have_count(0)
        refused = call(shop, token, "GET", f"/orders/{first[1]['id']}")
        assert (refused[0], refused[2]["content-type"]) == (401, "application/problem+json")
