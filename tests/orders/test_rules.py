"""The rules of orders, each as one sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import transact
from modules import organization
from tests.orders.cast import (
    DRESS,
    SHIRT,
    fetch,
    level_of,
    on_shelf,
    order_body,
    place,
    post,
    read,
    receive,
    ship_all,
    stock_the_shop,
    told,
)
from tests.orders.test_flow import assert_ledgers_agree


def refusal(api: FlaskClient, path: str, body: dict[str, Any], status: int = 409) -> dict[str, Any]:
    return post(api, path, body, status=status)


# --- intake -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": "moon"}, "/channel"),
        ({"lines": [{"sku": "NO-SUCH", "quantity": 1}]}, "/lines/0/sku"),
        ({"shipping": {"method": "rocket"}}, "/shipping/method"),
        ({"payment": {"method": "shells", "amount_minor": 1}}, "/payment/method"),
        ({"store": "NOWHERE"}, "/store"),
        ({"customer": {"id": "999999"}}, "/customer/id"),
    ],
)
def test_an_unknown_code_is_pointed_at(
    api: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    stock_the_shop()

    answer = api.post("/api/v1/orders", json=order_body(**change))

    assert answer.status_code == 422, answer.json
    assert told(answer)["errors"][0]["pointer"] == pointer
    assert on_shelf(SHIRT) == (10, 0)


def test_all_lines_have_a_price_of_the_channel_or_none_has(api: FlaskClient) -> None:
    stock_the_shop()
    lines = [
        {"sku": SHIRT, "quantity": 1, "unit_price_minor": 5_000},
        {"sku": DRESS, "quantity": 1},
    ]

    answer = api.post("/api/v1/orders", json=order_body(lines=lines, payment=None))

    assert answer.status_code == 422
    assert told(answer)["errors"][0]["pointer"] == "/lines/1/unit_price_minor"


def test_prices_of_a_foreign_currency_come_with_the_order(api: FlaskClient) -> None:
    stock_the_shop()

    without = api.post("/api/v1/orders", json=order_body(currency="EUR", payment=None))
    assert (without.status_code, told(without)["code"]) == (409, "no_price")

    lines = [{"sku": SHIRT, "quantity": 2, "unit_price_minor": 1_999}]
    order = place(api, currency="EUR", lines=lines, payment=None)
    assert order["totals"]["total_minor"] == 2 * 1_999 + 1_490


def test_net_prices_get_their_vat_on_the_line(api: FlaskClient) -> None:
    stock_the_shop()
    lines = [{"sku": SHIRT, "quantity": 3, "unit_price_minor": 1_001}]

    order = place(api, prices="net", lines=lines, payment=None, shipping={"method": "pickup"})

    # 3 x 10.01 = 30.03 net, 23 % of it is 6.9069.
    assert order["totals"]["total_minor"] == 3_003 + 691


def test_a_courier_order_without_an_address_is_held_not_refused(api: FlaskClient) -> None:
    stock_the_shop()

    order = place(api, shipping_address=None)

    [hold] = order["holds"]
    assert hold["kind"] == "address"


def test_money_by_transfer_is_expected_and_on_delivery_promised(api: FlaskClient) -> None:
    stock_the_shop()

    transfer = place(api, payment={"method": "transfer", "amount_minor": 75_280})
    cod = place(api, payment={"method": "cod", "amount_minor": 75_280})

    assert transfer["payment_status"] == "none"
    assert cod["payment_status"] == "cod_pending"
    assert transfer["totals"]["balance_minor"] == 75_280


def test_a_guest_without_any_key_is_nobodys_customer(api: FlaskClient) -> None:
    stock_the_shop()

    order = place(api, customer={"name": "Ktoś"})

    assert order["customer"] is None
    assert order["buyer"]["name"] == "Ktoś"


def test_the_same_mail_is_the_same_customer(api: FlaskClient) -> None:
    stock_the_shop()

    first = place(api)
    second = place(api, customer={"email": "A.Wisniewska@Poczta.example", "name": "A. W."})

    assert first["customer"]["id"] == second["customer"]["id"]


# --- holds ------------------------------------------------------------------------------------


def test_nobody_picks_or_ships_a_held_order(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    held = post(
        api, f"/orders/{order['id']}/holds", {"kind": "fraud", "reason": "Odd address."}, status=201
    )

    assert refusal(api, f"/parcels/{parcel['id']}/pick", {})["code"] == "on_hold"

    hold_id = held["id"]
    assert api.delete(f"/api/v1/orders/{order['id']}/holds/{hold_id}").status_code == 200
    post(api, f"/parcels/{parcel['id']}/pick", {})
    post(api, f"/parcels/{parcel['id']}/pack", {})
    post(api, f"/orders/{order['id']}/holds", {"kind": "manual", "reason": "Wait."}, status=201)
    assert (
        refusal(api, f"/parcels/{parcel['id']}/ship", {"tracking_number": "1"})["code"] == "on_hold"
    )


# --- the work ---------------------------------------------------------------------------------


def test_pick_pack_and_ship_come_in_this_order(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    path = f"/parcels/{parcel['id']}"

    assert refusal(api, f"{path}/pack", {})["code"] == "wrong_state"
    assert refusal(api, f"{path}/ship", {})["code"] == "wrong_state"
    post(api, f"{path}/pick", {})
    assert refusal(api, f"{path}/ship", {})["code"] == "wrong_state"
    post(api, f"{path}/pack", {})
    assert refusal(api, f"{path}/ship", {})["code"] == "no_label"
    assert post(api, f"{path}/ship", {"tracking_number": "X1"})["state"] == "shipped"
    assert refusal(api, f"{path}/ship", {})["code"] == "already_shipped"


def test_an_order_leaves_in_parts_each_with_its_invoice(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    dress = order["lines"][1]["id"]
    first = post(
        api,
        f"/orders/{order['id']}/parcels",
        {"lines": [{"line": dress, "quantity": 1}]},
        status=201,
    )
    for step in ("pick", "pack"):
        post(api, f"/parcels/{first['id']}/{step}", {})
    post(api, f"/parcels/{first['id']}/ship", {"tracking_number": "A"})

    order = read(api, order)
    assert (order["status"], order["fulfilment_status"]) == ("placed", "partly_shipped")

    ship_all(api, order)
    order = read(api, order)
    assert (order["status"], order["fulfilment_status"]) == ("closed", "shipped")
    assert [d["kind"] for d in order["documents"]].count("invoice") == 2
    assert_ledgers_agree()


def test_what_is_not_paid_does_not_leave_without_a_reason(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "transfer", "amount_minor": 75_280})
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    for step in ("pick", "pack"):
        post(api, f"/parcels/{parcel['id']}/{step}", {})

    path = f"/parcels/{parcel['id']}/ship"
    assert refusal(api, path, {"tracking_number": "1"})["code"] == "not_paid"
    post(api, path, {"tracking_number": "1", "override": "The owner's mother."})

    order = read(api, order)
    assert order["status"] == "placed"  # the money is still owed
    payment = order["payments"][0]["id"]
    post(api, f"/payments/{payment}/captures", {"amount_minor": 75_280}, status=201)
    assert read(api, order)["status"] == "closed"
    assert_ledgers_agree()


def test_a_short_pick_gives_the_promise_back_and_holds_the_order(api: FlaskClient) -> None:
    from modules import orders

    stock_the_shop()
    order = place(api)
    dress = int(order["lines"][1]["id"])
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)

    transact(
        lambda: orders.short_pick(
            parcel_id=int(parcel["id"]), lines={dress: 1}, reason="Not on the shelf."
        )
    )

    order = read(api, order)
    assert order["lines"][1]["units"]["backordered"] == 1
    assert [hold["kind"] for hold in order["holds"]] == ["stock"]
    assert on_shelf(DRESS) == (10, 1)
    assert_ledgers_agree()


def test_a_piece_that_was_not_found_is_promised_to_nobody_until_it_is_counted(
    api: FlaskClient,
) -> None:
    from modules import orders, stock

    stock_the_shop()
    order = place(api)
    dress = order["lines"][1]
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    free = level_of(DRESS).available

    transact(
        lambda: orders.short_pick(
            parcel_id=int(parcel["id"]), lines={int(dress["id"]): 1}, reason="Not on the shelf."
        )
    )

    missing = level_of(DRESS)
    assert (missing.available, missing.unsellable) == (free, 1)
    transact(
        lambda: stock.count(
            location_id=missing.location_id,
            lines=[stock.CountedLine(variant_id=missing.variant_id, counted=missing.on_hand - 1)],
        )
    )
    counted = level_of(DRESS)
    assert (counted.available, counted.unsellable) == (free, 0)
    assert_ledgers_agree()


# --- cancelling -------------------------------------------------------------------------------


def test_cancelling_all_gives_back_goods_and_money(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api)

    post(api, f"/orders/{order['id']}/cancellation", {"reason": "Changed her mind."})
    run_jobs()

    order = read(api, order)
    assert (order["status"], order["fulfilment_status"]) == ("cancelled", "cancelled")
    assert order["payment_status"] == "refunded"
    assert order["totals"]["total_minor"] == 0
    assert on_shelf(DRESS) == (10, 0)
    assert_ledgers_agree()


def test_cancelling_an_unpaid_order_voids_what_was_expected(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "transfer", "amount_minor": 75_280})

    post(api, f"/orders/{order['id']}/cancellation", {"reason": "Never paid."})

    assert read(api, order)["payment_status"] == "voided"
    assert_ledgers_agree()


def test_a_part_is_cancelled_at_what_it_cost(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    dress = order["lines"][1]["id"]

    post(
        api,
        f"/orders/{order['id']}/cancellation",
        {"reason": "One is enough.", "lines": [{"line": dress, "quantity": 1}]},
    )

    order = read(api, order)
    assert order["status"] == "placed"
    assert order["totals"]["total_minor"] == 75_280 - 32_900
    assert order["payment_status"] == "overpaid"
    assert on_shelf(DRESS) == (10, 1)
    assert_ledgers_agree()


def test_what_has_left_is_not_cancelled(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)

    answer = refusal(api, f"/orders/{order['id']}/cancellation", {"reason": "Too late."})

    assert answer["code"] == "already_shipped"


# --- returns ----------------------------------------------------------------------------------


def test_more_than_was_shipped_cannot_come_back(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    dress = order["lines"][1]["id"]

    answer = refusal(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": dress, "quantity": 3, "reason": "all"}]},
    )

    assert answer["code"] == "too_many"
    assert (answer["errors"][0]["have"], answer["errors"][0]["needed"]) == (2, 3)


@pytest.mark.parametrize(
    ("verdict", "credited", "on_hand"),
    [
        ("sellable", 32_900, 9),
        ("damaged", 32_900, 9),
        ("kept", 32_900, 8),
        ("lost", 32_900, 8),
        ("wrong_item", 0, 8),
        ("missing", 0, 8),
    ],
)
def test_a_verdict_decides_about_goods_and_credit(
    api: FlaskClient, verdict: str, credited: int, on_hand: int
) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    dress = order["lines"][1]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": dress, "quantity": 1, "reason": "x"}]},
        status=201,
    )

    received = post(
        api,
        f"/returns/{wanted['id']}/receipt",
        {"lines": [{"line": dress, "quantity": 1, "verdict": verdict}]},
    )

    assert received["credit_minor"] == credited
    assert on_shelf(DRESS)[0] == on_hand
    assert_ledgers_agree()


def test_nobody_gets_back_more_than_the_units_cost(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    order = read(api, order)
    dress, payment = order["lines"][1]["id"], order["payments"][0]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": dress, "quantity": 1, "reason": "x"}]},
        status=201,
    )

    answer = refusal(
        api,
        f"/returns/{wanted['id']}/receipt",
        {
            "lines": [{"line": dress, "quantity": 1, "verdict": "sellable"}],
            "refund": [{"payment": payment, "amount_minor": 32_901}],
        },
    )

    assert answer["code"] == "too_many"
    assert on_shelf(DRESS)[0] == 8  # nothing of the receipt was kept


# --- backorders -------------------------------------------------------------------------------


def test_arriving_goods_go_to_the_order_that_waits_longest(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop(dresses=0)
    _let_the_web_backorder()
    lines = [{"sku": DRESS, "quantity": 2}]
    first = place(api, lines=lines, payment=None, placed_at="2026-11-01T10:00:00Z")
    second = place(api, lines=lines, payment=None, placed_at="2026-10-01T10:00:00Z")
    assert first["fulfilment_status"] == "backordered"
    assert [hold["kind"] for hold in first["holds"]] == ["stock"]

    receive({DRESS: 3})
    run_jobs()

    first, second = read(api, first), read(api, second)
    assert second["lines"][0]["units"]["reserved"] == 2
    assert second["holds"] == []
    assert (
        first["lines"][0]["units"] | {"reserved": 1, "backordered": 1} == first["lines"][0]["units"]
    )
    assert_ledgers_agree()


def _let_the_web_backorder() -> None:
    def change() -> None:
        organization.get_channel("web").on_shortage = organization.OnShortage.BACKORDER

    transact(change)


# --- reading ----------------------------------------------------------------------------------


def test_programs_read_orders_by_their_last_change(api: FlaskClient) -> None:
    stock_the_shop()
    placed = [place(api, payment=None)["id"] for _ in range(5)]

    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = fetch(api, "/orders", **query)
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == placed


def test_an_order_is_found_by_its_number_its_buyer_and_its_goods(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)

    for text in (order["number"], "wisniewska", "wiśniewska", SHIRT):
        items = fetch(api, "/orders", q=text)["items"]
        assert [one["id"] for one in items] == [order["id"]], text
    assert fetch(api, "/orders", q="nobody")["items"] == []
    assert fetch(api, f"/orders/{order['number']}")["id"] == order["id"]


def test_the_timeline_tells_what_happened_in_its_order(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)

    kinds = [one["kind"] for one in fetch(api, f"/orders/{order['id']}/events")["items"]]

    wanted = ["placed", "routed", "payment_captured", "parcel_opened", "picked", "packed",
              "shipped", "invoice_issued", "closed"]  # fmt: skip
    assert [kind for kind in kinds if kind in wanted] == wanted


def test_a_quote_costs_what_the_order_will(api: FlaskClient) -> None:
    stock_the_shop()
    body = order_body()

    found = post(
        api,
        "/quotes",
        {
            "channel": "web",
            "currency": "PLN",
            "lines": body["lines"],
            "shipping": {"method": "courier", "price_minor": 1_490},
        },
    )

    order = place(api)
    assert found["total_minor"] == order["totals"]["total_minor"]
    assert found["taxes"] == order["taxes"]
