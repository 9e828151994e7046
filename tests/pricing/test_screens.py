"""The screens of prices as people use them: made, filled in, taken from a file, refused."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session, session, transact
from modules import catalog
from modules.pricing import Entry, minimums, queries
from modules.pricing.entries import put_prices
from modules.pricing.models import PriceEntry
from tests.orders.screens import fields, form_to, page, parsed, press, text_of, words
from tests.pricing.cast import change, cost, history, make_boots, make_list, set_price

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("app")]
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def manager(client_as: SignIn) -> FlaskClient:
    return client_as("marketing_manager")


def entries(code: str = "WEB") -> list[tuple[int, int]]:
    close_session()
    found = queries.list_entries(queries.get_price_list_by_code(code).id)
    close_session()
    return [(one.least_quantity, one.price_minor) for one in found]


def test_a_manager_makes_a_list_sets_prices_and_archives_it(manager: FlaskClient) -> None:
    small, _large = make_boots()
    assert "No price list yet" in text_of(manager.get("/pricing/"))
    form = form_to(page(manager, "/pricing/new"), "/pricing/new")
    answer = press(
        manager,
        form,
        name="Web autumn",
        code="WEB",
        channels="web",
        active="y",
        of_0="brand",
        word_0="Bazar",
        rate_0="7,5",
    )
    assert answer.headers["Location"] == "/pricing/WEB"
    shown = page(manager, "/pricing/WEB")
    assert "7.50 % off the brand Bazar" in words(shown).replace("\u00a0", " ")
    assert cost(small) == (18_500, "WEB")
    found = manager.get("/pricing/WEB/products?product=BOOT-38")
    assert found.headers["Location"] == "/pricing/WEB/products/BOOT"
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    typed = {f"{small}-0-price": "149,90", f"{small}-0-least": "1"}
    assert press(manager, table, **typed).status_code == 303
    assert entries() == [(1, 14_990)]
    assert cost(small) == (14_990, "WEB")
    assert "149.90" in words(page(manager, "/pricing/WEB"))
    press(manager, form_to(page(manager, "/pricing/WEB"), "/archive"))
    assert cost(small) == (None, "")
    assert "No price list yet" in text_of(manager.get("/pricing/"))
    press(manager, form_to(page(manager, "/pricing/WEB"), "/restoration"))
    assert "Off" in words(page(manager, "/pricing/WEB"))


def test_steps_and_times_are_typed_and_taken_off_in_the_table(manager: FlaskClient) -> None:
    small, _large = make_boots()
    make_list("WEB", Entry(variant_id=small, price_minor=18_000))
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    typed = {
        f"{small}-1-price": "150",
        f"{small}-1-least": "10",
        f"{small}-1-since": "2026-12-01T08:00",
    }
    assert press(manager, table, **typed).status_code == 303
    assert entries() == [(1, 18_000), (10, 15_000)]
    [timed] = [one for one in session.query(PriceEntry).all() if one.least_quantity == 10]
    assert timed.valid_from is not None
    assert timed.valid_from.isoformat() == "2026-12-01T07:00:00+00:00"
    close_session()
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    assert press(manager, table, **{f"{small}-0-price": ""}).status_code == 303
    assert entries() == [(10, 15_000)]


def test_what_was_typed_stays_where_it_is_wrong(manager: FlaskClient) -> None:
    small, _large = make_boots()
    make_list("WEB")
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    answer = press(manager, table, **{f"{small}-0-price": "cheap", f"{small}-0-least": "none"})
    assert answer.status_code == 422
    shown = parsed(answer)
    assert fields(form_to(shown, "/products/BOOT"))[f"{small}-0-price"] == "cheap"
    assert shown.get_element_by_id(f"p-{small}-0-price").get("aria-invalid") == "true"
    assert entries() == []
    form = form_to(page(manager, "/pricing/new"), "/pricing/new")
    bad: list[dict[str, str]] = [
        {"of_0": "brand", "rate_0": "10"},
        {"of_0": "everything", "rate_0": "much"},
        {"customers": "C-999999"},
        {"valid_from": "2026-12-02T08:00", "valid_to": "2026-12-01T08:00"},
        {"code": "WEB"},
    ]
    for one in bad:
        answer = press(manager, form, **({"name": "Mine", "code": "MINE"} | one))
        assert answer.status_code == 422, one
        assert fields(form_to(parsed(answer), "/pricing/new"))["name"] == "Mine"


def test_who_comes_second_is_told_and_keeps_what_he_typed(manager: FlaskClient) -> None:
    small, _large = make_boots()
    made = make_list("WEB", Entry(variant_id=small, price_minor=18_000))
    head = form_to(page(manager, "/pricing/WEB/edit"), "/pricing/WEB/edit")
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    change(made, name="Theirs")
    answer = press(manager, head, name="Mine")
    assert answer.status_code == 409
    assert fields(form_to(parsed(answer), "/pricing/WEB/edit"))["name"] == "Mine"
    answer = press(manager, table, **{f"{small}-0-price": "99"})
    assert answer.status_code == 409
    assert entries() == [(1, 18_000)]


def send_file(manager: FlaskClient, text: str) -> Any:
    return manager.post(
        "/pricing/WEB/import",
        data={"file": (io.BytesIO(text.encode()), "prices.csv")},
        content_type="multipart/form-data",
    )


def test_a_file_is_looked_at_before_it_is_taken_and_can_be_read_again(manager: FlaskClient) -> None:
    small, large = make_boots()
    make_list("WEB", Entry(variant_id=small, price_minor=18_000))
    text = (
        "sku;price;least_quantity;valid_from;valid_to\n"
        "BOOT-38;149,90;;;\nBOOT-39;129.00;10;2026-12-01;2026-12-24\n"
        "NOTHING;1;;;\nBOOT-38;1;;;\nBOOT-39;dear;;;\nBOOT-39;1;0;;\nBOOT-39;1;;tomorrow;\n\n"
    )
    answer = send_file(manager, text)
    assert answer.status_code == 200
    shown = parsed(answer)
    said = words(shown)
    assert "2 prices" in said
    assert "5 rows" in said
    for why in ("There is no SKU NOTHING.", "The same price stands in the file above."):
        assert why in said
    assert entries() == [(1, 18_000)]
    assert press(manager, form_to(shown, "/taking")).status_code == 303
    assert entries() == [(10, 12_900), (1, 14_990)]
    with manager.get("/pricing/WEB/prices.csv") as sent:
        written = sent.get_data(as_text=True).splitlines()
    assert written[1] == (
        '"BOOT-39","129.00","10","2026-12-01T00:00+01:00","2026-12-24T00:00+01:00"'
    )
    again = send_file(manager, "\n".join(written))
    assert "2 prices" in words(parsed(again))
    press(manager, form_to(parsed(again), "/taking"))
    assert entries() == [(10, 12_900), (1, 14_990)]
    assert cost(large)[0] is None
    assert "Prices taken from a file" in words(page(manager, "/pricing/WEB"))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "sku,price\n\x00,1\n"])
def test_a_file_that_is_none_is_refused(manager: FlaskClient, text: str) -> None:
    make_list("WEB")
    assert send_file(manager, text).status_code == 422


def test_a_file_that_somebody_was_faster_than_is_not_taken(manager: FlaskClient) -> None:
    small, _large = make_boots()
    made = make_list("WEB")
    shown = parsed(send_file(manager, "sku,price\nBOOT-38,149\n"))
    theirs = [Entry(variant_id=small, price_minor=12_000)]
    transact(lambda: put_prices(price_list_id=made.id, entries=theirs))
    assert press(manager, form_to(shown, "/taking")).status_code == 409
    assert entries() == [(1, 12_000)]


def test_margins_and_minimum_prices_are_set_and_kept(manager: FlaskClient) -> None:
    small, large = make_boots()
    make_list("WEB")
    form = form_to(page(manager, "/pricing/minimums"), "/minimums")
    assert press(manager, form, **{"margin-0": "much"}).status_code == 422
    assert press(manager, form, **{"margin-0": "10", "margin-1": "12,5"}).status_code == 303
    close_session()
    assert minimums.margins() == {"": 1_000, "Shoes": 1_250}
    close_session()
    assert press(manager, form, **{"margin-0": "20"}).status_code == 409
    form = form_to(page(manager, "/pricing/products/BOOT"), "/products/BOOT")
    assert press(manager, form, **{f"least-{small}": "little"}).status_code == 422
    assert press(manager, form, **{f"least-{small}": "150"}).status_code == 303
    close_session()
    assert minimums.minimums_of([small, large]) == {small: 15_000}
    close_session()
    assert "150.00" in words(page(manager, "/catalog/products/BOOT"))
    table = form_to(page(manager, "/pricing/WEB/products/BOOT"), "/products/BOOT")
    answer = press(manager, table, **{f"{small}-0-price": "149,99"})
    assert answer.status_code == 422
    assert "is not sold under" in text_of(answer)
    grid = form_to(page(manager, "/catalog/products/BOOT/prices"), "/prices")
    answer = press(manager, grid, **{f"price-{small}": "149,99"})
    assert answer.status_code == 422
    assert "is not sold under" in text_of(answer)
    assert history(small) == [(20_000, True)]


def test_the_page_of_a_product_tells_what_it_cost(manager: FlaskClient) -> None:
    small, _large = make_boots()
    make_list("WEB", Entry(variant_id=small, price_minor=14_000), channels=["web"])
    set_price("BOOT-38", 15_000)
    said = words(page(manager, "/catalog/products/BOOT")).replace("\u00a0", " ")
    assert "Lowest of 30 days 200.00 zł" in said
    assert "before it 200.00 zł" in said
    assert "Web store · List WEB" in said


def test_a_store_manager_reads_and_changes_nothing(client_as: SignIn) -> None:
    small, _large = make_boots()
    make_list("WEB", Entry(variant_id=small, price_minor=14_000))
    reader = client_as("store_manager")
    shown = page(reader, "/pricing/WEB")
    assert not [form for form in shown.forms if "/pricing/" in (form.get("action") or "")[8:]]
    for path in (
        "/pricing/new",
        "/pricing/WEB/edit",
        "/pricing/WEB/import",
        "/pricing/WEB/products/BOOT",
        "/pricing/products/BOOT",
        "/pricing/WEB/prices.csv",
    ):
        assert reader.get(path).status_code == 403, path
    assert reader.post("/pricing/WEB/archive", data={"version": "1"}).status_code == 403
    assert client_as("clerk").get("/pricing/").status_code == 403
    assert "What it cost" not in text_of(client_as("clerk").get("/catalog/products/BOOT"))


def test_the_list_narrows_and_the_search_finds(manager: FlaskClient) -> None:
    make_list("AUTUMN")
    make_list("SPRING", active=False)
    said = text_of(manager.get("/pricing/?standing=running"))
    assert "List AUTUMN" in said
    assert "List SPRING" not in said
    assert "List SPRING" in text_of(manager.get("/pricing/?standing=off"))
    assert "No price list is like that." in text_of(manager.get("/pricing/?q=winter"))
    assert "List AUTUMN" in text_of(manager.get("/search?q=autumn"))
    assert manager.get("/pricing/AUTUMN?q=boots").status_code == 200


def test_a_contract_and_groups_are_told_by_their_names(manager: FlaskClient) -> None:
    from modules import customers

    def make() -> str:
        customers.create_group(code="staff", name="Our staff")
        return customers.create_customer(name="Ewa Żak").number

    number = transact(make)
    form = form_to(page(manager, "/pricing/new"), "/pricing/new")
    answer = press(manager, form, name="Deal", code="DEAL", customers=number, groups="staff")
    assert answer.status_code == 303
    said = words(page(manager, "/pricing/DEAL"))
    assert "Ewa Żak" in said
    assert "Our staff" in said
    form = form_to(page(manager, "/pricing/DEAL/edit"), "/pricing/DEAL/edit")
    assert fields(form)["customers"] == number
    assert catalog.list_categories() is not None
