"""The order queue as people at the desk use it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session, transact
from modules import organization
from tests.orders.cast import ADDRESS, DRESS, SHIRT, place, post, read, ship_all, stock_the_shop
from tests.orders.screens import page, text_of, words

People = Callable[..., FlaskClient]


@pytest.fixture
def clerk(client_as: People) -> FlaskClient:
    return client_as("clerk")


def rows(shown: Any) -> list[str]:
    return [words(row) for row in shown.xpath("//tbody[@data-rows]/tr")]


def numbers(shown: Any) -> list[str]:
    return [words(link) for link in shown.xpath("//tbody[@data-rows]/tr/th//a")]


def test_an_empty_house_teaches_what_comes_here(clerk: FlaskClient) -> None:
    shown = words(page(clerk, "/orders/"))

    assert "Here is everything that was sold" in shown
    assert "Write an order down" in shown


def test_a_row_says_who_what_and_how_far(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)

    [row] = rows(page(clerk, "/orders/"))

    for said in (order["number"], "Agnieszka Wiśniewska", "Kraków", "3", "Paid", "Reserved"):
        assert said in row
    assert "752.80" in row


def test_each_order_waits_in_the_lane_of_its_next_step(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    paid, unpaid = place(api), place(api, payment=None)
    held = place(api)
    post(api, f"/orders/{held['id']}/holds", {"kind": "address", "reason": "No door."}, status=201)
    gone = place(api)
    ship_all(api, gone)

    def lane(name: str) -> Any:
        return page(clerk, f"/orders/?lane={name}")

    assert numbers(lane("to_pick")) == [paid["number"]]
    assert numbers(lane("waiting")) == [unpaid["number"]]
    assert numbers(lane("exception")) == [held["number"]]
    assert "Address" in rows(lane("exception"))[0]
    assert numbers(lane("shipped")) == [gone["number"]]
    assert len(rows(page(clerk, "/orders/?lane=all"))) == 4
    lanes = words(page(clerk, "/orders/").xpath("//nav[@aria-label='Lanes']")[0])
    assert "Exceptions 1" in lanes
    assert "Waiting 1" in lanes
    assert "To pick 1" in lanes


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=wisniewska", True),
        ("q=nobody", False),
        ("payment=paid", True),
        ("payment=refunded", False),
        ("channel=web", True),
        ("channel=pos", False),
        ("payment=gold", True),
    ],
)
def test_filters_stand_in_the_address(
    api: FlaskClient, clerk: FlaskClient, query: str, found: bool
) -> None:
    stock_the_shop()
    place(api)

    shown = page(clerk, f"/orders/?lane=to_pick&{query}")

    assert len(rows(shown)) == (1 if found else 0)
    if not found:
        assert "Drop the filter" in words(shown)


def test_an_order_is_found_by_its_number(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    wanted, _other = place(api), place(api)

    [row] = rows(page(clerk, f"/orders/?lane=all&q={wanted['number'].lower()}"))

    assert wanted["number"] in row


def test_pages_go_on_where_the_last_one_ended(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop(shirts=60)
    placed = {
        place(api, lines=[{"sku": SHIRT, "quantity": 1}], payment=None)["number"]
        for _order in range(52)
    }

    first = page(clerk, "/orders/?lane=waiting")
    [onward] = first.xpath("//a[@rel='next']/@href")
    second = page(clerk, onward)

    assert [len(numbers(first)), len(numbers(second))] == [50, 2]
    assert {*numbers(first), *numbers(second)} == placed
    assert "All 52 that match" in words(first)


def test_a_torn_address_shows_the_first_page(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    placed = place(api)["number"]
    for cursor in ("nonsense", "WyIyMDI2LTAxLTAxIiwgMV0", "WyJ4IiwgMV0"):
        assert numbers(page(clerk, f"/orders/?lane=all&after={cursor}")) == [placed]


def test_fifty_rows_ask_no_more_than_five(
    api: FlaskClient, clerk: FlaskClient, statements: Callable[[], Any]
) -> None:
    stock_the_shop(shirts=60)

    def asked() -> int:
        with statements() as heard:
            page(clerk, "/orders/?lane=to_pick")
        return len(heard)

    def order_some(count: int) -> None:
        for _order in range(count):
            place(
                api,
                lines=[{"sku": SHIRT, "quantity": 1}],
                payment={"method": "paper_card", "amount_minor": 9_480},
            )

    order_some(5)
    few = asked()
    order_some(45)
    assert asked() == few
    assert few <= 20


# --- the ticked ones --------------------------------------------------------------------------


def test_ticked_orders_are_begun_and_the_refused_say_why(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    free, held = place(api), place(api)
    post(api, f"/orders/{held['id']}/holds", {"kind": "fraud", "reason": "Odd card."}, status=201)

    answer = clerk.post(
        "/lists/orders/acts/picking?lane=all",
        data={"ids": [free["id"], held["id"], "999999", "x"]},
        follow_redirects=True,
    )

    said = text_of(answer)
    assert "Picking has begun for 1 parcel." in said
    assert "One row was left as it is." in said
    assert "Odd card." in said
    assert read(api, free)["fulfilment_status"] == "picking"
    assert read(api, held)["fulfilment_status"] == "reserved"
    assert "left as it is" not in words(page(clerk, "/orders/?lane=all"))


def test_labels_of_all_that_match_are_asked_for_as_jobs(
    api: FlaskClient, clerk: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    orders = [place(api), place(api)]

    answer = clerk.post(
        "/lists/orders/acts/labels?lane=to_pick", data={"all": "1"}, follow_redirects=True
    )
    run_jobs()

    assert "2 labels are being made." in text_of(answer)
    for order in orders:
        [parcel] = read(api, order)["parcels"]
        assert parcel["tracking_number"]


def test_the_pick_list_gathers_units_by_place_and_item(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    first, second = place(api), place(api)

    answer = clerk.post("/orders/pick-list", data={"ids": [first["id"], second["id"]]})
    shown = page(clerk, answer.headers["Location"])

    table = [words(row) for row in shown.xpath("//tbody/tr")]
    assert len(table) == 2
    [dresses] = [row for row in table if DRESS in row]
    assert " 4 " in dresses
    assert first["number"] in dresses
    assert second["number"] in dresses


def test_the_ticked_orders_offer_their_pick_list(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    place(api)
    bar = "//form[@data-bulk]//button[@data-key='p' and starts-with(@formaction, '{}')]"
    [button] = page(clerk, "/orders/?lane=to_pick").xpath(bar.format("/orders/pick-list"))
    assert words(button).startswith("Pick list")


def test_a_pick_list_of_nothing_says_so(clerk: FlaskClient) -> None:
    for ids in ("", "x,,7", "9" * 40):
        assert "nothing to pick" in words(page(clerk, f"/orders/pick-list?ids={ids}"))


# --- who sees what ----------------------------------------------------------------------------


def _other_store() -> int:
    def make() -> int:
        store = organization.create_store(code="KRK", name="Kraków", kind="shop")
        return int(store.id)

    return transact(make)


def test_a_clerk_of_another_store_sees_nothing_of_it(api: FlaskClient, client_as: People) -> None:
    stock_the_shop()
    order = place(api)
    stranger = client_as("clerk", store_id=_other_store())

    assert rows(page(stranger, "/orders/?lane=all")) == []
    assert stranger.get(f"/orders/{order['id']}").status_code == 404
    assert stranger.get(f"/orders/{order['number']}").status_code == 404
    assert stranger.post(f"/orders/{order['id']}/notes", data={"note-text": "x"}).status_code == 404
    answer = stranger.post(
        "/lists/orders/acts/picking", data={"ids": [order["id"]]}, follow_redirects=True
    )
    assert "0 parcels" in text_of(answer)
    close_session()
    assert read(api, order)["parcels"] == []


def test_who_may_only_look_is_offered_no_work(api: FlaskClient, client_as: People) -> None:
    stock_the_shop()
    place(api)
    accountant = client_as("accountant")

    shown = page(accountant, "/orders/")

    assert len(rows(shown)) == 1
    assert shown.xpath("//input[@name='ids']") == []
    assert "New order" not in words(shown)
    assert accountant.post("/lists/orders/acts/picking").status_code == 403
    assert accountant.get("/orders/new").status_code == 403


def test_the_search_over_everything_finds_orders_by_number_name_and_tracking(
    api: FlaskClient, clerk: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    order = place(api, shipping_address=ADDRESS)
    ship_all(api, order)

    for text in (order["number"], "wiśniewska", "T-1"):
        assert order["number"] in words(page(clerk, f"/search?q={text}"))
    fresh = place(api)
    scanned = clerk.get(f"/search?scan={fresh['number']}")
    assert scanned.headers["Location"].endswith(f"/orders/{fresh['id']}")
    invoiced = clerk.get(f"/search?scan={order['number']}")  # its papers bear that number too
    assert invoiced.headers["Location"].endswith(f"/orders/{order['id']}")
    stranger = client_as("clerk", store_id=_other_store())
    assert order["number"] not in words(page(stranger, "/search?q=wiśniewska"))


def test_the_menu_counts_what_waits(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    place(api)
    place(api, payment=None)

    menu = words(page(clerk, "/orders/").get_element_by_id("side"))

    assert "Orders 1" in menu
    assert "Pick and pack 1" in menu


def test_what_moved_goods_leads_from_the_item_to_the_order_for_who_may_see_it(
    api: FlaskClient, clerk: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    shipped = place(api)
    ship_all(api, shipped)
    waiting = place(api)

    def links(reader: FlaskClient) -> dict[str, str]:
        shown = page(reader, f"/stock/items/{SHIRT}")
        return {words(link): link.get("href") for link in shown.xpath("//main//a[@href]")}

    assert links(clerk)[shipped["number"]].endswith(f"/orders/{shipped['id']}")
    assert links(clerk)[waiting["number"]].endswith(f"/orders/{waiting['id']}")
    stranger = links(client_as("clerk", store_id=_other_store()))
    assert not {shipped["number"], waiting["number"]} & set(stranger)
