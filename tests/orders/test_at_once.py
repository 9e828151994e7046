"""Two people at the same order at the same moment: one of them wins, and every ledger agrees."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import outbox, proving, tokens
from app.db import session, transact
from modules.organization import Channel, OnShortage
from tests.orders.cast import (
    DRESS,
    SHIRT,
    order_body,
    place,
    post,
    read,
    receive,
    ship_all,
    stock_the_shop,
)

pytestmark = pytest.mark.slow

ROUNDS = 4


@pytest.fixture
def shop(real_house: Flask) -> Flask:
    with real_house.app_context():
        stock_the_shop(shirts=200, dresses=200)
    return real_house


@pytest.fixture
def program(shop: Flask) -> Callable[[], FlaskClient]:
    """Return a client of its own for each thread."""
    with shop.app_context():
        key = transact(
            lambda: tokens.create_token(
                name="t", scopes=["admin"], known_scopes=list(shop.extensions["scopes"])
            )
        )

    def make() -> FlaskClient:
        client = shop.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return client

    return make


def at_once(program: Callable[[], FlaskClient], *calls: tuple[str, dict[str, Any]]) -> list[int]:
    """Send the calls at the same moment and return their statuses."""
    start = threading.Barrier(len(calls))
    statuses: list[int] = [0] * len(calls)

    def send(place: int, path: str, body: dict[str, Any]) -> None:
        client = program()
        start.wait()
        statuses[place] = client.post(f"/api/v1{path}", json=body).status_code

    threads = [
        threading.Thread(target=send, args=(place, *call)) for place, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(status < 500 for status in statuses), statuses
    return statuses


def assert_the_house_agrees(shop: Flask) -> None:
    with shop.app_context():
        outbox.run_due()
        assert [str(one) for found in proving.prove() for one in found.differences] == []


def packed(api: FlaskClient, order: dict[str, Any]) -> dict[str, Any]:
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    post(api, f"/parcels/{parcel['id']}/pick", {})
    return post(api, f"/parcels/{parcel['id']}/pack", {})


def test_the_same_order_sent_by_many_at_once_is_one(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    body = order_body(external_id="WEB-9")
    statuses = Counter(at_once(program, *[("/orders", body)] * 12))
    assert statuses == {201: 1, 200: 11}
    assert_the_house_agrees(shop)


def test_as_many_are_served_as_there_are_goods(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    lines = [{"sku": SHIRT, "quantity": 30}, {"sku": DRESS, "quantity": 1}]
    calls = [
        ("/orders", order_body(external_id=f"WEB-{number}", lines=lines)) for number in range(16)
    ]
    assert Counter(at_once(program, *calls)) == {201: 6, 409: 10}
    assert_the_house_agrees(shop)


def test_a_parcel_is_shipped_once(shop: Flask, program: Callable[[], FlaskClient]) -> None:
    api = program()
    for _round in range(ROUNDS):
        parcel = packed(api, place(api))
        call = (f"/parcels/{parcel['id']}/ship", {"tracking_number": "T"})
        assert Counter(at_once(program, call, call, call)) == {200: 1, 409: 2}
    assert_the_house_agrees(shop)


def test_pieces_are_picked_once(shop: Flask, program: Callable[[], FlaskClient]) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(api)
        parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
        lines = [{"line": order["lines"][1]["id"], "quantity": 2}]
        call = (f"/parcels/{parcel['id']}/pick", {"lines": lines})
        assert Counter(at_once(program, call, call)) == {200: 1, 409: 1}
    assert_the_house_agrees(shop)


def test_what_is_cancelled_does_not_leave_and_what_left_is_not_cancelled(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(api)
        parcel = packed(api, order)
        statuses = at_once(
            program,
            (f"/parcels/{parcel['id']}/ship", {"tracking_number": "T"}),
            (f"/orders/{order['id']}/cancellation", {"reason": "changed her mind"}),
        )
        assert sorted(statuses) == [200, 409]
        word = read(api, order)["fulfilment_status"]
        assert word == ("shipped" if statuses[0] == 200 else "cancelled")
    assert_the_house_agrees(shop)


def test_a_return_is_received_once(shop: Flask, program: Callable[[], FlaskClient]) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(api)
        ship_all(api, order)
        line = read(api, order)["lines"][1]["id"]
        wanted = post(
            api,
            f"/orders/{order['id']}/returns",
            {"lines": [{"line": line, "quantity": 2, "reason": "x"}]},
            status=201,
        )
        lines = [{"line": line, "quantity": 2, "verdict": "sellable"}]
        call = (f"/returns/{wanted['id']}/receipt", {"lines": lines})
        assert Counter(at_once(program, call, call)) == {200: 1, 409: 1}
    assert_the_house_agrees(shop)


def test_a_hold_and_a_hand_over_take_turns(shop: Flask, program: Callable[[], FlaskClient]) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(api)
        parcel = packed(api, order)
        shipped, held = at_once(
            program,
            (f"/parcels/{parcel['id']}/ship", {"tracking_number": "T"}),
            (f"/orders/{order['id']}/holds", {"kind": "manual", "reason": "x"}),
        )
        assert held == 201
        assert shipped in (200, 409)
    assert_the_house_agrees(shop)


def test_money_that_comes_while_goods_leave_is_told_with_them(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(
            api, payment={"method": "transfer", "amount_minor": 75_280, "state": "authorized"}
        )
        parcel = packed(api, order)
        payment = read(api, order)["payments"][0]["id"]
        statuses = at_once(
            program,
            (f"/parcels/{parcel['id']}/ship", {"tracking_number": "T"}),
            (f"/payments/{payment}/captures", {"amount_minor": 75_280}),
        )
        assert statuses == [200, 201]
        order = read(api, order)
        assert (order["status"], order["payment_status"], order["fulfilment_status"]) == (
            "closed",
            "paid",
            "shipped",
        )
    assert_the_house_agrees(shop)


def test_money_is_taken_or_let_go_but_not_both(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    api = program()
    for _round in range(ROUNDS):
        order = place(
            api, payment={"method": "transfer", "amount_minor": 75_280, "state": "authorized"}
        )
        payment = read(api, order)["payments"][0]["id"]
        cancelled, _captured = at_once(
            program,
            (f"/orders/{order['id']}/cancellation", {"reason": "changed her mind"}),
            (f"/payments/{payment}/captures", {"amount_minor": 75_280}),
        )
        assert cancelled == 200
        assert read(api, order)["totals"]["balance_minor"] == 0
    assert_the_house_agrees(shop)


def test_orders_parcels_and_receipts_of_the_same_goods_never_block_each_other(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    api = program()
    lines = [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 1}]
    other = list(reversed(lines))
    goods = [{"sku": SHIRT, "quantity": 2}, {"sku": DRESS, "quantity": 2}]
    parcels = [packed(api, place(api)) for _one in range(4)]
    doomed = [place(api, lines=one) for one in (lines, other)]
    statuses = at_once(
        program,
        *[("/orders", order_body(lines=one, payment=None)) for one in (lines, other) * 2],
        *[(f"/parcels/{one['id']}/ship", {"tracking_number": "T"}) for one in parcels],
        *[(f"/orders/{one['id']}/cancellation", {"reason": "x"}) for one in doomed],
        ("/stock/receipts", {"location": "MAIN", "reference": "A", "lines": goods}),
        ("/stock/receipts", {"location": "MAIN", "reference": "B", "lines": goods[::-1]}),
    )
    assert all(status in (200, 201) for status in statuses), statuses
    assert_the_house_agrees(shop)


def test_goods_come_while_those_who_wait_for_them_give_up(
    shop: Flask, program: Callable[[], FlaskClient]
) -> None:
    api = program()
    with shop.app_context():
        backorder = update(Channel).values(on_shortage=OnShortage.BACKORDER)
        transact(lambda: session.execute(backorder))
    waiting = [
        place(api, lines=[{"sku": SHIRT, "quantity": 150}], payment=None) for _one in range(4)
    ]
    with shop.app_context():
        receive({SHIRT: 300})
    stop = threading.Event()

    def fill() -> None:
        while not stop.is_set():
            with shop.app_context():
                outbox.run_due()

    worker = threading.Thread(target=fill)
    worker.start()
    try:
        at_once(
            program,
            *[(f"/orders/{one['id']}/cancellation", {"reason": "x"}) for one in waiting[:3]],
            ("/orders", order_body(lines=[{"sku": SHIRT, "quantity": 1}], payment=None)),
        )
    finally:
        stop.set()
        worker.join()
    assert_the_house_agrees(shop)
