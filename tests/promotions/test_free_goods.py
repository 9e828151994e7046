"""Goods for nothing: told by a quote, lines of an order, in no sum, gone with their reason."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app import outbox, proving
from app.db import close_session, session, transact
from modules import catalog, invoicing
from modules.catalog import NewVariant
from modules.orders.models import LineAdjustment, PriceTrace
from modules.orders.queries import lines_of
from modules.orders.quoting import quote
from modules.organization import Channel, OnShortage
from modules.promotions import operations
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.engine.benefits.free_goods import FreeGoods
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion
from tests.orders.cast import (
    DRESS,
    SHIRT,
    fetch,
    on_shelf,
    order_body,
    place,
    post,
    receive,
    ship_all,
    stock_the_shop,
)
from tests.orders.screens import form_to, page, press, text_of, words
from tests.promotions.cast import act, draft, published
from tests.promotions.coupons import counted
from tests.promotions.random_carts import Draw
from tests.promotions.test_orders import LINES, book_of, cart_of

SignIn = Callable[..., FlaskClient]
SOCKS = "SOCKS-1"
GIFT: dict[str, Any] = {
    "conditions": [{"kind": "subtotal_at_least", "amount_minor": 20_000}],
    "benefits": [{"kind": "free_goods", "sku": SOCKS, "count": 2}],
}
PICKUP = {"method": "pickup", "price_minor": 0}
PAID = {
    "shipping": {"method": "courier", "price_minor": 0},
    "payment": {"method": "paper_card", "amount_minor": 73_790},
}


@pytest.fixture
def shop(app: Flask) -> None:
    """Shirts and dresses at 23 %, five pairs of socks at 8 %."""

    def make() -> None:
        catalog.create_product(
            code="SOCKS",
            name="Wool socks",
            tax_class="reduced",
            variants=[NewVariant(sku=SOCKS, price_minor=1_999, cost_minor=700)],
        )

    stock_the_shop(shirts=20, dresses=20)
    transact(make)
    receive({SOCKS: 5})


def order(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    """Place one shirt for 79.90 and two dresses for 329.00, unless something else is said."""
    placed = place(api, **({"payment": None, "shipping": PICKUP} | changes))
    close_session()
    return placed


def gifts_of(placed: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    return [
        (line["sku"], line["quantity"], line["unit_price_minor"], line["total_minor"])
        for line in placed["lines"]
        if line["is_free"]
    ]


def differences() -> list[str]:
    close_session()
    return [str(one) for result in proving.prove() for one in result.differences]


def trace_of(placed: dict[str, Any]) -> list[dict[str, Any]]:
    close_session()
    found = session.get(PriceTrace, int(placed["id"]))
    return list(found.judged) if found else []


def ask(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    body = {"channel": "web", "currency": "PLN", "lines": order_body()["lines"], **changes}
    return post(api, "/quotes", body)


# --- told and placed --------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_a_quote_tells_the_gift_and_tells_none_once_its_reason_is_gone(api: FlaskClient) -> None:
    published("SOCKS", "Socks with it", **GIFT)
    asked = ask(api)
    assert asked["free_goods"] == [{"sku": SOCKS, "quantity": 2, "promotion": "SOCKS"}]
    assert [one["sku"] for one in asked["lines"]] == [SHIRT, DRESS]
    assert asked["total_minor"] == 73_790
    assert [one["tax_rate_bp"] for one in asked["lines"]] == [2300, 2300]
    assert ask(api, lines=[{"sku": SHIRT, "quantity": 1}])["free_goods"] == []


@pytest.mark.usefixtures("shop")
def test_an_order_has_its_gift_as_a_line_that_costs_nothing(api: FlaskClient) -> None:
    made = published("SOCKS", "Socks with it", **GIFT)
    plain = {one["rate_bp"] for one in ask(api)["taxes"]}
    placed = order(api)
    assert gifts_of(placed) == [(SOCKS, 2, 0, 0)]
    assert placed["totals"]["goods_minor"] == placed["totals"]["total_minor"] == 73_790
    assert {one["rate_bp"] for one in placed["taxes"]} == plain
    assert on_shelf(SOCKS) == (5, 2)
    row = session.scalars(select(LineAdjustment)).one()
    line = lines_of(int(placed["id"]))[-1]
    assert (row.order_line_id, row.promotion_id, row.amount_minor) == (line.id, made.id, 0)
    assert (line.is_free, line.sku, line.reserved) == (True, SOCKS, 2)
    assert gifts_of(fetch(api, f"/orders/{placed['id']}")) == gifts_of(placed)
    events = fetch(api, f"/orders/{placed['id']}/events")["items"]
    kinds = [one["kind"] for one in events]
    assert "gifts_added" in kinds
    assert "promotions_applied" not in kinds
    assert differences() == []


@pytest.mark.usefixtures("shop")
def test_a_gift_of_what_is_bought_is_a_line_beside_it(api: FlaskClient) -> None:
    published("SHIRT", "A shirt more", **{**GIFT, "benefits": [_gift(SHIRT)]})
    placed = order(api)
    assert [(line["sku"], line["total_minor"]) for line in placed["lines"]] == [
        (SHIRT, 7_990),
        (DRESS, 65_800),
        (SHIRT, 0),
    ]
    assert on_shelf(SHIRT) == (20, 2)
    assert differences() == []


def _gift(sku: str, **more: Any) -> dict[str, Any]:
    return {"kind": "free_goods", "sku": sku, **more}


# --- short ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_what_is_not_there_is_left_out_and_the_order_goes_through(api: FlaskClient) -> None:
    made = published("SOCKS", "Socks with it", **GIFT, limits={"uses": 10})
    assert [gifts_of(order(api)) for _time in range(2)] == [[(SOCKS, 2, 0, 0)]] * 2
    less = order(api)
    assert gifts_of(less) == [(SOCKS, 1, 0, 0)]
    assert counted(made)[0] == 3
    none = order(api)
    assert gifts_of(none) == []
    assert none["holds"] == []
    close_session()
    assert counted(made)[0] == 3  # what gives nothing is not used
    told = [
        [
            (one.get("reason"), one.get("needed"), one.get("have"), one.get("free_units"))
            for one in trace_of(placed)
        ]
        for placed in (less, none)
    ]
    short = "gift_out_of_stock"
    assert told == [[(None, None, None, 1), (short, 2, 1, None)], [(short, 2, None, None)]]
    assert differences() == []


@pytest.mark.usefixtures("shop")
def test_where_orders_wait_for_goods_their_gifts_wait_too(api: FlaskClient) -> None:
    backorder = update(Channel).values(on_shortage=OnShortage.BACKORDER)
    transact(lambda: session.execute(backorder))
    published("SOCKS", "Socks with it", **{**GIFT, "benefits": [_gift(SOCKS, count=6)]})
    placed = order(api)
    assert gifts_of(placed) == [(SOCKS, 6, 0, 0)]
    assert placed["lines"][-1]["units"]["backordered"] == 1
    assert [one["kind"] for one in placed["holds"]] == ["stock"]
    assert differences() == []


# --- shipped and returned ---------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_a_gift_is_packed_and_told_on_the_slip_and_on_no_invoice(api: FlaskClient) -> None:
    published("SOCKS", "Socks with it", **GIFT)
    placed = order(api, **PAID)
    ship_all(api, placed)
    outbox.run_due()
    close_session()
    assert on_shelf(SOCKS) == (3, 0)
    shipped = fetch(api, f"/orders/{placed['id']}")
    kinds = {one["kind"]: int(one["id"]) for one in shipped["documents"]}
    close_session()
    invoice, slip = (
        {one["sku"]: one["quantity"] for one in invoicing.get_document(kinds[kind]).data["lines"]}
        for kind in ("invoice", "packing_slip")
    )
    assert slip == {SHIRT: 1, DRESS: 2, SOCKS: 2}
    assert invoice == {SHIRT: 1, DRESS: 2}
    assert differences() == []


@pytest.mark.usefixtures("shop")
def test_a_gift_gives_nothing_back_and_stays_when_the_goods_go_back(api: FlaskClient) -> None:
    published("SOCKS", "Socks with it", **GIFT)
    placed = order(api, **PAID)
    ship_all(api, placed)
    close_session()
    socks = placed["lines"][-1]["id"]

    def give_back(*lines: tuple[str, int]) -> int:
        rows = [{"line": line, "quantity": count, "reason": "size"} for line, count in lines]
        asked = post(api, f"/orders/{placed['id']}/returns", {"lines": rows}, status=201)
        got = [{"line": line, "quantity": count, "verdict": "sellable"} for line, count in lines]
        done = post(api, f"/returns/{asked['id']}/receipt", {"lines": got})
        close_session()
        return int(done["credit_minor"])

    assert give_back((socks, 1)) == 0
    assert on_shelf(SOCKS)[0] == 4
    goods = [(one["id"], one["quantity"]) for one in placed["lines"][:2]]
    assert give_back(*goods) == 73_790
    kept = fetch(api, f"/orders/{placed['id']}")
    assert kept["totals"]["total_minor"] == 0
    assert kept["lines"][-1]["units"]["returned"] == 1
    assert differences() == []


@pytest.mark.usefixtures("shop")
def test_a_gift_is_cancelled_with_the_last_of_what_is_paid_for(api: FlaskClient) -> None:
    published("SOCKS", "Socks with it", **GIFT)
    placed = order(api)
    for line in placed["lines"][:2]:
        body = {"reason": "changed their mind", "lines": [_all(line)]}
        left = post(api, f"/orders/{placed['id']}/cancellation", body)
        close_session()
    assert left["status"] == "cancelled"
    assert on_shelf(SOCKS) == (5, 0)
    assert differences() == []


def _all(line: dict[str, Any]) -> dict[str, Any]:
    return {"line": line["id"], "quantity": line["quantity"]}


# --- what may be published --------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_gift_cards_and_goods_by_measure_are_not_given(app: Flask) -> None:
    def make() -> None:
        card = NewVariant(sku="CARD", price_minor=100_00)
        catalog.create_product(code="CARD", name="Gift card", is_gift_card=True, variants=[card])

    transact(make)
    for sku in ("CARD", "NO-SUCH"):
        made = draft(sku, sku, **{**GIFT, "benefits": [_gift(sku)]})
        with pytest.raises(BadDefinition) as refused:
            act(operations.publish_promotion, made)
        assert [one.pointer for one in refused.value.faults] == ["/definition/benefits/0/sku"]


# --- on screens -------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_the_basket_the_order_and_the_simulator_show_the_gift(
    api: FlaskClient, client_as: SignIn
) -> None:
    published("SOCKS", "Socks with it", **GIFT)
    clerk = client_as("clerk")
    typed = {"channel": "pos", "lines-0-sku": DRESS, "lines-0-quantity": "1", "add": SHIRT}
    shown = text_of(clerk.post("/orders/new/basket", data=typed, headers={"HX-Request": "true"}))
    assert "Wool socks" in shown
    assert "2 × a gift" in shown
    placed = order(api)
    told = words(page(clerk, f"/orders/{placed['id']}"))
    assert "2 pieces for nothing" in told
    assert "a gift" in told
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/orders/simulator?promotion=SOCKS"), "/simulator#result")
    tried = text_of(press(manager, form, goods=f"{DRESS} 2"))
    assert f"{SOCKS} · 2 × a gift" in tried
    assert "2 pieces for nothing" in tried


# --- what it costs ----------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_gifts_cost_one_statement_and_only_where_one_is_given(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    published("OTHER", "Something else")
    order(api)
    with statements() as plain:
        order(api)
    published("SOCKS", "Socks with it", **{**GIFT, "conditions": [_dear(100_000)]})
    order(api)
    with statements() as far:
        order(api)
    assert len(far) == len(plain)
    published("MORE", "Socks with it", **GIFT)
    order(api)
    with statements() as near:
        order(api)
    assert len(near) - len(plain) <= 1, "\n".join(near)


def _dear(amount_minor: int) -> dict[str, Any]:
    return {"kind": "subtotal_at_least", "amount_minor": amount_minor}


@given(lines=LINES, seed=st.integers(0, 10**6))
def test_no_sum_is_another_for_what_is_given(lines: list[tuple[int, int, int]], seed: int) -> None:
    draw = Draw(seed)
    others = [
        Promotion(id=at, phase=phase, benefits=(draw.ordered_benefit(),), group=group)
        for at, (phase, group) in enumerate([(Phase.LINE, "best"), (Phase.ORDER, "")], start=1)
    ]
    gifts = [
        Promotion(
            id=8 + at,
            phase=phase,
            benefits=(FreeGoods(sku="ABCDE"[at], filter=draw.filter(), every_count=draw.some()),),
        )
        for at, phase in enumerate((Phase.LINE, Phase.ORDER))
    ]
    plain = quote(cart_of(lines), book_of(others))
    found = quote(cart_of(lines), book_of([*others, *gifts]))
    assert (found.lines, found.taxes, found.total_minor) == (
        plain.lines,
        plain.taxes,
        plain.total_minor,
    )
    assert [one._replace(sequence=0) for one in found.adjustments] == [
        one._replace(sequence=0) for one in plain.adjustments
    ]
    told = {one.promotion_id: one.free_units for one in found.judged if one.free_units}
    assert told == {one.promotion_id: one.quantity for one in found.gifts}
