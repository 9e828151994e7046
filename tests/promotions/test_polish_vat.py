"""The worked examples of Polish VAT that concern discounts: once per rate, after everything."""

from datetime import UTC, datetime
from typing import Any

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount
from modules.promotions.engine.benefits.free_delivery import FreeDelivery
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import Cart, CartLine, Rebate
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion
from modules.promotions.engine.results import Result


def line(key: str, unit: int, quantity: int, rate_bp: int) -> CartLine:
    return CartLine(key=key, sku=key, unit_price_minor=unit, quantity=quantity, rate_bp=rate_bp)


def price(lines: list[CartLine], *offers: tuple[Phase, Benefit], **more: Any) -> Result:
    book = compile_book(
        Promotion(id=number, phase=phase, benefits=(benefit,))
        for number, (phase, benefit) in enumerate(offers)
    )
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return evaluate(book, Cart(currency="PLN", lines=lines, moment=moment, **more))


def vat(result: Result) -> dict[int, int]:
    return {tax.rate_bp: tax.tax_minor for tax in result.taxes}


def test_an_amount_off_the_order_is_shared_by_the_rates() -> None:
    goods = [line("A", 2_000, 1, 2300), line("B", 1_000, 2, 800)]
    result = price(goods, (Phase.ORDER, Amount(amount_minor=500)))
    assert [one.total_minor for one in result.lines] == [1_750, 1_750]
    assert vat(result) == {2300: 327, 800: 130}
    assert (result.net_minor, result.gross_minor) == (3_043, 3_500)


def test_vat_is_taken_once_of_three_equal_lines() -> None:
    result = price([line(key, 999, 1, 2300) for key in "ABC"])
    assert vat(result) == {2300: 560}


def test_per_cent_off_some_goods_and_then_an_amount_off_the_order() -> None:
    goods = [line("A", 1_000, 2, 2000), line("B", 3_499, 1, 1000), line("C", 255, 4, 1000)]
    result = price(
        goods,
        (Phase.LINE, Percent(rate_bp=1_500, filter=Filter(skus=frozenset("A")))),
        (Phase.ORDER, Amount(amount_minor=500)),
    )
    assert [one.total_minor for one in result.lines] == [1_563, 3_218, 938]
    assert vat(result) == {2000: 261, 1000: 378}
    assert result.net_minor == 5_080


def test_a_free_delivery_has_no_vat() -> None:
    result = price(
        [line("A", 10_000, 1, 2300)],
        (Phase.SHIPPING, FreeDelivery()),
        shipping_minor=1_599,
        shipping_rate_bp=2300,
    )
    assert vat(result) == {2300: 1_870}


def test_own_points_are_a_rebate_and_lower_the_base_of_the_vat() -> None:
    """An order of 106.00, and 50.00 of it by points: the VAT is that of 56.00."""
    result = price(
        [line("A", 10_600, 1, 2300)], rebates=(Rebate(key="points", amount_minor=5_000),)
    )
    assert result.gross_minor == 5_600
    assert vat(result) == {2300: 1_047}
    assert [(part.promotion, part.is_rebate) for part in result.adjustments] == [("points", True)]


def test_a_discount_on_a_line_is_rounded_once_for_the_line() -> None:
    result = price([line("A", 999, 10, 2300)], (Phase.LINE, Percent(rate_bp=1_500)))
    assert result.discount_minor == 1_499
