"""One order from the post to the parcel and a piece back again, by keyboard and scanner alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app import tokens
from app.db import transact
from tests import axe
from tests.browser import watched_page
from tests.e2e.people import PATIENCE, call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import DRESS, SHIRT, order_body

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Let a busy machine take its time; what is wrong stays wrong."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


_SCANNER = """code => {
    const there = document.activeElement;
    for (const key of [...code, 'Enter']) {
        const options = { key, bubbles: true, cancelable: true };
        const taken = !there.dispatchEvent(new KeyboardEvent('keydown', options));
        if (!taken && key.length === 1 && 'value' in there) there.value += key;
        if (!taken && key === 'Enter') there.form?.requestSubmit();
    }
}"""


class Hands:
    """A person's hands: every key is counted, a scan is none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1
            # A person is slower than a scanner: keys of one hand are told apart from a burst.
            self.page.wait_for_timeout(70)

    def write(self, text: str) -> None:
        self.press(*text)

    def scan(self, code: str) -> None:
        """Type as a scanner does: faster than this machine could press keys through the driver."""
        self.page.evaluate(_SCANNER, code)

    @contextmanager
    def within(self, most: int) -> Iterator[None]:
        """Count the keys of one step."""
        before = self.keys
        yield
        assert self.keys - before <= most, f"{self.keys - before} keys, {most} at the most"


def assert_reachable(page: Page) -> None:
    """Make sure that nothing on the page keeps anybody out."""
    assert axe.violations(page) == [], page.url


@pytest.fixture
def token(stocked_shop: LiveShop) -> str:
    known = list(stocked_shop.house.extensions["scopes"])
    with stocked_shop.house.app_context():
        return transact(
            lambda: tokens.create_token(name="web shop", scopes=["admin"], known_scopes=known)
        )


@pytest.fixture
def order(stocked_shop: LiveShop, token: str) -> dict[str, Any]:
    status, order, _headers = call(stocked_shop, token, "POST", "/orders", order_body())
    assert status == 201, order
    return dict(order)


def read(shop: LiveShop, token: str, order: dict[str, Any]) -> dict[str, Any]:
    status, found, _headers = call(shop, token, "GET", f"/orders/{order['id']}")
    assert status == 200
    return dict(found)


def assert_pdf(page: Page, href: str | None) -> None:
    assert href
    answer = page.request.get(href)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF")


def test_an_order_is_picked_packed_shipped_and_a_piece_taken_back_by_keyboard(
    browser: Browser, stocked_shop: LiveShop, token: str, order: dict[str, Any]
) -> None:
    shop = stocked_shop
    with watched_page(browser, shop.url) as page:
        hands = Hands(page)
        sign_in(page, hire(shop, "clerk", "Celina Cichoń"))
        page.goto("/orders/")
        expect(page.get_by_text(order["number"])).to_be_visible()
        assert_reachable(page)

        with hands.within(2):  # to the order
            hands.press("j", "Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(order["number"])
        assert_reachable(page)

        with hands.within(1):  # its next step
            hands.press("Space")
        expect(page.get_by_text("0 of 3")).to_be_visible()
        assert_reachable(page)

        with hands.within(0):  # one scan per unit
            hands.scan("5901234123457")
            expect(page.get_by_text("is no code of ours")).to_be_visible()
            for done, code in enumerate((DRESS, SHIRT, DRESS), start=1):
                hands.scan(code)
                expect(page.locator("#p-top")).to_contain_text(f"{done} of 3")
        expect(page.get_by_text("All is picked")).to_be_visible()

        with hands.within(1):
            hands.press("Space")
        expect(page.get_by_text("Scan each piece")).to_be_visible()
        assert_reachable(page)
        with hands.within(0):  # the label comes with the last piece
            for done, code in enumerate((SHIRT, DRESS, DRESS), start=1):
                hands.scan(code)
                expect(page.locator("#p-top")).to_contain_text(f"{done} of 3 packed")
        expect(page.get_by_text("Label ready")).to_be_visible(timeout=PATIENCE)
        assert_pdf(page, page.get_by_role("link", name="Label").get_attribute("href"))

        with hands.within(1):
            hands.press("Space")
        expect(page.locator("main")).to_contain_text("has left")
        page.goto(f"/orders/{order['number']}")
        expect(page.locator("#o-documents")).not_to_contain_text("Being made")
        for link in page.locator("#o-documents a").all():
            assert_pdf(page, link.get_attribute("href"))
        assert page.locator("#o-documents a").count() == 3
        assert read(shop, token, order)["status"] == "closed"

        with hands.within(4 + len("Too small")):  # one shirt comes back
            hands.press("r", "1", "Tab", "Tab")
            hands.write("Too small")
            assert_reachable(page)
        hands.press("Enter")
        expect(page.get_by_text("1 unit comes back")).to_be_visible()
        assert_reachable(page)

    with watched_page(browser, shop.url) as page:
        hands = Hands(page)
        sign_in(page, hire(shop, "shift_lead", "Lidia Lis"))
        page.goto("/orders/returns")
        assert_reachable(page)
        page.goto(f"/orders/{order['number']}")
        with hands.within(5):  # verdict, and what was paid for it
            hands.press("Space")
            expect(page.locator("dialog[open]")).to_be_visible()
            expect(page.locator("dialog[open] [data-most]")).to_have_value("79.90")
            assert_reachable(page)
            hands.press("d")
            expect(page.locator("dialog[open] [data-most]")).to_have_value("79.90")  # as before
            hands.press("Tab", "Tab", "Enter")
        expect(page.locator("#o-money")).to_contain_text("Settled")
        expect(page.locator("#returns")).to_contain_text("Damaged")
        assert_reachable(page)
    after = read(shop, token, order)
    assert (after["totals"]["refunded_minor"], after["totals"]["balance_minor"]) == (7_990, 0)
    assert after["status"] == "closed"


def test_many_orders_come_to_their_labels_with_three_keys(
    browser: Browser, stocked_shop: LiveShop, token: str
) -> None:
    shop = stocked_shop
    placed = []
    for at in range(6):
        line = {"sku": SHIRT, "quantity": 1}
        body = order_body(
            lines=[line],
            payment={"method": "paper_card", "amount_minor": 9_480},
            customer={"name": f"Teofila Labelska {at}"},
        )
        status, order, _headers = call(shop, token, "POST", "/orders", body)
        assert status == 201
        placed.append(order)
    with watched_page(browser, shop.url) as page:
        hands = Hands(page)
        sign_in(page, hire(shop, "clerk", "Celina Cichoń"))
        page.goto("/orders/?lane=to_pick&q=labelska")
        with hands.within(3):
            hands.press("t")
            expect(page.locator("#bulk").get_by_text("6 ticked")).to_be_visible()
            assert_reachable(page)
            hands.press("l")
        expect(page.get_by_text("6 labels are being made.")).to_be_visible()
        page.goto("/orders/pick")
        assert_reachable(page)
        page.goto(f"/orders/{placed[0]['number']}")
        expect(page.locator("#o-parcels")).to_contain_text("PC")
    for order in placed:
        assert read(shop, token, order)["parcels"][0]["state"] == "open"


def test_an_order_is_written_down_by_scanner_and_keyboard(
    browser: Browser, stocked_shop: LiveShop, token: str
) -> None:
    shop = stocked_shop
    with watched_page(browser, shop.url) as page:
        hands = Hands(page)
        sign_in(page, hire(shop, "clerk", "Celina Cichoń"))
        page.goto("/orders/")
        hands.press("n")
        expect(page.get_by_role("heading", level=1)).to_have_text("New order")
        for count in (1, 2):
            hands.scan(DRESS)
            expect(page.locator("#o-basket")).to_contain_text(f"{count} unit")
        assert_reachable(page)
        page.locator("#name").focus()
        hands.write("Zofia")
        page.locator("#city").focus()
        hands.write("Kielce")
        hands.press("Control+Enter")
        expect(page.get_by_text("Not placed yet.")).to_be_visible()
        expect(page.locator("#name")).to_have_value("Zofia")
        expect(page.locator("#o-basket")).to_contain_text("658.00")
        assert_reachable(page)

        for name, text in (("street", "Sienkiewicza 5"), ("postal_code", "25-002")):
            page.locator(f"#{name}").focus()
            hands.write(text)
        hands.press("Control+Enter")

        expect(page.locator("#goods")).to_contain_text("2 reserved")
        number = page.get_by_role("heading", level=1).inner_text()
    _status, order, _headers = call(shop, token, "GET", f"/orders/{number}")
    assert order["totals"]["total_minor"] == 65_800
    assert order["shipping_address"]["city"] == "Kielce"
