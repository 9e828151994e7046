"""A discount given by hand: within one's limit, with a reason, and exact to the last grosz."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import select

from app.actor import acting_as
from app.approving.models import Approval, ApprovalState
from app.db import close_session, session, transact
from app.errors import NotAllowed
from app.models import Role
from modules.orders.errors import TooMuchOff
from modules.orders.given import OrderedLine, PlaceOrder
from modules.orders.limits import GIVES
from modules.orders.operations.placing import place_order
from modules.orders.proving import prove_orders
from modules.orders.quoting import Cart, CartLine, quote, split_into_units
from tests.access.people import PASSWORD, actor, hire
from tests.orders.cast import DRESS, SHIRT, fetch, post, ship_all, stock_the_shop
from tests.orders.screens import form_to, page, parsed, press, text_of

People = Callable[..., FlaskClient]
WHO = {"name": "Zofia Jabłońska", "shipping_method": "pickup"}


@pytest.fixture(autouse=True)
def _goods(app: Any) -> None:
    stock_the_shop()


def sell(client: FlaskClient, off: str, why: str = "a scratch", **typed: str) -> Any:
    """Write down an order of one shirt (79.90) and two dresses (329.00 each), less a discount."""
    close_session()
    form = form_to(page(client, "/orders/new"), "/orders/new")
    goods = {
        "lines-0-sku": SHIRT,
        "lines-0-quantity": "1",
        "lines-1-sku": DRESS,
        "lines-1-quantity": "2",
    }
    return press(client, form, **WHO, **goods, discount_minor=off, discount_reason=why, **typed)


def orders(api: FlaskClient) -> list[dict[str, Any]]:
    return [fetch(api, f"/orders/{one['id']}") for one in fetch(api, "/orders")["items"]]


# --- who may ----------------------------------------------------------------------------------


def test_a_clerk_takes_a_little_off_and_says_why(api: FlaskClient, client_as: People) -> None:
    clerk = client_as("clerk")
    answer = sell(clerk, "20,00")
    assert answer.status_code == 303

    [order] = orders(api)
    assert order["totals"]["goods_minor"] == 73_790
    assert order["totals"]["discount_minor"] == 2_000
    assert order["totals"]["total_minor"] == 71_790
    # 2,000 spread over 7,990 and 65,800: 216.56 and 1,783.44
    assert [line["discount_minor"] for line in order["lines"]] == [217, 1_783]
    said = text_of(clerk.get(answer.location))
    assert "Discount given by hand" in said
    assert "20.00 zł · a scratch" in said


def test_beyond_the_limit_a_second_person_signs_on_the_spot_or_nothing_is_sold(
    api: FlaskClient, client_as: People
) -> None:
    hire("Maria", "shift_lead")
    clerk = client_as("clerk")
    refused = sell(clerk, "20,01")
    said = text_of(refused)
    assert refused.status_code == 422
    assert "This needs a second person." in said
    assert "Maria" in said
    assert "Ask, and do it when approved" not in said
    later = sell(clerk, "20,01", second="later")
    assert later.status_code == 422
    assert orders(api) == []

    signed = {"second_email": "maria@approving.example", "second_password": PASSWORD}
    assert sell(clerk, "20,01", second="here", **signed).status_code == 303
    [order] = orders(api)
    assert order["totals"]["discount_minor"] == 2_001
    [approval] = session.scalars(select(Approval)).all()
    assert approval.state is ApprovalState.APPROVED
    assert (approval.ref_kind, str(approval.ref_id)) == ("order", order["id"])
    close_session()
    assert "Maria" in text_of(clerk.get(f"/orders/{order['id']}"))


def test_nobody_signs_beyond_his_own_limit(api: FlaskClient, client_as: People) -> None:
    hire("Maria", "shift_lead")
    signed = {"second_email": "maria@approving.example", "second_password": PASSWORD}
    assert sell(client_as("clerk"), "200,01", second="here", **signed).status_code == 422
    assert orders(api) == []
    assert session.scalars(select(Approval)).all() == []


def test_who_gives_no_discounts_is_not_asked_for_one_and_cannot_send_one(
    api: FlaskClient, client_as: People
) -> None:
    def forbid() -> None:
        role = session.scalars(select(Role).where(Role.code == "clerk")).one()
        role.permissions = [one for one in role.permissions if one != GIVES]

    transact(forbid)
    clerk = client_as("clerk")
    assert "discount_minor" not in form_to(page(clerk, "/orders/new"), "/orders/new").fields
    with pytest.raises(NotAllowed), acting_as(actor(hire("Olek", "clerk"))):
        transact(
            lambda: place_order(
                PlaceOrder(
                    channel="pos",
                    lines=[OrderedLine(sku=SHIRT, quantity=1)],
                    shipping_method="pickup",
                    discount_minor=1,
                    discount_reason="for nothing",
                )
            )
        )
    assert orders(api) == []


@pytest.mark.parametrize(
    ("off", "why", "said"),
    [
        ("10,00", "", "Say why it costs less."),
        ("737,91", "all of it", "A discount is at most what the goods cost."),
        ("-1,00", "a rise", "A discount is not less than nothing."),
        ("ten", "a word", "Write an amount"),
    ],
)
def test_what_is_no_discount_is_refused_and_what_was_typed_stays(
    api: FlaskClient, client_as: People, off: str, why: str, said: str
) -> None:
    answer = sell(client_as("store_manager"), off, why)
    assert answer.status_code == 422
    assert said in text_of(answer)
    kept = form_to(parsed(answer), "/orders/new").fields
    assert (kept["discount_minor"], kept["discount_reason"]) == (off, why)
    assert orders(api) == []


# --- what it does -----------------------------------------------------------------------------


def test_the_basket_shows_what_is_taken_off(client_as: People) -> None:
    sent = {"channel": "pos", "lines-0-sku": DRESS, "lines-0-quantity": "1", "discount_minor": "29"}
    shown = client_as("clerk").post("/orders/new/basket", data=sent, headers={"HX-Request": "true"})
    said = text_of(shown)
    assert "Discount −29.00 zł" in said
    assert "Total 300.00 zł" in said


def test_goods_that_come_back_give_back_what_was_paid_for_them(
    api: FlaskClient, client_as: People
) -> None:
    paid = {"payment_method": "paper_card", "paid": "y"}
    assert sell(client_as("store_manager"), "100,00", **paid).status_code == 303
    [order] = orders(api)
    assert (order["totals"]["total_minor"], order["totals"]["balance_minor"]) == (63_790, 0)
    shirt, dresses = (line["id"] for line in order["lines"])
    ship_all(api, order)

    for line, count in ((dresses, 1), (shirt, 1), (dresses, 1)):
        back = {"lines": [{"line": line, "quantity": count, "reason": "too small"}]}
        asked = post(api, f"/orders/{order['id']}/returns", back, status=201)
        lines = [{"line": line, "quantity": count, "verdict": "sellable"}]
        post(api, f"/returns/{asked['id']}/receipt", {"lines": lines})
    close_session()
    [empty] = orders(api)
    assert (empty["totals"]["total_minor"], empty["totals"]["balance_minor"]) == (0, -63_790)
    assert list(prove_orders()) == []


def test_a_cancelled_unit_takes_its_share_of_the_discount_along(
    api: FlaskClient, client_as: People
) -> None:
    assert sell(client_as("store_manager"), "100,00").status_code == 303
    [order] = orders(api)
    one_dress = [{"line": order["lines"][1]["id"], "quantity": 1}]
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "no", "lines": one_dress})
    close_session()
    [left] = orders(api)
    assert left["totals"]["goods_minor"] == 73_790 - 32_900
    # 10,000 over 7,990 and 65,800: 1,083 and 8,917, of which the second dress carries 4,459.
    assert left["totals"]["discount_minor"] == 1_083 + 4_458
    assert (
        left["totals"]["total_minor"]
        == left["totals"]["goods_minor"] - left["totals"]["discount_minor"]
    )
    assert list(prove_orders()) == []


@drawn(
    lines=st.lists(
        st.tuples(st.integers(1, 50), st.integers(0, 100_000), st.sampled_from((0, 800, 2300))),
        min_size=1,
        max_size=12,
    ),
    share=st.integers(0, 10_000),
)
def test_no_grosz_is_made_or_lost_by_a_discount(
    lines: list[tuple[int, int, int]], share: int
) -> None:
    worth = sum(count * price for count, price, _rate in lines)
    off = worth * share // 10_000
    found = quote(
        Cart(
            currency="PLN",
            list_currency="PLN",
            lines=[
                CartLine(sku=str(place), quantity=count, rate_bp=rate, list_price_minor=price)
                for place, (count, price, rate) in enumerate(lines)
            ],
            discount_minor=off,
        )
    )
    assert found.goods_minor == worth
    assert found.discount_minor == off == sum(line.discount_minor for line in found.lines)
    assert found.total_minor == worth - off == sum(tax.gross_minor for tax in found.taxes)
    for line in found.lines:
        assert line.total_minor >= 0
        units = split_into_units(
            quantity=line.quantity,
            per=1,
            gross_minor=line.total_minor,
            discount_minor=line.discount_minor,
        )
        counts = [one.last - one.first + 1 for one in units]
        both = [(one.gross_minor, one.discount_minor) for one in units]
        assert all(gross >= 0 and less >= 0 for gross, less in both)
        assert sum(n * gross for n, (gross, _off) in zip(counts, both, strict=True)) == (
            line.total_minor
        )
        assert sum(n * less for n, (_gross, less) in zip(counts, both, strict=True)) == (
            line.discount_minor
        )


@pytest.mark.parametrize("off", [-1, 7_991])
def test_a_discount_beyond_the_goods_is_no_price(off: int) -> None:
    line = CartLine(sku=SHIRT, quantity=1, rate_bp=2300, list_price_minor=7_990)
    with pytest.raises(TooMuchOff):
        quote(Cart(currency="PLN", list_currency="PLN", lines=[line], discount_minor=off))
