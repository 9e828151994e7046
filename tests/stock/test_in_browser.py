"""Stock in a real browser: a delivery scanned by hand and scanner, and pages without barriers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import accounts
from app.db import session, transact
from app.models import Account
from modules import catalog, organization, stock
from modules.stock import TransferLineWanted
from modules.stock.operations import counts
from tests.axe import violations
from tests.browser import watched_page
from tests.conftest import PASSWORD
from tests.live import LiveShop
from tests.stock.cast import EAN_OF_M, Cast, make_cast, stocked

pytestmark = pytest.mark.slow
UNKNOWN = "5901234123457"
EMAIL = "marek@example.test"


@pytest.fixture(scope="module")
def shop(live_server: LiveShop) -> LiveShop:
    """The running shop with our cast in it, and Marek, who leads the shift."""
    with live_server.house.app_context():
        transact(_prepare)
    return live_server


def _prepare() -> None:
    if session.scalar(select(Account.id).where(Account.email == EMAIL)):
        return
    marek = Account(email=EMAIL, name="Marek Zięba", password_hash=accounts.hash_password(PASSWORD))
    session.add(marek)
    session.flush()
    accounts.grant_role(account_id=marek.id, role="shift_lead")


@pytest.fixture(scope="module")
def cast(shop: LiveShop) -> Cast:
    with shop.house.app_context():
        known = catalog.variants_for_sale(["HALINA-M", "HALINA-S"])
        if not known:
            return make_cast()
        places = {one.code: one for one in organization.list_locations()}
        return Cast(
            sizes={sku.removeprefix("HALINA-"): one.id for sku, one in known.items()},
            shop=places["GDN-F"].id,
            warehouse=places["WAW-W"].id,
            shop_store=places["GDN-F"].store_id,
            warehouse_store=places["WAW-W"].store_id,
        )


@pytest.fixture
def page(browser: Browser, shop: LiveShop, cast: Cast) -> Iterator[Page]:
    with watched_page(browser, shop.url) as opened:
        sign_in(opened)
        yield opened


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def scan(page: Page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_delivery_is_received_by_scanner_and_two_keys(
    page: Page, shop: LiveShop, cast: Cast
) -> None:
    page.goto("/stock/receipts")
    page.keyboard.press("n")
    page.get_by_label("Where do they lie").select_option(str(cast.shop))
    page.get_by_role("textbox", name="Delivery note").fill("WZ 200/2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stock/receipts/*")

    expect(page.get_by_label("Scan or type an EAN")).to_be_focused()
    # No wait between the scans: each has its turn, and none is lost.
    for code in (EAN_OF_M, EAN_OF_M, UNKNOWN, "HALINA-S", EAN_OF_M):
        scan(page, code)
    expect(page.get_by_text("4 pieces", exact=True)).to_be_visible()
    tray = page.get_by_role("list", name="Codes that were not taken")
    expect(tray).to_contain_text(UNKNOWN)
    tray.get_by_role("button", name="Put aside").click()
    expect(tray).not_to_contain_text(UNKNOWN)

    small = page.get_by_label("Pieces of HALINA-S")
    small.fill("5")
    small.press("Tab")
    expect(page.get_by_text("8 pieces", exact=True)).to_be_visible()

    with shop.house.app_context():
        before = {one.location_id: one.on_hand for one in stock.levels([cast.m])}
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.get_by_text("What came in")).to_be_visible()
    with shop.house.app_context():
        after = {one.location_id: one.on_hand for one in stock.levels([cast.m])}
    assert after[cast.shop] == before.get(cast.shop, 0) + 3


def test_a_grid_takes_a_spreadsheet_and_fills_the_receipt(page: Page, cast: Cast) -> None:
    page.goto("/stock/receipts?new=1")
    page.get_by_label("Where do they lie").select_option(str(cast.warehouse))
    page.get_by_role("textbox", name="Delivery note").fill("WZ 201/2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stock/receipts/*")
    page.get_by_label("Model number").fill("HALINA")
    page.keyboard.press("Enter")
    page.get_by_label("Burgundy S", exact=True).focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer(); data.setData("text/plain", "2\\t3\\t1");
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
        }"""
    )
    expect(page.get_by_label("Burgundy M", exact=True)).to_have_value("3")
    page.get_by_role("button", name="Put the grid on the sheet").click()
    expect(page.get_by_text("6 pieces", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_stock_has_a_barrier(
    browser: Browser, shop: LiveShop, cast: Cast, scheme: str
) -> None:
    with shop.house.app_context():
        stocked(cast, M=3, S=2)
        lines = [TransferLineWanted(variant_id=cast.m, quantity=1)]
        transfer = transact(
            lambda: stock.request_transfer(
                from_location_id=cast.shop, to_location_id=cast.warehouse, lines=lines
            )
        ).id
        transact(lambda: stock.ship_transfer(transfer_id=transfer))
        counting = transact(lambda: counts.start_count(location_id=cast.shop)).id
        transact(lambda: counts.put_on_count(count_id=counting, variant_id=cast.m, counted=2))
    paths = [
        "/stock/items",
        "/stock/items/HALINA-M",
        "/stock/receipts",
        "/stock/receipts/1",
        "/stock/transfers",
        f"/stock/transfers/{transfer}",
        "/stock/counts",
        f"/stock/counts/{counting}",
        f"/stock/counts/{counting}/review",
    ]
    with watched_page(browser, shop.url, color_scheme=scheme) as page:
        sign_in(page)
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            for path in paths:
                page.goto(path)
                assert violations(page) == [], f"{path} at {width}"
                wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wider <= 0, f"{path} is wider than {width}"
