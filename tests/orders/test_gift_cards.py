"""Gift cards among the goods of an order: sold without VAT, issued once paid, taken back unused."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import close_session, transact
from modules import catalog, customers, invoicing
from modules.catalog import NewVariant
from modules.payments import giftcards
from tests.orders.cast import ADDRESS, SHIRT, order_body, place, post, read, receive, ship_all
from tests.orders.cast import stock_the_shop as stock_the_shirts
from tests.orders.screens import form_to, page, press, words
from tests.payments.cards import left_on, pay, sold
from tests.promotions.cast import published

CARD = "GIFT-100"
NO_DELIVERY = {"method": "courier", "price_minor": 0}


@pytest.fixture(autouse=True)
def shelf(app: Flask) -> None:
    """Ten blank cards beside shirts and dresses."""

    def make() -> None:
        catalog.create_product(
            code="GIFT",
            name="Gift card",
            is_gift_card=True,
            gift_card_months=12,
            variants=[NewVariant(sku=CARD, price_minor=100_00)],
        )

    stock_the_shirts()
    transact(make)
    receive({CARD: 10})


def bought(api: FlaskClient, count: int = 2, *, paid: bool = True, **changes: Any) -> Any:
    body = {
        "lines": [{"sku": CARD, "quantity": count}],
        "shipping": NO_DELIVERY,
        "payment": {"method": "paper_card", "amount_minor": count * 100_00} if paid else None,
    }
    order = place(api, **body | changes)
    close_session()
    return order


def cards_of(order: Any) -> list[Any]:
    close_session()
    found = list(giftcards.sold_units(f"order:{order['id']}:"))
    close_session()
    return found


def test_each_piece_becomes_a_card_worth_its_price_once_the_order_is_paid(api: FlaskClient) -> None:
    order = bought(api, paid=False)
    assert cards_of(order) == []
    body = {"method": "transfer", "amount_minor": 200_00, "state": "captured"}
    post(api, f"/orders/{order['id']}/payments", body, status=201)
    cards = cards_of(order)
    assert [(one.balance_minor, one.sold_ref_id) for one in cards] == [
        (100_00, int(order["id"]))
    ] * 2
    assert all(one.expires_on for one in cards)
    assert [event["kind"] for event in told_of(api, order)].count("gift_cards_issued") == 1


def told_of(api: FlaskClient, order: Any) -> list[dict[str, Any]]:
    answer: Any = api.get(f"/api/v1/orders/{order['id']}/events")
    return list(answer.json["items"])


def test_an_order_that_comes_in_paid_has_its_cards_at_once(api: FlaskClient) -> None:
    assert len(cards_of(bought(api, 3))) == 3


def test_a_gift_card_carries_no_vat_takes_no_discount_and_stands_on_no_invoice(
    api: FlaskClient,
) -> None:
    published("SALE", conditions=[])
    lines = [{"sku": SHIRT, "quantity": 1}, {"sku": CARD, "quantity": 1}]
    order = bought(
        api, lines=lines, paid=False, payment={"method": "paper_card", "amount_minor": 1}
    )
    shirt, card = order["lines"]
    assert (card["discount_minor"], card["total_minor"]) == (0, 100_00)
    assert shirt["discount_minor"] == 7_99
    [tax] = order["taxes"]
    assert tax["rate_bp"] == 2300
    due = order["totals"]["total_minor"]
    post(
        api,
        f"/orders/{order['id']}/payments",
        {"method": "paper_card", "amount_minor": due - 1},
        status=201,
    )
    ship_all(api, order)
    [invoice] = [one for one in read(api, order)["documents"] if one["kind"] == "invoice"]
    assert invoicing.get_document(int(invoice["id"])).gross_minor == shirt["total_minor"]


def test_an_order_of_gift_cards_alone_leaves_without_an_invoice(api: FlaskClient) -> None:
    order = bought(api)
    ship_all(api, order)
    assert [one["kind"] for one in read(api, order)["documents"] if one["kind"] == "invoice"] == []


def test_the_code_of_a_sold_card_is_handed_out_once(api: FlaskClient, client_as: Any) -> None:
    order = bought(api, 1)
    [card] = cards_of(order)
    clerk = client_as("clerk")
    shown = page(clerk, f"/orders/{order['id']}")
    assert f"/gift-cards/{card.id}" in words_of_links(shown)
    press(clerk, form_to(page(clerk, f"/gift-cards/{card.id}"), "/code"))
    code = words(page(clerk, f"/gift-cards/{card.id}").get_element_by_id("gift-code"))
    assert clerk.get(f"/gift-cards/{card.id}/print").get_data().startswith(b"%PDF")
    close_session()
    other = client_as("store_manager")
    other.post(f"/gift-cards/{card.id}/code")
    assert code not in other.get(f"/gift-cards/{card.id}").get_data(as_text=True)
    refused: Any = api.post(f"/api/v1/gift-cards/{card.id}/code")
    assert refused.status_code == 409


def words_of_links(shown: Any) -> list[str]:
    return [str(one) for one in shown.xpath("//a/@href")]


def test_an_unused_card_comes_back_for_its_money_and_is_worth_nothing(api: FlaskClient) -> None:
    order = bought(api)
    ship_all(api, order)
    returned = come_back(api, order, 1)
    assert returned["credit_minor"] == 100_00
    states = sorted((one.balance_minor, one.blocked_at is not None) for one in cards_of(order))
    assert states == [(0, True), (100_00, False)]
    assert list(giftcards.prove_gift_cards()) == []


def test_a_card_that_was_used_does_not_come_back(api: FlaskClient) -> None:
    order = bought(api)
    ship_all(api, order)
    first, _second = cards_of(order)
    pay(1_00, first.id)
    close_session()
    assert come_back(api, order, 2, status=409)["code"] == "wrong_state"
    assert left_on(first.id) == 99_00


def come_back(api: FlaskClient, order: Any, count: int, *, status: int = 200) -> Any:
    line = order["lines"][0]["id"]
    asked = {"lines": [{"line": line, "quantity": count, "reason": "no need"}]}
    wanted_id = post(api, f"/orders/{order['id']}/returns", asked, status=201)["id"]
    got = {"lines": [{"line": line, "quantity": count, "verdict": "sellable"}]}
    answer: Any = api.post(f"/api/v1/returns/{wanted_id}/receipt", json=got)
    assert answer.status_code == status, answer.json
    close_session()
    if status != 200:
        return answer.json
    return next(one for one in read(api, order)["returns"] if one["id"] == wanted_id)


def test_a_cancelled_order_takes_its_cards_along(api: FlaskClient) -> None:
    order = bought(api)
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "changed mind"})
    assert [one.balance_minor for one in cards_of(order)] == [0, 0]


def test_an_order_is_paid_by_cards_as_it_is_placed_first_by_what_expires_first(
    api: FlaskClient,
) -> None:
    cards = [sold(50_00), sold(300_00, expires_on=catalog_day())]
    codes = [giftcards.reveal(one) for one in cards]
    close_session()
    payment = {
        "method": "gift_card",
        "amount_minor": 320_00,
        "code": codes[0].code,
        "pin": codes[0].pin,
        "more_cards": [{"code": codes[1].code, "pin": codes[1].pin}],
    }
    order = place(api, payment=payment, external_id="BY-CARD")
    assert order["totals"]["paid_minor"] == 320_00
    assert (left_on(cards[0]), left_on(cards[1])) == (30_00, 0)
    close_session()
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "changed mind"})
    assert (left_on(cards[0]), left_on(cards[1])) == (50_00, 300_00)
    assert list(giftcards.prove_gift_cards()) == []


def catalog_day() -> Any:
    from datetime import timedelta

    from app import clock

    return clock.now().date() + timedelta(days=60)


def test_an_order_that_its_card_does_not_pay_is_not_placed(api: FlaskClient) -> None:
    card = sold(50_00)
    code = giftcards.reveal(card)
    close_session()
    paid = {"method": "gift_card", "amount_minor": 60_00, "code": code.code, "pin": code.pin}
    answer: Any = api.post("/api/v1/orders", json=order_body(payment=paid, external_id="SHORT"))
    assert (answer.status_code, answer.json["code"]) == (409, "not_enough_on_card")
    close_session()
    found: Any = api.get("/api/v1/orders?q=SHORT")
    assert found.json["items"] == []
    assert left_on(card) == 50_00


def test_store_credit_pays_for_its_owners_new_order(api: FlaskClient) -> None:
    work = customers.create_customer
    contacts = customers.Contacts(emails=["a.wisniewska@poczta.example"])
    holder = transact(lambda: work(name="Agnieszka Wiśniewska", contacts=contacts)).id
    card = sold(70_00, customer_id=holder, with_number=False)
    close_session()
    order = place(api, payment={"method": "store_credit", "amount_minor": 70_00})
    assert order["totals"]["paid_minor"] == 70_00
    assert left_on(card) == 0
    assert ADDRESS
