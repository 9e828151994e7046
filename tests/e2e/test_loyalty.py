"""A marketing manager sets a programme up from nothing; a member buys, and all see the points."""

import re

from playwright.sync_api import Browser, expect

from app import tokens
from app.db import close_session, transact
from modules import customers
from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import SHIRT, order_body


def test_a_programme_is_set_up_a_member_buys_and_points_tier_and_liability_are_seen(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    shop = stocked_shop
    with shop.house.app_context():
        known = list(shop.house.extensions["scopes"])
        token = transact(
            lambda: tokens.create_token(name="club", scopes=["admin"], known_scopes=known)
        )
        who = transact(lambda: customers.create_customer(name="Klara Klubowa")).id
        close_session()
    manager = hire(shop, "marketing_manager", "Lidia Klub")
    with watched_page(browser, shop.url) as page:
        sign_in(page, manager)
        page.goto("/loyalty/programs/new")
        page.get_by_label("Name", exact=True).fill("Autumn Club")
        page.get_by_label("Code", exact=True).fill("AUTUMN-CLUB")
        page.get_by_label("Each", exact=True).fill("500")
        page.get_by_label("are worth").fill("10.00")
        page.get_by_label("Tier", exact=True).first.fill("Silver")
        page.get_by_label("From", exact=True).first.fill("2000")
        page.get_by_label("Points times").first.fill("1.5")
        said = page.locator("#lo-said")
        expect(said).to_contain_text("Silver from 2 000.00 zł in 12 months")
        expect(said).to_contain_text("gives 250 points")
        assert violations(page) == []
        page.get_by_role("button", name="Set it up").press("Enter")
        page.get_by_role("button", name="Open it").press("Enter")
        expect(page.get_by_text("Active").first).to_be_visible()
        page.get_by_role("button", name="Add a reward").click()
        page.get_by_label("What they get").fill("Ten to spend")
        page.locator("[name=reward-code]").fill("TEN")
        page.locator("[name=reward-points]").fill("500")
        page.locator("[name=reward-amount_minor]").fill("10")
        page.get_by_role("button", name="Add the reward").press("Enter")
        expect(page.get_by_role("rowheader", name="Ten to spend")).to_be_visible()
        page.goto(f"/customers/{who}")
        page.locator("#loyalty").get_by_role("link", name="Enrol").click()
        if page.get_by_label("Programme").count():
            page.get_by_label("Programme").select_option(label="Autumn Club")
        page.get_by_role("button", name="Enrol", exact=True).press("Enter")
        expect(page.get_by_role("heading", name="Klara Klubowa")).to_be_visible()
        home = page.url
        card = page.locator("aside .code.m").first.inner_text()
    body = order_body(
        card=card,
        customer=None,
        external_id="CLUB-1",
        lines=[{"sku": SHIRT, "quantity": 2}],
        payment=None,
    )
    status, told, _headers = call(shop, token, "POST", "/orders", body)
    assert status == 201, told
    with watched_page(browser, shop.url) as page:
        sign_in(page, manager)
        page.goto(home)
        facts = page.locator(".facts").first
        expect(facts).to_contain_text(re.compile(r"Pending\s*159"))
        expect(page.get_by_role("link", name=told["number"])).to_be_visible()
        expect(page.locator("aside").first).to_contain_text("2 000.00 zł to Silver")
        assert violations(page) == []
        page.goto("/loyalty/programs/AUTUMN-CLUB/owed")
        expect(page.locator("main")).to_contain_text(re.compile(r"Worth in all\s*3\.18\szł"))
