"""An order gets what is published: unit by unit, told on its page, and frozen for good."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import close_session, session
from modules.orders.errors import TooMuchOff
from modules.orders.models import LineAdjustment, PriceTrace, SoldUnit
from modules.orders.proving import prove_orders
from modules.orders.quoting import Cart, CartLine, Facts, Quote, quote
from modules.promotions import operations
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion
from modules.promotions.published import Label, Published
from tests.orders.cast import ADDRESS, DRESS, SHIRT, fetch, place, post, ship_all, stock_the_shop
from tests.orders.screens import form_to, page, parsed, press, text_of, words
from tests.promotions.cast import act, published
from tests.promotions.random_carts import GROUPS, Draw

SignIn = Callable[..., FlaskClient]
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
SHIRTS = {"skus": [SHIRT]}


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop(shirts=20, dresses=20)


def order(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    """Place one shirt for 79.90 and two dresses for 329.00, unless something else is said."""
    return place(api, **({"payment": None} | changes))


def off(placed: dict[str, Any]) -> list[int]:
    return [line["discount_minor"] for line in placed["lines"]]


@pytest.mark.usefixtures("shop")
def test_an_order_gets_what_is_published(api: FlaskClient) -> None:
    assert off(order(api)) == [0, 0]
    made = published()
    assert off(order(api)) == [799, 6_580]
    placed = order(api)
    assert placed["totals"]["goods_minor"] == 73_790
    assert placed["totals"]["discount_minor"] == 7_379
    assert placed["totals"]["total_minor"] == 73_790 - 7_379 + 1_490
    act(operations.end_promotion, made)
    assert off(order(api)) == [0, 0]
    close_session()
    kept = fetch(api, f"/orders/{placed['id']}")
    assert off(kept) == [799, 6_580]
    assert list(prove_orders()) == []


@pytest.mark.usefixtures("shop")
def test_a_price_that_the_channel_gave_is_touched_by_nothing(api: FlaskClient) -> None:
    published(conditions=[])
    given_ = [{"sku": SHIRT, "quantity": 1, "unit_price_minor": 9_000}]
    placed = order(api, lines=given_)
    assert off(placed) == [0]
    close_session()
    assert session.scalars(select(PriceTrace)).all() == []


@pytest.mark.usefixtures("shop")
def test_a_quote_and_the_order_agree_and_say_why(api: FlaskClient) -> None:
    published()
    published("RICH", conditions=[{"kind": "subtotal_at_least", "amount_minor": 100_000}])
    lines = [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 2}]
    body = {
        "channel": "web",
        "currency": "PLN",
        "lines": lines,
        "shipping": {"method": "courier", "price_minor": 1_490},
    }
    asked = post(api, "/quotes", body)
    assert asked["applied"] == [
        {
            "promotion": "AUTUMN",
            "version": 1,
            "label": "Autumn tenth",
            "amount_minor": 7_379,
            "lines": [0, 1],
        }
    ]
    assert asked["rejected"] == [
        {
            "promotion": "RICH",
            "reason": "min_subtotal_not_met",
            "needed": 100_000,
            "have": 66_411,
            "shortfall": 33_589,
        }
    ]
    placed = order(api)
    assert placed["totals"]["total_minor"] == asked["total_minor"]
    assert [one["gross_minor"] for one in asked["taxes"]] == [
        one["gross_minor"] for one in placed["taxes"]
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "condition",
    [
        {"kind": "payment_method", "any_of": ["transfer"]},
        {"kind": "delivery_country", "any_of": ["DE"]},
    ],
)
def test_a_quote_that_tells_the_way_to_pay_and_the_country_agrees_with_the_order(
    api: FlaskClient, condition: dict[str, Any]
) -> None:
    published(conditions=[condition])
    body = {
        "channel": "web",
        "currency": "PLN",
        "lines": [{"sku": SHIRT, "quantity": 1}],
        "shipping": {"method": "courier", "price_minor": 1_490},
        "payment_method": "transfer",
        "country": "DE",
    }
    asked = post(api, "/quotes", body)
    placed = order(
        api,
        lines=body["lines"],
        shipping_address={**ADDRESS, "country": "DE"},
        payment={"method": "transfer", "amount_minor": 1, "state": "expected"},
    )
    assert placed["totals"]["total_minor"] == asked["total_minor"] == 7_990 - 799 + 1_490


@pytest.mark.usefixtures("shop")
def test_what_was_taken_off_is_kept_for_each_unit(api: FlaskClient) -> None:
    """Every second shirt for half: of five, two; the others cost what they cost."""
    half = {"kind": "nth_unit", "number": 2, "rate_bp": 5_000, "filter": SHIRTS}
    made = published(conditions=[], benefits=[half])
    placed = order(api, lines=[{"sku": SHIRT, "quantity": 5}])
    assert off(placed) == [7_990]
    close_session()
    parts = session.scalars(select(LineAdjustment)).all()
    assert sum(one.amount_minor for one in parts) == 7_990
    assert {(one.promotion_id, one.promotion_version) for one in parts} == {(made.id, 1)}
    assert sum(one.unit_to - one.unit_from + 1 for one in parts) == 2
    units = session.scalars(select(SoldUnit).order_by(SoldUnit.first)).all()
    paid = sorted(one.gross_minor for one in units for _n in range(one.first, one.last + 1))
    assert paid == [3_995, 3_995, 7_990, 7_990, 7_990]
    assert all(one.gross_minor + one.discount_minor == 7_990 for one in units)


@pytest.mark.usefixtures("shop")
def test_all_that_comes_back_is_what_was_paid(api: FlaskClient) -> None:
    published(conditions=[], benefits=[{"kind": "group_price", "count": 3, "price_minor": 20_000}])
    placed = order(
        api,
        lines=[{"sku": SHIRT, "quantity": 4}],
        shipping={"method": "pickup", "price_minor": 0},
        payment={"method": "paper_card", "amount_minor": 27_990},
    )
    assert placed["totals"]["balance_minor"] == 0
    ship_all(api, placed)
    line = placed["lines"][0]["id"]
    total = 0
    for _one in range(4):
        asked = {"lines": [{"line": line, "quantity": 1, "reason": "too_small"}]}
        wanted = post(api, f"/orders/{placed['id']}/returns", asked, status=201)
        received = {"lines": [{"line": line, "quantity": 1, "verdict": "sellable"}]}
        post(api, f"/returns/{wanted['id']}/receipt", received)
        now_ = fetch(api, f"/orders/{placed['id']}")
        worth = now_["totals"]["returned_minor"] - total
        total += worth
        assert worth in (7_990, 6_666, 6_667)
    assert total == 27_990
    assert list(prove_orders()) == []


@pytest.mark.usefixtures("shop")
def test_a_delivery_for_nothing_carries_no_vat(api: FlaskClient) -> None:
    published(phase="shipping", benefits=[{"kind": "free_delivery"}])
    placed = order(api)
    assert placed["totals"]["shipping_minor"] == 0
    assert placed["totals"]["total_minor"] == 73_790 == placed["taxes"][0]["gross_minor"]
    close_session()
    [part] = session.scalars(select(LineAdjustment)).all()
    assert (part.order_line_id, part.amount_minor) == (None, 1_490)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"scope": {"channels": ["web"]}}, True),
        ({"scope": {"channels": ["pos"]}}, False),
        ({"scope": {"stores": ["MAIN"]}}, True),
        ({"conditions": [{"kind": "shipping_method", "any_of": ["courier"]}]}, True),
        ({"conditions": [{"kind": "shipping_method", "any_of": ["locker"]}]}, False),
        ({"conditions": [{"kind": "payment_method", "any_of": ["transfer"]}]}, True),
        ({"conditions": [{"kind": "payment_method", "any_of": ["cod"]}]}, False),
        ({"conditions": [{"kind": "delivery_country", "any_of": ["PL"]}]}, True),
        ({"conditions": [{"kind": "delivery_country", "any_of": ["DE"]}]}, False),
        ({"conditions": [{"kind": "contains", "filter": SHIRTS, "count": 1}]}, True),
        ({"conditions": [{"kind": "contains", "filter": SHIRTS, "count": 2}]}, False),
        ({"schedule": {"starts_at": "2099-01-01T00:00:00Z"}}, False),
    ],
)
def test_it_holds_where_and_when_it_says(
    api: FlaskClient, said: dict[str, Any], fits: bool
) -> None:
    published(**({"conditions": []} | said))
    payment = {"method": "transfer", "amount_minor": 75_280, "state": "expected"}
    placed = order(api, payment=payment)
    assert (placed["totals"]["discount_minor"] > 0) is fits


@pytest.mark.usefixtures("shop")
def test_the_page_of_an_order_says_what_it_got_and_why_not_more(
    api: FlaskClient, client_as: SignIn
) -> None:
    published()
    missed = [{"kind": "subtotal_at_least", "amount_minor": 100_000}]
    published("RICH", "From a thousand", conditions=missed)
    placed = order(api)
    shown = page(client_as("store_manager"), f"/orders/{placed['id']}")
    card = words(shown.get_element_by_id("promotions"))
    assert "Autumn tenth version 1" in card
    assert "73.79" in card
    assert "From a thousand" in card
    assert "The goods cost too little for it." in card
    assert "335.89" in card
    assert shown.xpath("//*[@id='promotions']//a[@href='/promotions/AUTUMN']")
    assert "Made cheaper by promotions" in words(shown.get_element_by_id("history"))
    seen = page(client_as("clerk"), f"/orders/{placed['id']}").get_element_by_id("promotions")
    assert "Autumn tenth" in words(seen)
    assert not seen.xpath(".//a")


@pytest.mark.usefixtures("shop")
def test_an_order_that_no_promotion_touched_says_nothing_of_them(
    api: FlaskClient, client_as: SignIn
) -> None:
    placed = order(api)
    shown = page(client_as("clerk"), f"/orders/{placed['id']}")
    assert not shown.xpath("//*[@id='promotions']")


@pytest.mark.usefixtures("shop")
def test_a_clerk_sees_the_promotion_in_the_basket_and_the_order_costs_the_same(
    api: FlaskClient, client_as: SignIn
) -> None:
    published(conditions=[{"kind": "payment_method", "any_of": ["transfer"]}])
    clerk = client_as("clerk")
    typed = {
        "channel": "pos",
        "lines-0-sku": DRESS,
        "lines-0-quantity": "1",
        "shipping_method": "pickup",
        "payment_method": "",
    }
    htmx = {"HX-Request": "true"}
    said = text_of(clerk.post("/orders/new/basket", data=typed, headers=htmx))
    assert "Autumn tenth" not in said
    typed["payment_method"] = "transfer"
    said = text_of(clerk.post("/orders/new/basket", data=typed, headers=htmx))
    assert "Autumn tenth" in said
    assert "296.10" in said
    form = form_to(page(clerk, "/orders/new"), "/orders/new")
    answer = press(clerk, form, name="Zofia Jabłońska", phone="+48601447218", **typed)
    assert answer.status_code == 303, text_of(answer)
    [placed] = fetch(api, "/orders")["items"]
    assert placed["totals"]["total_minor"] == 29_610
    assert parsed(clerk.get(f"/orders/{placed['id']}")).get_element_by_id("promotions") is not None


@pytest.mark.usefixtures("shop")
def test_an_order_costs_few_statements_more_where_promotions_apply(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    order(api)
    with statements() as plain:
        order(api)
    for at in range(5):
        published(f"P{at}")
    order(api)
    with statements() as cheaper:
        order(api)
    assert len(cheaper) - len(plain) <= 2, "\n".join(cheaper)


# --- the one quote, without a database --------------------------------------------------------


def book_of(promotions: list[Promotion]) -> Published:
    return Published(
        mark="drawn",
        book=compile_book(promotions, GROUPS),
        labels={int(one.id): Label(str(one.id), f"No. {one.id}") for one in promotions},
    )


def cart_of(lines: list[tuple[int, int, int]], discount_minor: int = 0) -> Cart:
    return Cart(
        currency="PLN",
        list_currency="PLN",
        lines=[
            CartLine(
                sku="ABCDE"[place % 5],
                quantity=count,
                rate_bp=rate,
                list_price_minor=price,
                category=("shirts", "shoes", "bags")[place % 3],
            )
            for place, (count, price, rate) in enumerate(lines)
        ],
        shipping_minor=1_499,
        shipping_rate_bp=2_300,
        discount_minor=discount_minor,
        facts=Facts(moment=NOON, channel="web", store="MAIN"),
    )


def unit_sums(found: Quote, place: int) -> tuple[int, int]:
    units = found.lines[place].units
    counts = [one.last - one.first + 1 for one in units]
    return (
        sum(n * one.gross_minor for n, one in zip(counts, units, strict=True)),
        sum(n * one.discount_minor for n, one in zip(counts, units, strict=True)),
    )


LINES = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 30_000), st.sampled_from((0, 800, 2300))),
    min_size=1,
    max_size=6,
)


@given(lines=LINES, seed=st.integers(0, 10**6), share=st.integers(0, 10_000))
def test_no_grosz_is_made_or_lost_whatever_applies(
    lines: list[tuple[int, int, int]], seed: int, share: int
) -> None:
    draw = Draw(seed)
    drawn = [
        Promotion(id=at, phase=phase, benefits=(draw.ordered_benefit(),), group=group)
        for at, (phase, group) in enumerate(
            [(Phase.LINE, "best"), (Phase.LINE, ""), (Phase.ORDER, ""), (Phase.LINE, "turn")],
            start=1,
        )
    ]
    book = book_of(drawn)
    alone = quote(cart_of(lines), book)
    by_hand = (alone.goods_minor - alone.discount_minor) * share // 10_000
    found = quote(cart_of(lines, by_hand), book)
    worth = sum(count * price for count, price, _rate in lines)
    assert found.goods_minor == worth
    assert found.discount_minor == alone.discount_minor + by_hand
    parts = sum(one.amount_minor for one in found.adjustments)
    assert parts == alone.discount_minor + found.shipping_discount_minor
    assert found.total_minor == sum(tax.gross_minor for tax in found.taxes)
    assert found.total_minor == worth - found.discount_minor + found.shipping_minor
    for at, line in enumerate(found.lines):
        assert line.total_minor >= 0
        assert unit_sums(found, at) == (line.total_minor, line.discount_minor)
        own = [one for one in found.adjustments if one.line == at]
        assert all(1 <= one.unit_from <= one.unit_to <= line.quantity for one in own)


@pytest.mark.parametrize("off_minor", [-1, 9_001])
def test_by_hand_no_more_is_taken_off_than_promotions_leave(off_minor: int) -> None:
    book = book_of([Promotion(id=1, phase=Phase.LINE, benefits=(Percent(rate_bp=1_000),))])
    assert quote(cart_of([(1, 10_000, 2_300)], 9_000), book).lines[0].total_minor == 0
    with pytest.raises(TooMuchOff):
        quote(cart_of([(1, 10_000, 2_300)], off_minor), book)
