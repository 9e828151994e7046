"""What a marketing manager may rely on: groups, codes, hours, limits, and the reason for a no."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount
from modules.promotions.engine.benefits.bundle_price import BundlePrice
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.benefits.free_goods import FreeGoods
from modules.promotions.engine.benefits.nth_unit import NthUnit
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.book import UnknownGroup, compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts, EnteredCode
from modules.promotions.engine.conditions.any_of import AnyOf
from modules.promotions.engine.conditions.birthday import Birthday
from modules.promotions.engine.conditions.contains import Contains
from modules.promotions.engine.conditions.quantity_at_least import QuantityAtLeast
from modules.promotions.engine.conditions.subtotal_at_least import SubtotalAtLeast
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import (
    Group,
    GroupMode,
    Promotion,
    Remaining,
    Schedule,
    Scope,
    Trigger,
)
from modules.promotions.engine.results import Result
from modules.promotions.engine.verdicts import Reason, Verdict

SATURDAY_NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)
SHIRT, SHOES = Filter(skus=frozenset(["SHIRT"])), Filter(skus=frozenset(["SHOES"]))
CART = Cart(
    currency="PLN",
    moment=SATURDAY_NOON,
    lines=[
        CartLine(key="1", sku="SHIRT", unit_price_minor=5_000, quantity=2, rate_bp=2300),
        CartLine(key="2", sku="SHOES", unit_price_minor=20_000, quantity=1, rate_bp=2300),
    ],
)


def offer(key: int, benefit: Benefit, **more: Any) -> Promotion:
    return Promotion(id=key, phase=more.pop("phase", Phase.LINE), benefits=(benefit,), **more)


def price(
    *promotions: Promotion, cart: Cart = CART, groups: tuple[Group, ...] = (), **more: Any
) -> Result:
    asked = [one.id for one in promotions]
    return evaluate(compile_book(promotions, groups), cart, asked=asked, **more)


def verdict(result: Result, key: int) -> Verdict:
    return next(one for one in result.verdicts if one.promotion == key)


def off(rate_bp: int, filter_: Filter = SHIRT) -> Percent:
    return Percent(rate_bp=rate_bp, filter=filter_)


def test_the_best_for_the_same_units_still_lets_others_have_theirs() -> None:
    best = Group(id="line", mode=GroupMode.BEST_FOR_CUSTOMER, same_units=True)
    result = price(
        offer(1, off(1_000), group="line"),
        offer(2, off(2_000), group="line"),
        offer(3, off(500, SHOES), group="line"),
        groups=(best,),
    )
    assert [line.discount_minor for line in result.lines] == [2_000, 1_000]
    assert verdict(result, 1)[3:9:5] == (Reason.NOT_BEST_IN_GROUP, 2)


def test_the_first_by_priority_wins_although_it_gives_less() -> None:
    result = price(
        offer(1, off(5_000), group="g"),
        offer(2, off(100), group="g", priority=1),
        groups=(Group(id="g", mode=GroupMode.FIRST_BY_PRIORITY),),
    )
    assert result.applied == [2]
    assert verdict(result, 1).competitor == 2


def test_the_first_two_of_a_group_apply() -> None:
    result = price(
        *(offer(key, off(1_000), group="g") for key in (1, 2, 3)),
        groups=(Group(id="g", mode=GroupMode.MOST, most=2),),
    )
    assert result.applied == [1, 2]


def test_the_best_combination_leaves_out_what_forbids_the_better_others() -> None:
    members = (
        offer(1, off(5_000), group="g", priority=9, tags=frozenset("a"), deny_tags=frozenset("b")),
        offer(2, off(4_000), group="g", tags=frozenset("b")),
        offer(3, off(4_000), group="g", tags=frozenset("b")),
    )
    result = price(*members, groups=(Group(id="g", mode=GroupMode.BEST_COMBINATION),))
    assert result.applied == [2, 3]
    assert result.discount_minor == 6_400


def test_a_tag_that_one_side_denies_keeps_both_from_applying_together() -> None:
    result = price(
        offer(1, off(1_000), tags=frozenset(["sale"])),
        offer(2, off(1_000), deny_tags=frozenset(["sale"])),
    )
    assert result.applied == [1]
    assert verdict(result, 2).reason is Reason.DENIED_COMBINATION
    assert verdict(result, 2).competitor == 1


def test_an_exclusive_offer_that_does_not_fit_suppresses_nobody() -> None:
    result = price(
        offer(1, off(5_000), exclusive=True, conditions=(QuantityAtLeast(count=99),)),
        offer(2, off(1_000)),
    )
    assert result.applied == [2]
    assert verdict(result, 1).shortfall == 96


def test_of_several_exclusive_offers_the_highest_priority_stands_alone() -> None:
    result = price(
        offer(1, off(5_000), exclusive=True),
        offer(2, off(100), exclusive=True, priority=1),
        offer(3, off(100), priority=7),
    )
    assert result.applied == [2]
    assert {verdict(result, key).reason for key in (1, 3)} == {Reason.EXCLUDED_BY_EXCLUSIVE}


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        (Schedule(weekdays=frozenset([5]), zone="Europe/Warsaw"), None),
        (Schedule(weekdays=frozenset([0, 1])), Reason.OUTSIDE_HOURS),
        (Schedule(hours=((time(12), time(13)),), zone="Europe/Warsaw"), None),
        (Schedule(hours=((time(12), time(13)),), zone="UTC"), Reason.OUTSIDE_HOURS),
        (Schedule(hours=((time(22), time(12)),), zone="UTC"), None),
        (Schedule(not_on=frozenset([date(2026, 11, 21)])), Reason.OUTSIDE_HOURS),
        (Schedule(starts_at=SATURDAY_NOON), None),
        (Schedule(ends_at=SATURDAY_NOON), Reason.EXPIRED),
    ],
)
def test_hours_are_read_on_the_clocks_of_the_promotion(
    schedule: Schedule, reason: Reason | None
) -> None:
    assert verdict(price(offer(1, off(1_000), schedule=schedule)), 1).reason is reason


def test_a_code_of_somebody_else_is_told_apart_from_an_unknown_one() -> None:
    codes = (
        EnteredCode(text="ANNA1", promotion=1, refusal=Reason.CODE_OF_OTHER_CUSTOMER),
        EnteredCode(text="XYZ"),
    )
    result = price(offer(1, off(1_000), trigger=Trigger.CODE), cart=replace(CART, codes=codes))
    assert verdict(result, 1).reason is Reason.CODE_OF_OTHER_CUSTOMER
    assert [(one.code, one.reason) for one in result.verdicts if one.promotion is None] == [
        ("XYZ", Reason.CODE_UNKNOWN)
    ]


def test_an_offer_of_the_till_waits_until_it_is_chosen() -> None:
    manual = offer(1, off(1_000), trigger=Trigger.MANUAL)
    assert verdict(price(manual), 1).reason is Reason.NOT_CHOSEN
    assert price(manual, cart=replace(CART, chosen=frozenset([1]))).applied == [1]


def test_a_budget_that_does_not_hold_the_whole_discount_refuses_it() -> None:
    result = price(offer(1, off(1_000)), remaining={1: Remaining(budget_minor=999)})
    assert result.discount_minor == 0
    found = verdict(result, 1)
    assert (found.reason, found.needed, found.have) == (Reason.BUDGET_EXHAUSTED, 1_000, 999)


def test_the_margin_guard_counts_the_vat_that_the_cost_does_not_have() -> None:
    line = replace(CART.lines[0], quantity=1, cost_minor=3_000)
    result = price(offer(1, off(10_000), margin_bp=1_000), cart=replace(CART, lines=[line]))
    assert result.lines[0].total_minor == 4_059  # 30.00 and 10 %, with 23 % of VAT


def test_a_price_at_its_floor_is_told_as_the_reason() -> None:
    line = replace(CART.lines[0], floor_minor=5_000)
    result = price(offer(1, off(1_000)), cart=replace(CART, lines=[line]))
    assert verdict(result, 1).reason is Reason.FLOOR_REACHED


def test_the_way_to_the_condition_is_told() -> None:
    missing = Filter(skus=frozenset(["HAT"]))
    tree = AnyOf(conditions=(SubtotalAtLeast(amount_minor=99_999), Contains(filter=missing)))
    result = price(offer(1, off(1_000), conditions=(QuantityAtLeast(count=1), tree)))
    found = verdict(result, 1)
    assert found.condition_path == "conditions.1.conditions.0"
    assert found.shortfall == 69_999


def test_goods_that_are_not_in_the_cart_are_told_when_somebody_asks() -> None:
    hats = Filter(skus=frozenset(["HAT"]))
    assert verdict(price(offer(1, off(1_000, hats))), 1).reason is Reason.NO_ELIGIBLE_ITEMS
    swap = offer(2, BuyGet(buy_count=1, buy=hats, get=SHIRT))
    assert verdict(price(swap), 2).reason is Reason.REQUIRED_PRODUCT_MISSING


def test_a_piece_is_used_up_by_one_buy_and_get_only() -> None:
    line = replace(CART.lines[0], quantity=3)
    free = BuyGet(buy_count=2, shared=False)
    result = price(offer(1, free), offer(2, free), cart=replace(CART, lines=[line]))
    assert result.applied == [1]
    assert result.discount_minor == 5_000


def test_every_second_pair_costs_half_and_never_on_goods_on_sale() -> None:
    lines = [
        CartLine(key="a", sku="A", unit_price_minor=30_000, quantity=1),
        CartLine(key="b", sku="B", unit_price_minor=20_000, quantity=3),
        CartLine(key="c", sku="C", unit_price_minor=1_000, quantity=5, on_sale=True),
    ]
    second = NthUnit(number=2, rate_bp=5_000, filter=Filter(not_on_sale=True))
    result = price(offer(1, second), cart=replace(CART, lines=lines))
    assert [line.discount_minor for line in result.lines] == [0, 20_000, 0]


def test_a_set_costs_its_price_as_often_as_it_is_whole() -> None:
    lines = [replace(CART.lines[0], quantity=5), replace(CART.lines[1], quantity=2)]
    outfit = BundlePrice(
        parts=(Part(filter=SHIRT, count=2), Part(filter=SHOES)), price_minor=25_000
    )
    result = price(offer(1, outfit), cart=replace(CART, lines=lines))
    assert result.discount_minor == 10_000
    assert result.lines[0].total_minor + result.lines[1].total_minor == 55_000


def test_free_goods_are_a_result_and_go_with_their_reason() -> None:
    gift = offer(1, FreeGoods(sku="SOCKS", filter=SHIRT, every_count=2))
    assert [(one.sku, one.quantity) for one in price(gift).free_goods] == [("SOCKS", 1)]
    single = replace(CART, lines=[replace(CART.lines[0], quantity=1)])
    result = price(gift, cart=single)
    assert result.free_goods == ()
    assert verdict(result, 1).shortfall == 1


def test_a_promotion_never_takes_more_off_an_order_than_it_may() -> None:
    both = Promotion(
        id=1, phase=Phase.LINE, benefits=(off(5_000), off(5_000, SHOES)), most_minor=6_000
    )
    result = price(both)
    assert [line.discount_minor for line in result.lines] == [5_000, 1_000]


def test_who_was_born_on_the_29th_of_february_has_a_birthday_each_year() -> None:
    born = CustomerFacts(birthday=(2, 29))
    party = offer(1, off(1_000), conditions=(Birthday(days_before=3, days_after=3),))
    for moment, applies in (((2027, 2, 25), True), ((2028, 3, 3), True), ((2027, 3, 4), False)):
        cart = replace(CART, customer=born, moment=datetime(*moment, 12, tzinfo=UTC))
        assert bool(price(party, cart=cart).applied) is applies


def test_a_birthday_at_new_year_is_near_on_both_sides() -> None:
    born = CustomerFacts(birthday=(1, 1))
    party = offer(1, off(1_000), conditions=(Birthday(days_before=3),))
    cart = replace(CART, customer=born, moment=datetime(2026, 12, 30, 12, tzinfo=UTC))
    assert price(party, cart=cart).applied == [1]


def test_a_scope_asks_for_card_store_and_stage() -> None:
    scope = Scope(stores=frozenset(["GDYNIA"]), stages=frozenset(["core"]), needs_card=True)
    promotion = offer(1, off(1_000), scope=scope)
    card = replace(CART, store="GDYNIA", customer=CustomerFacts(has_card=True))
    core = replace(card, customer=CustomerFacts(has_card=True, stage="core"))
    reasons = [verdict(price(promotion, cart=cart), 1).reason for cart in (CART, card, core)]
    assert reasons == [Reason.STORE_MISMATCH, Reason.SEGMENT_MISMATCH, None]


def test_six_thousand_pieces_are_still_one_run() -> None:
    line = replace(CART.lines[0], quantity=6_000)
    result = price(
        offer(1, BuyGet(buy_count=2, shared=False)),
        offer(2, Amount(amount_minor=1_001), phase=Phase.ORDER),
        cart=replace(CART, lines=[line]),
    )
    assert result.discount_minor == 2_000 * 5_000 + 1_001
    assert len(result.lines[0].units) <= 4


def test_a_promotion_of_a_group_that_nobody_declared_is_not_compiled() -> None:
    with pytest.raises(UnknownGroup):
        compile_book([offer(1, off(1_000), group="nowhere")])
