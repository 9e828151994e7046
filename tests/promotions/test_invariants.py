"""What holds of every cart and every promotion: no grosz is made or lost, and nothing is hidden."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.money import allocate
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import Cart
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion, Remaining
from modules.promotions.engine.results import Result
from modules.promotions.engine.spreading import distribute
from modules.promotions.engine.verdicts import Status
from modules.promotions.refunds import PaidUnits, UnitLedger, ledger_of
from tests.promotions.random_carts import GROUPS, Draw

MANY = settings(max_examples=2 * settings().max_examples)
worlds = st.integers(0, 2**32).map(Draw)


def price(promotions: list[Promotion], cart: Cart, remaining: Mapping[Any, Remaining]) -> Result:
    return evaluate(compile_book(promotions, GROUPS), cart, remaining=remaining)


@MANY
@given(worlds)
def test_parts_add_up_in_every_direction(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    result = price(promotions, cart, remaining)
    off_goods = [part for part in result.adjustments if part.line is not None]
    for line in result.lines:
        own = sum(part.amount_minor for part in off_goods if part.line == line.key)
        assert own == line.discount_minor == line.initial_minor - line.total_minor
    assert sum(part.amount_minor for part in off_goods) == result.discount_minor
    off_delivery = [part.amount_minor for part in result.adjustments if part.line is None]
    assert sum(off_delivery) == result.shipping_discount_minor
    for verdict in result.verdicts:
        own = sum(
            part.amount_minor
            for part in result.adjustments
            if part.promotion == verdict.promotion and not part.is_rebate
        )
        assert own == verdict.amount_minor
    assert result.total_minor == result.goods_minor - result.discount_minor + result.shipping_minor
    assert result.gross_minor == result.net_minor + result.tax_minor
    assert result.total_minor == (result.net_minor if cart.net else result.gross_minor)


@MANY
@given(worlds)
@example(draw=Draw(439_661))  # two of one group take from the same delivery
def test_no_unit_falls_under_its_floor_and_units_are_the_line(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    cart = replace(cart, rebates=())
    result = price(promotions, cart, remaining)
    assert result.shipping_minor >= 0
    for line, asked in zip(result.lines, cart.lines, strict=True):
        assert line.total_minor >= 0
        counted = paid = off = 0
        for range_ in line.units:
            assert range_.first == counted + 1
            assert range_.paid_minor >= min(asked.floor_minor, asked.unit_price_minor)
            units = range_.last - range_.first + 1
            counted += units
            paid += units * range_.paid_minor
            off += units * range_.discount_minor
        assert (counted, paid, off) == (asked.quantity, line.total_minor, line.discount_minor)
        if not asked.discountable:
            assert line.discount_minor == 0


@MANY
@given(worlds)
def test_each_part_names_units_of_its_line(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    counts = {line.key: line.quantity for line in cart.lines}
    for part in price(promotions, cart, remaining).adjustments:
        most = 1 if part.line is None else counts[part.line]
        assert 1 <= part.unit_from <= part.unit_to <= most
        assert part.amount_minor > 0


@MANY
@given(worlds)
def test_the_same_question_has_the_same_answer(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    book = compile_book(promotions, GROUPS)
    first = evaluate(book, cart, remaining=remaining)
    assert evaluate(book, cart, remaining=remaining) == first
    assert evaluate(compile_book(promotions, GROUPS), cart, remaining=remaining) == first


@MANY
@given(worlds)
def test_every_candidate_has_one_verdict_and_a_reason_when_it_is_refused(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    book = compile_book(promotions, GROUPS)
    asked = [one.id for one in promotions]
    result = evaluate(book, cart, remaining=remaining, asked=asked)
    named = [one.promotion for one in result.verdicts if one.promotion is not None]
    assert sorted(map(str, named)) == sorted(map(str, asked))
    for verdict in result.verdicts:
        assert (verdict.status is Status.REJECTED) == (verdict.reason is not None)
    unknown = [one.code for one in result.verdicts if one.promotion is None]
    assert unknown == ["who?"] if "HAVE" in book.by_code else [" have", "who?"]


@MANY
@given(worlds)
def test_a_refused_promotion_changes_nothing(draw: Draw) -> None:
    promotions, cart, remaining = draw.book(), draw.cart(), draw.remaining()
    result = price(promotions, cart, remaining)
    applied = set(result.applied)
    without = price([one for one in promotions if one.id in applied], cart, remaining)
    assert without.lines == result.lines
    assert without.adjustments == result.adjustments
    assert (without.total_minor, without.taxes) == (result.total_minor, result.taxes)


@MANY
@given(worlds)
def test_the_order_of_the_lines_does_not_matter(draw: Draw) -> None:
    """But for ties: which of two equal remainders takes the grosz is decided by the order."""
    cart = draw.cart()
    promotions = [Promotion(id=1, phase=Phase.LINE, benefits=(draw.ordered_benefit(),))]
    result = price(promotions, cart, {})
    turned = price(promotions, replace(cart, lines=list(reversed(cart.lines))), {})
    assert turned.discount_minor == result.discount_minor
    assert turned.total_minor == result.total_minor
    before = {line.key: line.total_minor for line in result.lines}
    for line in turned.lines:
        assert abs(line.total_minor - before[line.key]) <= len(cart.lines)


@given(worlds)
def test_promotions_that_do_not_touch_the_cart_are_not_looked_at(draw: Draw) -> None:
    cart = draw.cart()

    def one(key: int, sku: str) -> Promotion:
        benefit = Percent(rate_bp=100, filter=Filter(skus=frozenset([sku])))
        return Promotion(id=key, phase=Phase.LINE, benefits=(benefit,))

    own = [one(number, line.sku) for number, line in enumerate(cart.lines)]
    far = [one(1000 + number, f"FAR-{number}") for number in range(200)]
    few = evaluate(compile_book([*own, *far[:100]]), cart)
    many = evaluate(compile_book([*own, *far]), cart)
    assert len(few.verdicts) == len(many.verdicts) == len(own) + len(cart.codes)
    assert few.lines == many.lines


runs = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 50), st.integers(0, 60)), min_size=1, max_size=5
)


@MANY
@given(st.integers(0, 1_000), runs)
def test_runs_of_equal_units_are_divided_as_the_units_would_be(
    total: int, given_runs: list[tuple[int, int, int]]
) -> None:
    counts, weights, caps = ([run[at] for run in given_runs] for at in range(3))
    whole = distribute(total, counts, weights, caps)
    reach = sum(count * cap for count, cap in zip(counts, caps, strict=True))
    assert sum(whole) == min(total, reach)
    assert all(part <= count * cap for part, count, cap in zip(whole, counts, caps, strict=True))
    single = distribute(
        total,
        [1] * sum(counts),
        [weight for count, weight in zip(counts, weights, strict=True) for _unit in range(count)],
        [cap for count, cap in zip(counts, caps, strict=True) for _unit in range(count)],
    )
    at = 0
    for part, count in zip(whole, counts, strict=True):
        assert abs(sum(single[at : at + count]) - part) <= count
        at += count


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_without_caps_it_is_the_fair_distribution_of_the_house(
    total: int, weights: list[int]
) -> None:
    ones = [1] * len(weights)
    assert distribute(total, ones, weights, [total] * len(weights)) == (
        allocate(total, weights) if total else [0] * len(weights)
    )


@given(worlds)
def test_all_refunds_together_are_what_was_paid(draw: Draw) -> None:
    for line in price(draw.book(), draw.cart(), {}).lines:
        ledger = UnitLedger(
            paid=tuple(PaidUnits(one.last - one.first + 1, one.paid_minor) for one in line.units)
        )
        refunded = 0
        while ledger.remaining:
            amount, ledger = ledger.give_back(draw.random.randint(1, ledger.remaining))
            assert amount >= 0
            refunded += amount
        assert refunded == line.total_minor
        assert ledger.remaining_minor == 0


@given(st.integers(1, 5_000), st.integers(0, 100_000), st.data())
def test_a_line_paid_as_a_whole_goes_back_as_a_whole(
    quantity: int, total: int, data: st.DataObject
) -> None:
    first, rest = ledger_of(quantity, total).give_back(data.draw(st.integers(0, quantity)))
    second, end = rest.give_back(rest.remaining)
    assert (first + second, end.remaining_minor) == (total, 0)
