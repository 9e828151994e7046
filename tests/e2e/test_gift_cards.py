"""An order is paid by gift card at the screen: code and PIN are asked for where they are needed."""

from playwright.sync_api import Browser, expect

from app import tokens
from app.db import transact
from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import order_body


def test_a_clerk_takes_a_gift_card_for_an_order(browser: Browser, stocked_shop: LiveShop) -> None:
    with stocked_shop.house.app_context():
        known = list(stocked_shop.house.extensions["scopes"])
        token = transact(
            lambda: tokens.create_token(name="cards", scopes=["admin"], known_scopes=known)
        )
    unpaid = order_body(external_id="GIFT-1", payment=None)
    _status, order, _headers = call(stocked_shop, token, "POST", "/orders", unpaid)
    bought = {"store": "MAIN", "amount_minor": 50_00, "currency": "PLN"}
    _status, card, _headers = call(stocked_shop, token, "POST", "/gift-cards", bought)
    _status, told, _headers = call(
        stocked_shop, token, "POST", f"/gift-cards/{card['id']}/code", {}
    )
    with watched_page(browser, stocked_shop.url) as page:
        sign_in(page, hire(stocked_shop, "clerk", "Hanna Karta"))
        page.goto(f"/orders/{order['id']}")
        page.get_by_role("button", name="Take", exact=True).click()
        dialog = page.locator("dialog#payment")
        number = dialog.get_by_label("Its number at the bank or terminal")
        expect(number).to_be_visible()
        expect(dialog.get_by_label("Code of the gift card")).to_be_hidden()
        dialog.get_by_label("Method").select_option("store_credit")
        expect(number).to_be_hidden()
        expect(dialog.get_by_label("Its PIN")).to_be_hidden()
        dialog.get_by_label("Method").select_option("gift_card")
        expect(number).to_be_hidden()
        assert violations(page) == []
        dialog.get_by_label("Amount").fill("50,00")
        dialog.get_by_label("Code of the gift card").fill(told["code"].lower())
        dialog.get_by_label("Its PIN").fill("none")
        dialog.get_by_role("button", name="Write the payment down").click()
        expect(dialog.get_by_text("No card has this code with this PIN.").first).to_be_visible()
        assert violations(page) == []
        dialog.get_by_label("Its PIN").fill(told["pin"])
        dialog.get_by_role("button", name="Write the payment down").click()
        expect(page.get_by_text("The payment is written down.")).to_be_visible()
        expect(page.get_by_text("Gift card").first).to_be_visible()
