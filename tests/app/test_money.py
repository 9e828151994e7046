"""Money: nothing is made or lost when it is divided, taxed, written or read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import (
    Tax,
    allocate,
    format_money,
    half_up,
    parse_money,
    tax_in_gross,
    taxes_of_gross,
)

AMOUNT = st.integers(-(10**13), 10**13)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)
RATES = st.sampled_from([0, 500, 800, 2300])
CURRENCY = st.sampled_from(["PLN", "EUR", "USD", "HUF", "JPY", "KWD", "XXX"])


# --- dividing ---------------------------------------------------------------------------------


@given(AMOUNT, WEIGHTS)
def test_the_parts_sum_to_the_total(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)


@given(AMOUNT, WEIGHTS)
def test_no_part_is_a_whole_unit_off_its_fair_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    for part, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@given(AMOUNT, WEIGHTS)
def test_a_refund_is_divided_as_the_mirror_of_the_sale(total: int, weights: list[int]) -> None:
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


@given(st.integers(0, 10**12), WEIGHTS)
def test_who_weighs_more_never_gets_less(total: int, weights: list[int]) -> None:
    pairs = sorted(zip(weights, allocate(total, weights), strict=True))
    for (light, less), (heavy, more) in zip(pairs, pairs[1:], strict=False):
        assert light == heavy or less <= more


@given(st.integers(1, 10**9), WEIGHTS)
def test_what_weighs_nothing_gets_nothing(total: int, weights: list[int]) -> None:
    if any(weights):
        parts = allocate(total, weights)
        assert all(parts[at] == 0 for at, weight in enumerate(weights) if weight == 0)


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(2, [0, 0, 0]) == [1, 1, 0]
    assert allocate(0, []) == []


@pytest.mark.parametrize(("total", "weights"), [(1, []), (5, [-1, 2])])
def test_what_cannot_be_divided_is_a_programmers_error(total: int, weights: list[int]) -> None:
    with pytest.raises(AssertionError):
        allocate(total, weights)


# --- rounding and VAT -------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_a_quotient_is_rounded_to_the_nearest_and_halves_away_from_zero(
    numerator: int, denominator: int
) -> None:
    found = half_up(numerator, denominator)
    off = abs(2 * (found * denominator - numerator))
    assert off <= denominator
    if off == denominator:
        assert abs(found) * denominator > abs(numerator)


@pytest.mark.parametrize(
    ("numerator", "rounded"), [(5, 1), (-5, -1), (4, 0), (-4, 0), (15, 2), (25, 3), (-25, -3)]
)
def test_halves_go_away_from_zero(numerator: int, rounded: int) -> None:
    assert half_up(numerator, 10) == rounded


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [(12300, 2300, 2300), (100, 2300, 19), (1, 2300, 0), (10800, 800, 800), (999, 0, 0)],
)
def test_the_tax_in_a_gross_amount(gross: int, rate: int, tax: int) -> None:
    assert tax_in_gross(gross, rate) == tax
    assert tax_in_gross(-gross, rate) == -tax


@given(st.lists(st.tuples(RATES, st.integers(-(10**9), 10**9)), max_size=40))
def test_tax_is_counted_once_per_rate_and_everything_sums(lines: list[tuple[int, int]]) -> None:
    taxes = taxes_of_gross(lines)
    assert [one.rate_bp for one in taxes] == sorted({rate for rate, _ in lines}, reverse=True)
    assert sum(one.gross_minor for one in taxes) == sum(gross for _, gross in lines)
    for one in taxes:
        assert one.net_minor + one.tax_minor == one.gross_minor
        of_rate = sum(gross for rate, gross in lines if rate == one.rate_bp)
        assert one.tax_minor == tax_in_gross(of_rate, one.rate_bp)


def test_hundred_small_lines_lose_no_grosz_of_tax() -> None:
    # A line of 0,02 holds no VAT by itself; a hundred of them hold 0,37.
    assert taxes_of_gross([(2300, 2)] * 100) == [Tax(2300, 163, 37, 200)]


# --- writing and reading ----------------------------------------------------------------------


@given(AMOUNT, CURRENCY, st.sampled_from(["pl", "en"]))
def test_what_is_written_is_read_back(minor: int, currency: str, language: str) -> None:
    written = format_money(minor, currency, language)
    amount = written.rsplit("\u00a0", 1)[0]
    assert parse_money(amount, currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (124800, "PLN", "pl", "1\u202f248,00\u00a0zł"),
        (-5, "PLN", "pl", "\u22120,05\u00a0zł"),
        (124800, "EUR", "en", "1\u202f248.00\u00a0€"),
        (1248, "JPY", "pl", "1\u202f248\u00a0JPY"),
        (1500, "KWD", "pl", "1,500\u00a0KWD"),
    ],
)
def test_money_as_it_is_written(minor: int, currency: str, language: str, written: str) -> None:
    assert format_money(minor, currency, language) == written


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("12", 1200), ("1 248,5", 124850), ("1248.50", 124850), ("-0,05", -5), (" 7,00 ", 700),
     (",5", 50), ("5,", 500)],
)  # fmt: skip
def test_money_as_people_type_it(typed: str, minor: int) -> None:
    assert parse_money(typed) == minor


@pytest.mark.parametrize(
    "typed", ["", "-", "1,234", "12,3,4", "abc", "1e5", "--5", "1-2", "٣", "NaN", "0x1", ",", "."]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_money(typed)
