"""What comes back when goods do: nothing can be kept for nothing, and nobody pays for a return."""

from datetime import UTC, datetime

from app.money import taxes_of_gross
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import Cart, CartLine
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion
from modules.promotions.refunds import RefundPolicy, ledger_of, refund_of


def test_a_threshold_that_is_no_longer_reached_is_taken_back() -> None:
    """6 x 50.00 less 10 % from 300.00; five come back and one stays, at 50.00."""
    ledger = ledger_of(6, 27_000)
    refund = refund_of(RefundPolicy.RECALCULATE, [(ledger, 5)], price_of_rest_minor=5_000)
    assert (refund.amount_minor, refund.remaining_minor) == (22_000, 5_000)


def test_a_return_never_costs_the_buyer_money() -> None:
    ledger = ledger_of(3, 20_000)
    refund = refund_of(RefundPolicy.RECALCULATE, [(ledger, 1)], price_of_rest_minor=24_000)
    assert (refund.amount_minor, refund.remaining_minor) == (0, 20_000)


def test_what_came_together_goes_back_together() -> None:
    one, other = ledger_of(1, 4_000), ledger_of(2, 6_000)
    part = refund_of(RefundPolicy.RETURN_TOGETHER, [(one, 1), (other, 1)], price_of_rest_minor=0)
    assert part == (0, 10_000, True)
    whole = refund_of(RefundPolicy.RETURN_TOGETHER, [(one, 1), (other, 2)], price_of_rest_minor=0)
    assert whole == (10_000, 0, False)


def test_no_free_piece_stays_when_the_paid_ones_of_three_for_two_go_back() -> None:
    promotion = Promotion(id=1, phase=Phase.LINE, benefits=(BuyGet(buy_count=2),))
    line = CartLine(key="A", sku="A", unit_price_minor=1_000, quantity=3)
    cart = Cart(currency="PLN", lines=[line], moment=datetime(2026, 1, 1, tzinfo=UTC))
    priced = evaluate(compile_book([promotion]), cart).lines[0]
    assert [(one.first, one.last, one.paid_minor) for one in priced.units] == [
        (1, 1, 666),
        (2, 3, 667),
    ]
    amount, rest = ledger_of(3, priced.total_minor).give_back(2)
    assert (amount, rest.remaining_minor) == (1_334, 666)


def test_the_vat_of_corrections_is_the_difference_of_the_sums() -> None:
    """3 x 9.99 at 23 %: the first return takes 1.86 and not 1.87, and the last leaves nothing."""
    ledger, tax, taken = ledger_of(3, 2_997), taxes_of_gross([(2300, 2_997)])[0].tax_minor, []
    while ledger.remaining:
        _amount, ledger = ledger.give_back(1)
        left = taxes_of_gross([(2300, ledger.remaining_minor)])[0].tax_minor
        taken.append(tax - left)
        tax = left
    assert taken == [186, 187, 187]
    assert tax == 0
