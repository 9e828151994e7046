"""Picking and packing by scan: what is right, what is wrong, what is missing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import transact
from modules import organization
from tests.orders.cast import DRESS, SHIRT, on_shelf, place, post, read, stock_the_shop
from tests.orders.screens import Page, form_to, page, press, text_of, words

People = Callable[..., FlaskClient]
Order = dict[str, Any]
HX = {"HX-Request": "true"}


@pytest.fixture
def clerk(client_as: People) -> FlaskClient:
    return client_as("clerk")


@pytest.fixture
def order(api: FlaskClient) -> Order:
    stock_the_shop()
    return place(api)


@pytest.fixture
def parcel(api: FlaskClient, order: Order) -> str:
    opened = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    return str(opened["id"])


def scan(client: FlaskClient, parcel: str, code: str, *, step: str = "picked") -> Any:
    return client.post(f"/orders/parcels/{parcel}/{step}", data={"code": code}, headers=HX)


def picked(api: FlaskClient, order: Order) -> list[int]:
    return [line["units"]["picked"] for line in read(api, order)["lines"]]


# --- the list of work -------------------------------------------------------------------------


def test_nothing_to_do_is_said_with_what_comes_here(clerk: FlaskClient) -> None:
    assert "Nothing waits for hands" in words(page(clerk, "/orders/pick"))


def test_the_oldest_order_is_begun_with_one_press(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    younger = place(api)
    shown = page(clerk, "/orders/pick")
    assert "2 orders wait to be picked" in words(shown)
    [begin] = [f for f in shown.forms if f.xpath(".//button[@data-key=' ']")]

    answer = press(clerk, begin)

    assert answer.headers["Location"].endswith("/pick")
    assert read(api, order)["fulfilment_status"] == "picking"
    assert read(api, younger)["fulfilment_status"] == "reserved"


def test_parcels_stand_under_the_step_that_they_wait_for(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    def under() -> list[str]:
        shown = page(clerk, "/orders/pick")
        return [
            key
            for key in ("pick", "pack", "ship")
            if order["number"] in words(shown.get_element_by_id(f"o-{key}"))
        ]

    assert under() == ["pick"]
    post(api, f"/parcels/{parcel}/pick", {})
    assert under() == ["pack"]
    post(api, f"/parcels/{parcel}/pack", {})
    assert under() == ["ship"]
    post(api, f"/parcels/{parcel}/ship", {"tracking_number": "T-1"})
    assert "Nothing waits for hands" in words(page(clerk, "/orders/pick"))


@pytest.mark.parametrize("what", ["number", "parcel", "item"])
def test_a_scan_of_item_order_or_parcel_opens_the_parcel(
    clerk: FlaskClient, order: Order, parcel: str, what: str
) -> None:
    code = {"number": order["number"], "parcel": f"VP-{100_000 + int(parcel)}", "item": DRESS}[what]

    answer = clerk.get("/orders/pick", query_string={"scan": code})

    assert answer.headers["Location"].endswith(f"/orders/parcels/{parcel}/pick")


@pytest.mark.parametrize("code", ["5901234123457", "VS-999999", "VP-999999", "x" * 500])
def test_a_scan_that_nothing_needs_is_said_in_words(
    clerk: FlaskClient, parcel: str, code: str
) -> None:
    assert parcel
    answer = clerk.get("/orders/pick", query_string={"scan": code})

    assert answer.status_code == 404
    assert "Nothing in work needs" in text_of(answer)


def test_an_item_that_is_picked_opens_the_packing(
    api: FlaskClient, clerk: FlaskClient, parcel: str
) -> None:
    post(api, f"/parcels/{parcel}/pick", {})

    answer = clerk.get("/orders/pick", query_string={"scan": SHIRT})

    assert answer.headers["Location"].endswith("/pack")


def test_work_of_another_store_is_not_shown(client_as: People, order: Order, parcel: str) -> None:
    store = transact(lambda: organization.create_store(code="KRK", name="Kraków", kind="shop"))
    stranger = client_as("clerk", store_id=store.id)

    assert order["number"] not in words(page(stranger, "/orders/pick"))
    for path in ("pick", "pack"):
        assert stranger.get(f"/orders/parcels/{parcel}/{path}").status_code == 404
    assert scan(stranger, parcel, SHIRT).status_code == 404


# --- picking ----------------------------------------------------------------------------------


def test_each_scan_takes_one_unit_until_all_is_picked(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    shown = words(page(clerk, f"/orders/parcels/{parcel}/pick"))
    assert "Bazyli organic tee" in shown
    assert "0 of 3" in shown

    first = scan(clerk, parcel, DRESS)
    assert first.status_code == 200
    assert "1 of 3" in text_of(first)
    assert picked(api, order) == [0, 1]
    scan(clerk, parcel, SHIRT)
    last = scan(clerk, parcel, DRESS)

    assert picked(api, order) == [1, 2]
    assert "All is picked" in text_of(last)
    assert "Pack it" in text_of(last)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("5901234123457", "is no code of ours"),
        ("", "Scan an item first."),
        ("  ", "Scan an item first."),
        ("\x00", "Scan an item first."),
    ],
)
def test_a_wrong_scan_is_refused_aloud_and_takes_nothing(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str, code: str, said: str
) -> None:
    answer = scan(clerk, parcel, code)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'data-beep="bad"' in answer.get_data(as_text=True)
    assert picked(api, order) == [0, 0]


def test_an_item_of_another_order_is_named_and_put_back(
    api: FlaskClient, clerk: FlaskClient, parcel: str
) -> None:
    other = place(api, lines=[{"sku": SHIRT, "quantity": 1}], payment=None)
    opened = post(api, f"/orders/{other['id']}/parcels", {}, status=201)

    wrong = scan(clerk, str(opened["id"]), DRESS)
    scan(clerk, str(opened["id"]), SHIRT)
    twice = scan(clerk, str(opened["id"]), SHIRT)

    assert "Wrong item: Maja linen dress" in text_of(wrong)
    assert "complete already" in text_of(twice)
    assert parcel


def test_without_a_scanner_units_are_taken_by_button(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    form = form_to(page(clerk, f"/orders/parcels/{parcel}/pick"), "/picked")

    answer = press(clerk, [f for f in _forms(clerk, parcel) if "quantity" in f.fields][0])

    assert form is not None
    assert answer.status_code == 303
    assert sum(picked(api, order)) == 1


def _forms(client: FlaskClient, parcel: str) -> list[Page]:
    return list(page(client, f"/orders/parcels/{parcel}/pick").forms)


@pytest.mark.parametrize(
    "typed", [{"line": "1", "quantity": "99"}, {"line": "999", "quantity": "1"}, {"line": "x"}, {}]
)
def test_units_that_the_parcel_lacks_are_not_taken(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str, typed: dict[str, str]
) -> None:
    answer = clerk.post(f"/orders/parcels/{parcel}/picked", data=typed)

    assert answer.status_code == 422
    assert picked(api, order) == [0, 0]


def test_a_missing_unit_is_reported_and_holds_the_order(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    form = form_to(page(clerk, f"/orders/parcels/{parcel}/pick"), "/short")

    empty = press(clerk, form)
    press(clerk, form, **{"short-reason": "Not on the shelf"})

    assert empty.status_code == 422
    after = read(api, order)
    assert [hold["kind"] for hold in after["holds"]] == ["stock"]
    assert [line["units"]["backordered"] for line in after["lines"]] == [1, 0]
    assert on_shelf(SHIRT) == (10, 0)
    shown = words(page(clerk, f"/orders/parcels/{parcel}/pick"))
    assert "The order is on hold" in shown
    assert scan(clerk, parcel, DRESS).status_code == 422


def test_a_held_order_is_not_picked(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    post(api, f"/orders/{order['id']}/holds", {"kind": "fraud", "reason": "Odd card."}, status=201)

    answer = scan(clerk, parcel, SHIRT)

    assert answer.status_code == 422
    assert "Odd card." in text_of(answer)


def test_who_has_begun_to_pick_a_held_order_may_end(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    assert clerk.post(f"/orders/parcels/{parcel}/picking").status_code == 303
    form = form_to(page(clerk, f"/orders/parcels/{parcel}/pick"), "/short")
    press(clerk, form, **{"short-reason": "Not on the shelf"})

    shown = page(clerk, f"/orders/parcels/{parcel}/pick")
    assert "The order is on hold" in words(shown)
    assert shown.get_element_by_id("p-code") is not None  # it can still be scanned
    assert scan(clerk, parcel, DRESS).status_code in (200, 303)
    assert picked(api, order)[1] == 1


# --- packing ----------------------------------------------------------------------------------


def test_the_last_piece_in_the_box_asks_for_the_label_and_then_it_leaves(
    api: FlaskClient,
    clerk: FlaskClient,
    order: Order,
    parcel: str,
    run_jobs: Callable[[], None],
) -> None:
    post(api, f"/parcels/{parcel}/pick", {})
    for code in (SHIRT, DRESS):
        scan(clerk, parcel, code, step="packed")
    last = scan(clerk, parcel, DRESS, step="packed")
    assert "The label is being made" in text_of(last)

    run_jobs()

    shown = page(clerk, f"/orders/parcels/{parcel}/pack")
    assert "Label ready" in words(shown)
    [label] = shown.xpath("//a[@data-key='l']/@href")
    assert clerk.get(label).mimetype == "application/pdf"
    answer = press(clerk, form_to(shown, "/handover"))
    assert answer.status_code == 303
    assert "has left" in words(page(clerk, f"/orders/parcels/{parcel}/pack"))
    assert read(api, order)["status"] == "closed"


def test_all_is_packed_with_one_press_and_twice_is_once(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    post(api, f"/parcels/{parcel}/pick", {})

    for _time in range(2):
        answer = clerk.post(f"/orders/parcels/{parcel}/packed", data={"all": "1"})
        assert answer.status_code == 303

    assert read(api, order)["fulfilment_status"] == "packed"


def test_what_is_not_picked_is_not_packed(
    api: FlaskClient, clerk: FlaskClient, order: Order, parcel: str
) -> None:
    assert "Pick it first" in words(page(clerk, f"/orders/parcels/{parcel}/pack"))

    answer = clerk.post(f"/orders/parcels/{parcel}/packed", data={"all": "1"}, headers=HX)

    assert answer.status_code == 422
    assert read(api, order)["fulfilment_status"] == "reserved"


def test_an_unpaid_parcel_stays_on_the_table(
    api: FlaskClient, clerk: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    opened = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    post(api, f"/parcels/{opened['id']}/pick", {})
    clerk.post(f"/orders/parcels/{opened['id']}/packed", data={"all": "1"})
    run_jobs()

    answer = clerk.post(f"/orders/parcels/{opened['id']}/handover")

    assert answer.status_code == 422
    assert "Not shipped" in text_of(answer)
    assert "not paid" in text_of(answer)
    assert read(api, order)["fulfilment_status"] == "packed"
