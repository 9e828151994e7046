"""A shop that sells for us: its order comes in by its port, is sent, and the shop is told."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, expect

from app import tokens
from app.db import transact
from integrations.paper.client import PaperShop
from integrations.paper.partners import reach
from tests.browser import watched_page
from tests.contracts.stages import paper_order
from tests.e2e.people import PATIENCE, call, hire, sign_in
from tests.live import LiveShop
from tests.orders.cast import SHIRT, receive


def await_that(so: Callable[[], object], what: str) -> None:
    """Wait for the worker's doing outside the browser; Playwright waits inside."""
    end = time.monotonic() + PATIENCE / 1000
    while not so():
        assert time.monotonic() < end, f"never so: {what}"
        time.sleep(0.1)


def test_an_order_of_the_paper_shop_is_pulled_in_worked_and_told_back(
    browser: Browser, stocked_shop: LiveShop
) -> None:
    shop = stocked_shop
    with shop.house.app_context(), watched_page(browser, shop.url) as page:
        partner = reach(PaperShop)
        known = list(shop.house.extensions["scopes"])
        token = transact(
            lambda: tokens.create_token(name="packing", scopes=["admin"], known_scopes=known)
        )
        sign_in(page, hire(shop, "integrator", "Jan Wrona"))
        page.goto("/channels")
        page.get_by_role("button", name="Run now").click()
        await_that(lambda: partner.for_sale(SHIRT), "the shop knows what it may sell")

        partner.put_order(paper_order("E2E-P1", [(SHIRT, 1, "79.90")]))
        page.get_by_role("button", name="Run now").click()
        await_that(lambda: _ours(shop, token)[0], "the order is ours")
        number, order_id = _ours(shop, token)

        page.goto(f"/orders/?q={number}")
        row = page.get_by_role("row", name=number)
        expect(row).to_contain_text("Anna Nowak")
        expect(row).to_contain_text("Paid")
        row.get_by_role("link", name=number).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(number)

        sold = partner.for_sale(SHIRT) or 0
        tracking_number = send(shop, token, order_id)
        await_that(lambda: partner.order("E2E-P1").get("parcels"), "the buyer sees the parcel")
        assert [one["number"] for one in partner.order("E2E-P1")["parcels"]] == [tracking_number]
        page.reload()
        expect(page.locator("main")).to_contain_text(tracking_number)

        receive({SHIRT: 5})
        page.goto("/channels")
        page.get_by_role("button", name="Run now").click()
        await_that(lambda: partner.for_sale(SHIRT) == sold + 5, "the shop sells five more")
        expect(page.get_by_text("Every order that a shop told of was taken in.")).to_be_visible()


def _ours(shop: LiveShop, token: str) -> tuple[str, str]:
    """Return number and id of the order that the shop calls E2E-P1, once it is ours."""
    status, found, _headers = call(shop, token, "GET", "/orders?q=E2E-P1")
    assert status == 200, found
    return next(((one["number"], one["id"]) for one in found["items"]), ("", ""))


def send(shop: LiveShop, token: str, order_id: str) -> str:
    """Pick, pack and ship all of an order with a label of the courier; return its number."""

    def act(path: str, *good: int) -> Any:
        status, told, _headers = call(shop, token, "POST", path, {})
        assert status in good, told
        return told

    parcel = f"/parcels/{act(f'/orders/{order_id}/parcels', 201)['id']}"
    act(f"{parcel}/pick", 200)
    act(f"{parcel}/pack", 200)
    act(f"{parcel}/label", 200, 202)

    def number() -> str:
        return str(call(shop, token, "GET", parcel)[1]["tracking_number"] or "")

    await_that(number, "the courier made a label")
    act(f"{parcel}/ship", 200)
    return number()
