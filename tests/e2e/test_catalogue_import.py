"""A manager brings a catalogue with her: a trial, the real thing, its refusals, and undo."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import watched_page
from tests.catalog.data import data_file
from tests.e2e.people import PATIENCE, hire, sign_in
from tests.live import LiveShop

HEADINGS = (
    "Handle,Title,Vendor,Type,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Barcode,Image Src"
)
TEES = f"""{HEADINGS}
olga-tee,Olga tee,Lokal,Tee,true,Size,S,Color,White,OLGA-WHI-S,180,4,79.00,,
olga-tee,,,,,,M,,White,OLGA-WHI-M,180,2,79.00,12345,
olga-tee,,,,,,S,,Sky,OLGA-SKY-S,180,-1,79.00,,
olga-tee,,,,,,M,,Sky,OLGA-SKY-M,180,0,,,
olga-tee,,,,,,L,,Sky,OLGA-WHI-S,180,3,79.00,,
"""


@pytest.fixture
def page(browser: Browser, live_server: LiveShop) -> Iterator[Page]:
    """The page of Marta, who manages the store."""
    email = hire(live_server, "store_manager", "Marta Zalewska")
    with watched_page(browser, live_server.url) as opened:
        sign_in(opened, email)
        yield opened


def begin(page: Page, file: Path, *, trial: bool = False) -> None:
    page.goto("/catalog/imports/new")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Format").select_option("shopify")
    if trial:
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Begin the import").click()
    expect(page).to_have_url(re.compile(r"/catalog/imports/\d+"))


def await_state(page: Page, word: str) -> None:
    """Wait until the page says by itself how it ended: nobody presses reload."""
    expect(page.locator(".v-head .st").first).to_have_text(word, timeout=PATIENCE)


def figure(page: Page, name: str) -> str:
    place = page.locator("dl.facts > div", has=page.locator("dt", has_text=name)).first
    return plain(place.locator("dd").first.inner_text())


def plain(text: str) -> str:
    """Return a text with the spaces of its numbers as one types them."""
    return " ".join(text.replace("\u202f", " ").split())


def test_a_catalogue_is_tried_taken_in_looked_at_and_taken_back(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "tees.csv"
    file.write_text(TEES, encoding="utf-8")

    begin(page, file, trial=True)
    await_state(page, "Done with errors")
    expect(page.get_by_text("This was a trial")).to_be_visible()
    page.goto("/catalog/?q=Olga")
    expect(page.get_by_role("link", name="Olga tee")).to_have_count(0)

    begin(page, file)
    await_state(page, "Done with errors")
    expect(page.get_by_text("5 of 5 rows")).to_be_visible()
    assert (figure(page, "Products"), figure(page, "Variants")) == ("1", "3")
    rows = page.get_by_role("region", name="Rows").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("price")
    expect(rows.nth(1)).to_contain_text("OLGA-WHI-S")
    page.get_by_role("link", name="With a warning").click()
    expect(rows).to_have_count(2)
    import_page = page.url

    page.goto("/catalog/?q=Olga")
    page.get_by_role("link", name="Olga tee").click()
    grid = page.locator("table[data-grid]")
    expect(grid.locator("thead th")).to_contain_text(["Size", "S", "M"])
    expect(grid.locator("tbody tr")).to_have_count(2)
    expect(grid.locator("[data-sku=OLGA-WHI-M]")).to_be_visible()
    expect(grid.get_by_text("not made")).to_have_count(1)

    page.goto(import_page)
    page.get_by_role("button", name="Undo this import").click()
    await_state(page, "Undone")
    page.goto("/catalog/?q=Olga")
    expect(page.get_by_role("link", name="Olga tee")).to_have_count(0)


MODELS = 4_000  # enough that nobody is too slow to stop it


@pytest.mark.slow
def test_a_long_import_is_watched_stopped_and_goes_on(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "range.csv"
    lines = [
        f"model-{number},Model {number},Lokal,Tee,true,Size,{size},,,,180,1,79.00,,"
        for number in range(MODELS)
        for size in ("S", "M", "L")
    ]
    file.write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")

    begin(page, file)
    expect(page.locator("#jobs-ring")).to_contain_text("1 job", timeout=PATIENCE)
    expect(page.locator(".v-head .st").first).to_have_text("Running", timeout=PATIENCE)
    page.get_by_role("button", name="Stop the import").click()
    await_state(page, "Stopped")
    page.goto("/jobs")
    expect(page.locator("#jobs tbody tr").first).to_contain_text("Stopped")
    page.locator("#jobs tbody a").first.click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+"))
    page.get_by_role("button", name="Try again").click()
    await_state(page, "Done")
    expect(page.locator("#job")).to_contain_text(re.compile(r"12\s000 of 12\s000"))
    page.get_by_role("link", name="Open the result").click()
    assert (figure(page, "Products"), figure(page, "Variants")) == ("4 000", "12 000")
    page.get_by_role("button", name="Undo this import").click()
    await_state(page, "Undone")


@pytest.mark.slow
def test_the_real_catalogue_of_a_fashion_shop_comes_in(page: Page) -> None:
    file = data_file("shopify/fashion.csv")
    begin(page, file)
    await_state(page, "Done with errors")
    expect(page.locator("#import")).to_contain_text(re.compile(r"5\s024 of 5\s024 rows"))
    assert (figure(page, "Products"), figure(page, "Variants")) == ("997", "3 676")
    expect(page.get_by_role("region", name="Rows").locator("tbody tr")).to_have_count(8)
    import_page = page.url
    page.goto("/catalog/")
    page.locator("tbody[data-rows] a, table tbody a").first.click()
    expect(page.locator("table[data-grid] .cell").first).to_be_visible()
    page.goto(import_page)
    page.get_by_role("button", name="Undo this import").click()
    await_state(page, "Undone")
