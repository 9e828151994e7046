"""A clerk with a queue in front of her: `/`, the shortest clue, Enter; and what was open last."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app import tokens
from app.db import transact
from tests.e2e.people import call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import order_body

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def order(stocked_shop: LiveShop) -> dict[str, Any]:
    known = list(stocked_shop.house.extensions["scopes"])
    with stocked_shop.house.app_context():
        token = transact(
            lambda: tokens.create_token(name="shop", scopes=["admin"], known_scopes=known)
        )
    customer = {"name": "Wacława Żółkiewicz", "phone": "+48 512 774 903"}
    body = order_body(customer=customer, shipping_address=None)
    body |= {"shipping": {"method": "pickup", "price_minor": 0}, "payment": None}
    status, placed, _headers = call(stocked_shop, token, "POST", "/orders", body)
    assert status == 201, placed
    return dict(placed)


@pytest.fixture
def desk(browser: Browser, stocked_shop: LiveShop) -> Iterator[Page]:
    context = browser.new_context(base_url=stocked_shop.url, locale="en-GB")
    page = context.new_page()
    sign_in(page, hire(stocked_shop, "clerk", "Halina Noga"))
    yield page
    context.close()


def test_two_keys_more_than_the_shortest_clue_open_order_customer_and_product(
    desk: Page, order: dict[str, Any]
) -> None:
    clues = {
        order["number"][-4:]: f"/orders/{order['id']}",
        "zolkiew": "/customers/",
        "774903": "/customers/",
        "DR-MAJ-BOT-38": "/catalog/products/DR-MAJ",
        "bazyli": "/catalog/products/TE-BAZ",
    }
    for clue, place in clues.items():
        desk.goto("/profile")
        desk.keyboard.press("/")
        expect(desk.locator("[data-find]")).to_be_focused()
        desk.keyboard.type(clue, delay=40)
        expect(desk.locator("#find-list [role=option][aria-selected=true]")).to_be_visible()
        desk.keyboard.press("Enter")
        expect(desk).to_have_url(re.compile(re.escape(place)))


def test_enter_before_the_hits_are_there_opens_what_can_only_be_meant(
    desk: Page, order: dict[str, Any]
) -> None:
    desk.route("**/search/hits?*", lambda route: route.abort())
    desk.goto("/profile")
    desk.keyboard.press("/")
    desk.keyboard.type(order["number"], delay=50)
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(f"/orders/{order['id']}$"))


def test_arrows_move_the_choice_and_escape_puts_the_hits_away(
    desk: Page, order: dict[str, Any]
) -> None:
    desk.goto("/profile")
    desk.keyboard.press("/")
    desk.keyboard.type("zolkiew", delay=40)
    chosen = desk.locator("#find-list [aria-selected=true]")
    expect(chosen).to_have_count(1)
    first = chosen.inner_text()
    desk.keyboard.press("ArrowDown")
    assert chosen.inner_text() != first
    desk.keyboard.press("Escape")
    expect(desk.locator("#find-list")).to_be_hidden()
    expect(desk.locator("[data-find]")).to_be_focused()


def test_the_palette_opens_a_record_that_was_open_last(desk: Page, order: dict[str, Any]) -> None:
    with desk.expect_response(lambda answer: answer.url.endswith("/recent")):
        desk.goto(f"/orders/{order['id']}")
    desk.goto("/profile")
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette a", has_text=order["number"])).to_be_visible()
    desk.keyboard.type(order["number"][-5:], delay=40)
    expect(desk.locator("#palette [aria-selected=true]")).to_contain_text(order["number"])
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(f"/orders/{order['id']}$"))


def test_escape_leaves_the_field_closes_what_is_open_and_then_goes_back(
    desk: Page, order: dict[str, Any]
) -> None:
    desk.goto(f"/orders/{order['id']}")
    note = desk.locator("#note-text")
    note.focus()
    desk.keyboard.press("Escape")
    expect(note).not_to_be_focused()
    desk.keyboard.press("h")
    expect(desk.locator("dialog[open]")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette input")).to_be_focused()
    desk.keyboard.type("zz", delay=60)
    desk.keyboard.press("Escape")
    expect(desk.locator("#palette")).to_be_hidden()
    expect(desk).to_have_url(re.compile(f"/orders/{order['id']}$"))
    desk.keyboard.press("Escape")
    expect(desk).to_have_url(re.compile("/orders/([?]|$)"))
