"""Finding: by the shortest clue one has, and what was open last."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from app import walking
from app.db import close_session, session
from app.models import RecentRecord
from modules.orders.listing import count_queue, queue
from modules.orders.numbers import ids_ending_with
from tests.orders.cast import ADDRESS, SHIRT, place, read, ship_all, stock_the_shop
from tests.orders.screens import page, words
from tests.orders.test_screens_queue import _other_store

People = Callable[..., FlaskClient]


@pytest.fixture
def clerk(client_as: People) -> FlaskClient:
    return client_as("clerk")


def opened_by(client: FlaskClient, clue: str) -> str:
    """Return where Enter leads after a clue: "" where it leads to a list of hits."""
    answer = client.get("/search", query_string={"q": clue, "go": "1"})
    assert answer.status_code in (200, 303)
    return str(answer.headers.get("Location", ""))


def hits(client: FlaskClient, clue: str = "") -> list[str]:
    answer = client.get("/search/hits", query_string={"q": clue}, headers={"HX-Request": "true"})
    shown = html.fragment_fromstring(answer.get_data(as_text=True), create_parent=True)
    return [words(one) for one in shown.xpath(".//*[@role='option']")]


@pytest.mark.parametrize("clue", ["{number}", "{digits}", "A.Wisniewska@poczta.example", "T-1"])
def test_a_whole_clue_and_enter_open_the_order(
    api: FlaskClient, clerk: FlaskClient, clue: str
) -> None:
    stock_the_shop()
    order = place(api, customer={"email": "a.wisniewska@poczta.example", "name": "A. W."})
    ship_all(api, order)

    clue = clue.format(number=order["number"], digits=order["number"].partition("-")[2])
    target = opened_by(clerk, clue)
    if "@" in clue:  # the same e-mail is that of the customer: both are shown
        assert target == ""
        assert len(hits(clerk, clue)) >= 2
    else:
        assert target.endswith(f"/orders/{order['id']}")


def test_the_last_digits_find_the_newest_order_that_ends_with_them(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    place(api)
    order = place(api)

    assert opened_by(clerk, order["number"][-4:]).endswith(f"/orders/{order['id']}")
    assert hits(clerk, order["number"][-4:])[0].startswith(order["number"])


def test_numbers_that_end_alike_are_counted_back_from_the_newest() -> None:
    assert ids_ending_with("004", newest=2_500, limit=5) == [2_004, 1_004, 4]
    assert ids_ending_with("100004", newest=2_500, limit=5) == [4]
    assert ids_ending_with("999999", newest=2_500, limit=5) == []


@pytest.mark.parametrize("clue", ["WISNIEWSKA agn", "601447218", "601 447 218", "zzz-none"])
def test_words_of_a_customer_find_her_without_accents_and_by_digits(
    api: FlaskClient, clerk: FlaskClient, clue: str
) -> None:
    stock_the_shop()
    place(api, customer={"name": "Agnieszka Wiśniewska", "phone": "+48601447218"})

    found = hits(clerk, clue)
    if clue.startswith("zzz"):
        assert found == []
    else:
        assert any("Agnieszka Wiśniewska" in one for one in found), found


def test_two_signs_wait_for_a_third_or_for_enter(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    place(api)

    assert hits(clerk, "wi") == []
    assert "Agnieszka" in words(page(clerk, "/search?q=wi"))


def test_a_whole_sku_and_a_fragment_find_the_product(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()

    assert "sku=" + SHIRT in opened_by(clerk, SHIRT)
    assert opened_by(clerk, "baz").endswith("/catalog/products/TE-BAZ")


def test_somebody_of_another_store_finds_no_order_by_any_clue(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    order = place(api, shipping_address=ADDRESS)
    ship_all(api, order)
    stranger = client_as("clerk", store_id=_other_store())

    for clue in (order["number"], order["number"][-4:], "T-1", "wiśniewska"):
        assert not any(order["number"] in one for one in hits(stranger, clue)), clue


def test_what_one_opened_last_stands_first_and_only_to_whom_may_see_it(
    api: FlaskClient, clerk: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    first, second = place(api), place(api)
    stranger = client_as("clerk", store_id=_other_store())

    for client in (clerk, stranger):
        for order in (first, second, first):
            answer = client.post("/recent", data={"record": f"order:{order['id']}"})
            assert answer.status_code == 204
    close_session()

    assert [one.split()[0] for one in hits(clerk)] == [first["number"], second["number"]]
    assert hits(stranger) == []
    assert "Open last" in words(page(clerk, "/search"))


@pytest.mark.parametrize("record", ["", "order", "order:x", "order:-1", "nothing:1", "order:9" * 9])
def test_a_record_that_is_none_is_not_kept(clerk: FlaskClient, record: str) -> None:
    assert clerk.post("/recent", data={"record": record}).status_code == 204
    close_session()
    assert hits(clerk) == []


def test_only_the_last_thirty_are_kept(clerk: FlaskClient) -> None:
    for key in range(1, 36):
        clerk.post("/recent", data={"record": f"order:{key}"})
    close_session()
    assert session.scalar(select(func.count()).select_from(RecentRecord)) == 30


def test_a_page_tells_which_record_it_shows(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    customer = read(api, order)["customer"]["id"]

    shown: dict[str, Any] = {
        "order": page(clerk, f"/orders/{order['id']}"),
        "customer": page(clerk, f"/customers/{customer}"),
        "product": page(clerk, "/catalog/products/TE-BAZ"),
    }
    for kind, found in shown.items():
        assert found.xpath("//body/@data-record")[0].startswith(f"{kind}:")
    assert page(clerk, "/orders/").xpath("//body/@data-record") == [""]


def test_a_common_name_shows_the_same_orders_however_they_are_found(
    api: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_the_shop()
    for name in ("Anna Kowalska", "Jan Nowak", "Ewa Kowalska", "Ola Kowalska"):
        place(api, customer={"name": name, "email": f"{name.split()[0]}@poczta.example"})

    def found(clue: str) -> list[str]:
        close_session()
        return [one.order.buyer["name"] for one in queue(text=clue, limit=2)]

    clues = ("kowalska", "poczta.example", "kowalska ola", "nowak", "nobody", "ja")
    fetched = [found(clue) for clue in clues]
    assert fetched[0] == ["Ola Kowalska", "Ewa Kowalska"]
    monkeypatch.setattr(walking, "_LOOKED_AT", 1)
    assert [found(clue) for clue in clues] == fetched
    assert [count_queue(text=clue, cap=3) for clue in clues] == [3, 3, 1, 1, 0, 1]


def test_a_search_with_many_hits_leads_to_the_list_of_all(
    api: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    stock_the_shop(shirts=40, dresses=40)
    for number in range(11):
        who = {"name": "Wacława Częsta", "email": f"w{number}@czesta.example"}
        place(api, customer=who)
    clerk = client_as("clerk")
    found = page(clerk, "/search?q=czesta")
    heads = [words(one) for one in found.xpath("//main//section/div[@class='card-header']")]
    assert heads == ["Customers 8+", "Orders 10+"]
    to_all = found.xpath("//main//section/div[@class='card-foot']/a/@href")
    assert [len(page(clerk, one).xpath("//tbody[@data-rows]/tr")) for one in to_all] == [11, 11]
    few = page(clerk, "/search?q=w3@czesta.example")
    assert few.xpath("//main//section/div[@class='card-foot']/a") == []
