"""Every page that one can reach: at every width, in both colours and languages, and its weight.

The pages are found by walking the house from its menu, and the map of addresses says whether
one was missed: a new page is looked at by itself, or fails here because nothing leads to it.
"""

import gzip
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, Response, expect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.axe import violations
from tests.browser import watched_page
from tests.e2e.people import hire, sign_in
from tests.e2e.shop_with_records import make_records
from tests.live import LiveShop

pytestmark = pytest.mark.slow

WIDTHS = (360, 820, 1440)
FIRST_LOAD, AFTER = 300_000, 40_000  # bytes on the wire, without the pictures of goods
NO_PAGES = {
    "catalog.export": "a file",
    "catalog.import_rows": "a file",
    "catalog.photo": "a picture",
    "first_run.show": "only there until somebody can sign in",
    "ground.favicon": "a picture",
    "ground.healthz": "for machines",
    "ground.hits": "a fragment of every page",
    "ground.jobs_ring": "a fragment of every page",
    "ground.manifest": "for machines",
    "ground.readyz": "for machines",
    "lists.export_file": "a file",
    "lists.refused_rows": "a file",
    "lists.show_act": "of who began it alone; looked at where the tools of lists are",
    "lists.show_export": "of who began it alone; looked at where the tools of lists are",
    "loyalty.mine": "opened by a secret address alone; looked at where cards are",
    "loyalty.owed_file": "a file",
    "loyalty.print_card": "a paper",
    "loyalty.sheet": "a paper",
    "monitoring.show": "for machines",
    "ground.sign_in": "looked at without a person",
    "ground.static_file": "a file",
    "invoicing.pdf": "a paper",
    "orders.download_replay": "a file",
    "orders.download_results": "a file",
    "orders.find_customer": "a fragment of the new order",
    "orders.look_at_replay": "a card of the page of a promotion",
    "payments.print_card": "a paper",
    "pricing.export": "a file",
    "pricing.find_product": "sends one on to the prices of a product",
    "pricing.record": "sends one on to the page of the price list",
    "promotions.record": "sends one on to the page of the promotion",
}


@dataclass(frozen=True)
class Place:
    endpoint: str
    url: str
    weight: int
    has_lists: bool


class Visitor:
    """Asks for pages as a browser does, without drawing them."""

    def __init__(self, shop: LiveShop, cookies: str) -> None:
        address = urlsplit(shop.url)
        self._line = http.client.HTTPConnection(
            str(address.hostname), int(address.port or 80), timeout=60
        )
        self._headers = {"Cookie": cookies, "Accept-Encoding": "gzip"}

    def ask(self, path: str, **headers: str) -> tuple[int, str, int]:
        """Return status, HTML ("" for what is none) and the bytes that came over the line."""
        self._line.close()  # the house hangs up on a line that has been quiet
        self._line.request("GET", path, headers=self._headers | headers)
        answer = self._line.getresponse()
        sent = answer.read()
        weight = len(sent)
        if answer.headers["Content-Encoding"] == "gzip":
            sent = gzip.decompress(sent)
        is_page = answer.headers.get_content_type() == "text/html"
        return answer.status, sent.decode() if is_page else "", weight

    def close(self) -> None:
        self._line.close()


@pytest.fixture(scope="module")
def shop(stocked_shop: LiveShop) -> LiveShop:
    make_records(stocked_shop)
    return stocked_shop


@pytest.fixture(scope="module")
def visitor(browser: Browser, shop: LiveShop) -> Iterator[Visitor]:
    with watched_page(browser, shop.url) as page:
        sign_in(page, hire(shop, "administrator", "Ada Looks"))
        found = page.context.cookies()
    visitor = Visitor(shop, "; ".join(f"{one['name']}={one['value']}" for one in found))
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def places(shop: LiveShop, visitor: Visitor) -> list[Place]:
    """One address of each page, found by following links from what needs no key."""
    adapter = shop.house.url_map.bind(urlsplit(shop.url).netloc)
    pages = {
        rule.endpoint: rule
        for rule in shop.house.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    pages = {name: rule for name, rule in pages.items() if name not in NO_PAGES}
    waiting = [rule.rule for rule in pages.values() if not rule.arguments]
    found: dict[str, Place] = {}
    seen = set(waiting)
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, _given = adapter.match(path.partition("?")[0].partition("#")[0])
        except (HTTPException, RequestRedirect):
            continue
        if endpoint not in pages or endpoint in found:
            continue
        status, text, weight = visitor.ask(path)
        if status in (302, 303, 308):
            del pages[endpoint]  # it only sends one on, as `/` does
            continue
        assert status == 200, (path, status)
        tree = html.document_fromstring(text)
        found[endpoint] = Place(endpoint, path, weight, bool(tree.xpath("//*[@hx-get]")))
        for element in tree.iter():
            link = element.get("href") or element.get("action") or ""
            if link.startswith("/") and link not in seen:
                seen.add(link)
                waiting.append(link)
    assert sorted(set(pages) - set(found)) == [], "no link leads to these pages"
    return sorted(found.values(), key=lambda place: place.url)


def _by_axe(place: Place) -> dict[int, str]:
    """Return at which widths axe looks, and in which colours: in the dark at lists only."""
    return {1440: "light"} | ({360: "dark"} if place.endpoint.endswith(".index") else {})


def _is_too_wide(page: Page) -> bool:
    # The sheet scrolls by itself: what is too wide for it does not widen the document.
    return bool(
        page.evaluate(
            """[document.documentElement, ...document.querySelectorAll('main')].some(
                place => place.scrollWidth > place.clientWidth)"""
        )
    )


def _faults_of(page: Page, place: Place, *, by_axe: dict[int, str]) -> list[str]:
    """Return what is wrong with a page at every width; with axe where a colour is named."""
    faults = []
    answer = page.goto(place.url)
    assert answer is not None
    if answer.status != 200:
        return [f"{place.url}: {answer.status}"]
    if page.title().startswith(("·", " ")) or "·" not in page.title():
        faults.append(f"{place.url}: no title")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if _is_too_wide(page):
            faults.append(f"{place.url} scrolls sideways at {width}")
        if theme := by_axe.get(width):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            faults += [f"{place.url} at {width}, {theme}: {one}" for one in violations(page)]
    return faults


def test_every_page_is_open_to_everybody_at_every_width(
    browser: Browser, shop: LiveShop, places: list[Place]
) -> None:
    with watched_page(browser, shop.url) as page:
        sign_in(page, hire(shop, "administrator", "Ada Looks"))
        faults = [
            fault for place in places for fault in _faults_of(page, place, by_axe=_by_axe(place))
        ]
    assert faults == []


def test_every_page_fits_in_polish_too(
    browser: Browser, shop: LiveShop, places: list[Place]
) -> None:
    with watched_page(browser, shop.url) as page:
        sign_in(page, hire(shop, "administrator", "Pola Looks"))
        page.goto("/profile")
        page.locator("[name=language]").select_option("pl")
        page.locator("main form .card-foot .btn-primary").click()
        page.wait_for_selector("html[lang=pl]")
        faults = [fault for place in places for fault in _faults_of(page, place, by_axe={})]
    assert faults == []


def test_the_door_is_open_to_everybody(browser: Browser, shop: LiveShop) -> None:
    with watched_page(browser, shop.url) as page:
        door = Place("ground.sign_in", "/sign-in", 0, False)
        assert _faults_of(page, door, by_axe={360: "dark", 1440: "light"}) == []


@pytest.mark.parametrize("path", ["/sign-in", "/orders/", "/catalog/", "/stock/items"])
def test_a_first_visit_weighs_less_than_300_kb(browser: Browser, shop: LiveShop, path: str) -> None:
    came: list[Response] = []
    with watched_page(browser, shop.url) as page:
        if path != "/sign-in":
            sign_in(page, hire(shop, "administrator", "Ada Looks"))
        # With a route nothing comes from the cache: each file comes over the line again.
        page.route("**/*", lambda route: route.continue_())
        page.on("response", lambda answer: came.append(answer))
        page.goto(path, wait_until="networkidle")
        weights = {
            one.url: one.request.sizes()["responseBodySize"]
            for one in came
            if one.status == 200 and one.request.resource_type != "image"
        }
    assert len(weights) > 4, weights
    assert sum(weights.values()) < FIRST_LOAD, weights


def test_every_later_page_and_fragment_weighs_less_than_40_kb(
    visitor: Visitor, places: list[Place]
) -> None:
    heavy = {place.url: place.weight for place in places if place.weight >= AFTER}
    for place in places:
        if place.has_lists:
            status, text, weight = visitor.ask(place.url, **{"HX-Request": "true"})
            assert status == 200, place.url
            if weight >= AFTER:
                heavy[f"fragment of {place.url}"] = weight
            assert "<html" not in text or "<body" in text
    assert heavy == {}
