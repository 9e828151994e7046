"""A page on paper: the record and what is ticked by hand, and nothing that is pressed."""

import pytest
from playwright.sync_api import Browser, expect

from app import tokens
from app.db import transact
from tests.browser import watched_page
from tests.e2e.people import call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import order_body

pytestmark = pytest.mark.slow


def test_the_pick_list_is_printed_with_a_box_to_tick(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    with stocked_shop.house.app_context():
        known = list(stocked_shop.house.extensions["scopes"])
        token = transact(
            lambda: tokens.create_token(name="paper", scopes=["admin"], known_scopes=known)
        )
    body = order_body(external_id="PAPER-1")
    status, order, _headers = call(stocked_shop, token, "POST", "/orders", body)
    assert status == 201, order
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Pola Paper"))
        page.goto(f"/orders/pick-list?ids={order['id']}")
        expect(page.get_by_role("button", name="Print the list")).to_be_visible()

        page.emulate_media(media="print")

        expect(page.get_by_role("columnheader", name="Done")).to_be_visible()
        expect(page.locator(".o-box").first).to_be_visible()
        expect(page.get_by_role("button", name="Print the list")).to_be_hidden()
        expect(page.get_by_role("navigation", name="Areas of work")).to_be_hidden()
