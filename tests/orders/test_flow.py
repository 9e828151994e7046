"""One order from the post to the parcel, and a piece that comes back; all by the API."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app import proving
from modules import invoicing
from tests.orders.cast import (
    DRESS,
    SHIRT,
    on_shelf,
    place,
    post,
    read,
    ship_all,
    stock_the_shop,
    told,
)


def assert_ledgers_agree() -> None:
    assert [str(one) for result in proving.prove() for one in result.differences] == []


def test_a_posted_order_holds_its_goods(api: FlaskClient) -> None:
    stock_the_shop()

    order = place(api)

    assert order["number"].startswith("VS-")
    assert order["status"] == "placed"
    assert order["payment_status"] == "paid"
    assert order["fulfilment_status"] == "reserved"
    assert order["totals"]["total_minor"] == 7_990 + 2 * 32_900 + 1_490
    assert order["totals"]["balance_minor"] == 0
    assert order["taxes"] == [
        {"rate_bp": 2300, "net_minor": 61_203, "tax_minor": 14_077, "gross_minor": 75_280}
    ]
    assert on_shelf(DRESS) == (10, 2)
    assert_ledgers_agree()


def test_the_same_external_id_is_the_same_order(api: FlaskClient) -> None:
    stock_the_shop()
    first = place(api, external_id="WEB-1")

    again = api.post(
        "/api/v1/orders",
        json={
            "channel": "web",
            "external_id": "WEB-1",
            "currency": "PLN",
            "shipping": {"method": "courier"},
            "lines": [{"sku": SHIRT, "quantity": 5}],
        },
    )

    assert again.status_code == 200
    assert told(again)["id"] == first["id"]
    assert on_shelf(SHIRT) == (10, 1)


def test_what_is_not_there_is_refused_with_what_is_had_and_needed(api: FlaskClient) -> None:
    stock_the_shop(dresses=1)

    answer = api.post("/api/v1/orders", json=_two_dresses())

    assert answer.status_code == 409
    assert told(answer)["code"] == "not_enough_stock"
    [error] = told(answer)["errors"]
    assert (error["pointer"], error["have"], error["needed"]) == ("/lines/0/quantity", 1, 2)
    assert on_shelf(DRESS) == (1, 0)


def _two_dresses() -> dict[str, Any]:
    return {
        "channel": "web",
        "currency": "PLN",
        "shipping": {"method": "pickup"},
        "lines": [{"sku": DRESS, "quantity": 2}],
    }


def test_a_parcel_leaves_with_its_invoice_and_the_order_closes(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)

    parcel = ship_all(api, order)

    assert parcel["state"] == "shipped"
    order = read(api, order)
    assert (order["status"], order["fulfilment_status"]) == ("closed", "shipped")
    kinds = sorted(document["kind"] for document in order["documents"])
    assert kinds == ["invoice", "packing_slip"]
    assert on_shelf(DRESS) == (8, 0)
    assert_ledgers_agree()


def test_a_piece_comes_back_is_credited_refunded_and_corrected(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    order = read(api, order)
    dress, payment = order["lines"][1]["id"], order["payments"][0]["id"]

    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": dress, "quantity": 1, "reason": "too long"}]},
        status=201,
    )
    assert read(api, order)["status"] == "placed"
    received = post(
        api,
        f"/returns/{wanted['id']}/receipt",
        {
            "lines": [{"line": dress, "quantity": 1, "verdict": "sellable"}],
            "refund": [{"payment": payment, "amount_minor": 32_900}],
        },
    )

    assert received["credit_minor"] == 32_900
    order = read(api, order)
    assert order["fulfilment_status"] == "partly_returned"
    assert order["totals"]["total_minor"] == 75_280 - 32_900
    assert on_shelf(DRESS) == (9, 0)
    [correction] = [one for one in order["documents"] if one["kind"] == "correction"]
    said = invoicing.get_document(int(correction["id"])).data
    assert (said["language"], said["reason"]) == ("pl", f"Zwrot {wanted['number']}")
    assert_ledgers_agree()


def test_a_refund_through_the_gateway_is_settled_by_a_job(
    api: FlaskClient, run_jobs: Callable[[], None]
) -> None:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    order = read(api, order)
    line, payment = order["lines"][0]["id"], order["payments"][0]["id"]
    wanted = post(
        api,
        f"/orders/{order['id']}/returns",
        {"lines": [{"line": line, "quantity": 1, "reason": "small"}]},
        status=201,
    )
    post(
        api,
        f"/returns/{wanted['id']}/receipt",
        {
            "lines": [{"line": line, "quantity": 1, "verdict": "damaged"}],
            "refund": [{"payment": payment, "amount_minor": 7_990}],
        },
    )

    run_jobs()

    order = read(api, order)
    assert order["totals"]["refunded_minor"] == 7_990
    assert order["totals"]["balance_minor"] == 0
    assert (order["status"], order["payment_status"]) == ("closed", "partly_refunded")
    assert order["returns"][0]["state"] == "settled"
    assert_ledgers_agree()
