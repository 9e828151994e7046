"""Before a promotion is published: which others it meets, and what it may sell below cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.db import close_session
from modules.promotions.checking.asking import check_promotion
from modules.promotions.checking.depth import Depth
from modules.promotions.checking.meeting import Goods, Together, meetings
from modules.promotions.definition import read_promotion
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.promotion import Group, GroupMode, Promotion
from tests.orders.cast import DRESS, SHIRT, stock_the_shop, told
from tests.orders.screens import form_to, page, press, text_of, words
from tests.promotions.cast import draft, now, published
from tests.promotions.random_carts import GROUPS, MOMENT, Draw

SignIn = Callable[..., FlaskClient]
TODAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
ALONE = Group(id="")
GOODS = Goods(
    CartLine(key=sku, sku=sku, unit_price_minor=1_000, quantity=1, categories=frozenset(own))
    for sku, own in (("RED", {"shoes", "winter"}), ("BLUE", {"shirts"}), ("PALE", {"bags"}))
)


def says(key: int = 1, **said: Any) -> Promotion:
    plain = {"phase": "line", "benefits": [{"kind": "percent", "rate_bp": 1_000}]}
    return read_promotion(plain | said, key=key)


def of(**filter_: Any) -> dict[str, Any]:
    return {"benefits": [{"kind": "percent", "rate_bp": 1_000, "filter": filter_}]}


def met(one: Mapping[str, Any], other: Mapping[str, Any], group: Group = ALONE) -> list[Together]:
    found = meetings(
        says(1, **one), [(says(2, **other), group)], group=group, goods=GOODS, at=TODAY
    )
    return [one.how for one in found]


def when(**schedule: Any) -> dict[str, Any]:
    return {"schedule": schedule}


def where(**scope: Sequence[str]) -> dict[str, Any]:
    return {"scope": scope}


DELIVERY = {"phase": "shipping", "benefits": [{"kind": "free_delivery"}]}
MEETING: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    (of(skus=["RED"]), of(skus=["RED", "BLUE"]), True),
    (of(skus=["RED"]), of(skus=["BLUE"]), False),
    (of(skus=["RED"]), of(categories=["winter"]), True),
    (of(skus=["RED"]), of(categories=["shirts"]), False),
    (of(skus=["NOWHERE"]), of(skus=["NOWHERE"]), False),
    (of(categories=["shoes"]), of(categories=["winter"]), True),
    (of(categories=["shoes"]), of(categories=["bags"]), False),
    (of(categories=["shoes"]), of(except_categories=["shoes"]), False),
    (of(brands=["Bazar"]), of(brands=["Other"]), False),
    (of(most_price_minor=5_000), of(least_price_minor=5_001), False),
    (of(most_price_minor=5_000), of(least_price_minor=5_000), True),
    (DELIVERY, {}, False),
    (DELIVERY, DELIVERY, True),
    ({"phase": "order"}, of(skus=["RED"]), True),
    (where(stores=["KRK"]), where(stores=["WAW"]), False),
    (where(stores=["KRK"]), where(stores=["WAW", "KRK"]), True),
    (where(stages=["core"]), where(stages=["lost"]), False),
    (where(segments=["a"]), where(segments=["b"]), True),
    (
        where(channels=["web"]),
        {"conditions": [{"kind": "channel_is", "any_of": ["pos"]}]},
        False,
    ),
    (
        {"conditions": [{"kind": "delivery_country", "any_of": ["PL"]}]},
        {"conditions": [{"kind": "delivery_country", "any_of": ["DE"]}]},
        False,
    ),
    (when(ends_at="2026-12-01T00:00:00Z"), when(starts_at="2026-12-01T00:00:00Z"), False),
    (when(ends_at="2026-12-02T00:00:00Z"), when(starts_at="2026-12-01T00:00:00Z"), True),
    ({}, when(ends_at="2026-11-22T10:00:00Z"), False),  # it is over
    (when(weekdays=[0, 1]), when(weekdays=[2]), False),
    (when(weekdays=[0, 1]), when(weekdays=[1]), True),
    (when(hours=[["08:00", "12:00"]]), when(hours=[["12:00", "13:00"]]), False),
    (when(hours=[["22:00", "06:00"]]), when(hours=[["05:00", "07:00"]]), True),
    (
        when(starts_at="2026-12-24T00:00:00Z", ends_at="2026-12-24T23:00:00Z"),
        when(not_on=["2026-12-24"]),
        False,
    ),
    (
        when(starts_at="2026-11-28T00:00:00Z", ends_at="2026-11-29T23:00:00Z"),
        when(weekdays=[0, 1, 2, 3, 4]),
        False,
    ),
]


@pytest.mark.parametrize(("one", "other", "meet"), MEETING)
def test_promotions_meet_on_the_same_goods_in_the_same_place_at_the_same_time(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    assert bool(met(one, other)) is meet
    assert bool(met(other, one)) is meet


def test_what_happens_where_both_fit_is_said() -> None:
    best = Group(id="line", mode=GroupMode.BEST_FOR_CUSTOMER, same_units=True)
    first = Group(id="line", mode=GroupMode.FIRST_BY_PRIORITY)
    grouped = {"group": "line"}
    assert met({}, {}) == [Together.STACK]
    assert met(grouped, grouped, best) == [Together.BEST]
    assert met(grouped, grouped, first) == [Together.FIRST]
    assert met(grouped, grouped | {"phase": "order"}, best) == [Together.STACK]
    assert met({"exclusive": True}, DELIVERY) == [Together.ALONE]
    assert met({"tags": ["sale"]}, {"deny_tags": ["sale"]}) == [Together.DENIED]


@given(st.integers(0, 10**9))
def test_two_that_touched_the_same_line_of_a_cart_were_said_to_meet(seed: int) -> None:
    """Whatever the engine applies together, the check had told of."""
    draw = Draw(seed)
    promotions, cart = draw.book(), draw.cart()
    result = evaluate(compile_book(promotions, GROUPS), cart)
    touched: dict[str, set[int | str]] = {}
    for one in result.adjustments:
        if one.line is not None and not one.is_rebate:
            touched.setdefault(one.line, set()).add(one.promotion)
    goods, groups = Goods(cart.lines), {one.id: one for one in GROUPS} | {"": Group(id="")}
    by_id = {one.id: one for one in promotions}
    for together in touched.values():
        for key in together:
            others = [(one, groups[one.group]) for one in promotions if one.id != key]
            mine = by_id[key]
            found = meetings(mine, others, group=groups[mine.group], goods=goods, at=MOMENT)
            assert together - {key} <= {one.other.id for one in found}


# --- how far a price may fall ------------------------------------------------------------------


def line(price: int = 10_000, cost: int | None = 4_000, **changed: Any) -> CartLine:
    plain: dict[str, Any] = {"key": "A", "sku": "A", "quantity": 1, "rate_bp": 2_300}
    return CartLine(**(plain | {"unit_price_minor": price, "cost_minor": cost} | changed))


@pytest.mark.parametrize(
    ("said", "lowest"),
    [
        ({"benefits": [{"kind": "percent", "rate_bp": 3_000}]}, 7_000),
        ({"benefits": [{"kind": "nth_unit", "number": 3, "rate_bp": 5_000}]}, 5_000),
        ({"benefits": [{"kind": "fixed_price", "price_minor": 1_234}]}, 1_234),
        ({"benefits": [{"kind": "buy_get", "buy_count": 3, "shared": False}]}, 0),
        ({"benefits": [{"kind": "buy_get", "buy_count": 3}]}, 7_500),
        ({"benefits": [{"kind": "group_price", "count": 4, "price_minor": 20_000}]}, 5_000),
        # 60.00 off, but only from 300.00 on: three pieces share it.
        (
            {
                "phase": "order",
                "benefits": [{"kind": "amount", "amount_minor": 6_000}],
                "conditions": [{"kind": "subtotal_at_least", "amount_minor": 30_000}],
            },
            8_000,
        ),
        ({"benefits": [{"kind": "percent", "rate_bp": 9_000}], "margin_bp": 0}, 4_920),
        ({"scope": {"stores": ["KRK"]}, "schedule": {"ends_at": "2020-01-01T00:00:00Z"}}, 9_000),
    ],
)
def test_the_deepest_price_is_what_the_engine_would_take(said: dict[str, Any], lowest: int) -> None:
    depth = Depth(says(**said), others=(), groups=(), goods=[line()])
    assert depth.lowest(line())[0] == lowest


def test_what_is_got_with_other_goods_is_looked_for_with_them_in_the_cart() -> None:
    said = {
        "kind": "buy_get",
        "buy_count": 1,
        "buy": {"skus": ["B"]},
        "get": {"skus": ["A"]},
        "shared": False,
    }
    goods = [line(), line(sku="B", key="B")]
    depth = Depth(says(benefits=[said]), others=(), groups=(), goods=goods)
    assert depth.lowest(goods[0])[0] == 0


def test_promotions_that_stack_are_looked_at_together() -> None:
    half = says(benefits=[{"kind": "percent", "rate_bp": 4_000}])
    other = says(2, benefits=[{"kind": "percent", "rate_bp": 2_000}])
    depth = Depth(half, others=[other], groups=(), goods=[line()])
    assert depth.lowest(line()) == (6_000, 4_800)
    [found] = depth.below_cost([line(), line(cost=None), line(cost=3_000)])
    assert (found.lowest, found.cost_minor, found.loss_minor) == (4_800, 4_920, 120)


@given(st.integers(0, 10**9))
def test_no_cart_of_one_thing_goes_deeper_than_was_said(seed: int) -> None:
    draw = Draw(seed)
    promotion, cart = draw.promotion(1), draw.cart()
    depth = Depth(promotion, others=(), groups=GROUPS, goods=cart.lines)
    book = compile_book([promotion], GROUPS)
    for one in cart.lines:
        lowest = depth.lowest(one)[0]
        for count in (1, 2) if one.per == 1 else (1_000,):
            alone = replace(cart, lines=[replace(one, quantity=count)], rebates=(), net=False)
            [priced] = evaluate(book, alone).lines
            assert lowest <= min(unit.paid_minor for unit in priced.units)


# --- the page and the program -------------------------------------------------------------------


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop()


@pytest.mark.usefixtures("shop")
def test_who_publishes_below_cost_says_why(client_as: SignIn) -> None:
    """The shirt costs 39.95 without VAT: 49.14; seven tenths off sell it for 23.97."""
    made = draft(conditions=[], benefits=[{"kind": "percent", "rate_bp": 7_000}])
    manager = client_as("marketing_manager")
    shown = page(manager, "/promotions/AUTUMN/publication")
    said = words(shown.get_element_by_id("below-cost"))
    assert SHIRT in said
    assert "23.97" in said
    assert "49.14" in said
    assert "2 things may be sold below cost." in words(shown)
    answer = press(manager, form_to(shown, "/publication"))
    assert answer.status_code == 422
    assert "say why that is right" in text_of(answer)
    assert now(made).live_number is None
    close_session()
    why = "Last pieces of the summer"
    assert press(manager, form_to(shown, "/publication"), note=why).status_code == 303
    assert now(made).live_number == 1
    assert why in words(page(manager, "/promotions/AUTUMN"))


@pytest.mark.usefixtures("shop")
def test_what_is_met_is_said_before_publishing(client_as: SignIn) -> None:
    published("TENTH", "Every tenth")
    draft("AUTUMN", "Autumn", conditions=[])
    manager = client_as("marketing_manager")
    shown = page(manager, "/promotions/AUTUMN/publication")
    met_there = words(shown.get_element_by_id("meets"))
    assert "Every tenth" in met_there
    assert "Both apply, one after the other." in met_there
    assert "None, as far as costs are known." in words(shown.get_element_by_id("below-cost"))
    assert press(manager, form_to(shown, "/publication")).status_code == 303
    assert manager.get("/promotions/AUTUMN/publication").status_code == 303  # nothing to publish


@pytest.mark.usefixtures("shop")
def test_many_are_told_by_their_number(client_as: SignIn) -> None:
    for at in range(25):
        published(f"P{at}")
    made = draft("AUTUMN", conditions=[])
    check = check_promotion(made.id)
    assert (len(check.met), check.more_met) == (20, 5)
    shown = page(client_as("marketing_manager"), "/promotions/AUTUMN/publication")
    assert "and 5 more" in words(shown.get_element_by_id("meets"))


@pytest.mark.usefixtures("shop")
def test_a_check_asks_the_same_few_questions_however_many_are_published(
    statements: Callable[[], Any],
) -> None:
    made = draft("AUTUMN", benefits=[{"kind": "percent", "rate_bp": 500, "filter": {}}])
    asked = []
    for codes in (range(2), range(2, 12)):
        for at in codes:
            one = {"kind": "percent", "rate_bp": 1_000, "filter": {"skus": [SHIRT, DRESS]}}
            published(f"P{at}", benefits=[one])
        check_promotion(made.id)
        close_session()
        with statements() as heard:
            check_promotion(made.id)
        asked.append(len(heard))
    assert asked[0] == asked[1], asked


@pytest.mark.usefixtures("shop")
def test_a_program_is_warned_in_the_answer(api: FlaskClient) -> None:
    published("TENTH")
    draft(conditions=[], benefits=[{"kind": "percent", "rate_bp": 5_500}])
    before = told(api.get("/api/v1/promotions/AUTUMN/warnings"))
    answer = told(api.post("/api/v1/promotions/AUTUMN/publish"))
    assert answer["live"]["number"] == 1
    assert answer["warnings"] == before
    assert before["meets"] == [{"promotion": "TENTH", "how": "stack"}]
    below = {one["sku"]: one for one in before["below_cost"]}
    assert below[SHIRT] == {
        "sku": SHIRT,
        "price_minor": 7_990,
        "lowest_minor": 3_235,
        "cost_minor": 4_914,
    }
    assert (before["goods_looked_at"], before["more_below_cost"]) == (2, 0)


@pytest.mark.usefixtures("shop")
def test_a_price_on_the_shelf_is_checked_alone_and_under_what_the_cart_takes_off() -> None:
    shirts = {"filter": {"skus": [SHIRT]}}
    half = {"kind": "percent", "rate_bp": 5_000} | shirts
    deep = draft("SHELF", phase="catalogue", conditions=[], benefits=[half])
    [below] = check_promotion(deep.id).below_cost
    assert (below.sku, below.fallen.lowest_minor) == (SHIRT, 3_995)

    published("SALE", phase="catalogue", conditions=[], benefits=[half | {"rate_bp": 2_000}])
    quarter = {"kind": "percent", "rate_bp": 2_500, "filter": {}}
    checked = check_promotion(draft("CART", conditions=[], benefits=[quarter]).id)
    assert [(one.label.code, one.how) for one in checked.met] == [("SALE", Together.STACK)]
    [below] = checked.below_cost
    assert (below.fallen.lowest_minor, below.fallen.together_minor) == (5_992, 4_794)
    spares = quarter | {"filter": {"not_on_sale": True}}
    checked = check_promotion(draft("REST", conditions=[], benefits=[spares]).id)
    assert (checked.count_met, checked.count_below) == (0, 0)
