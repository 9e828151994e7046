"""Many at once: what is given back is never more than what was taken."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.errors import RuleViolation
from modules import payments
from modules.payments.queries import prove_payments
from tests.payments.cast import ORDER, by_hand, refund


@pytest.mark.slow
def test_of_twenty_refunds_at_once_only_what_was_taken_goes_back(real_house: Flask) -> None:
    with real_house.app_context():
        payment = by_hand(10_000)

    def give_back(_at: int) -> bool:
        with real_house.app_context():
            try:
                refund(payment, 1_500)
            except RuleViolation:
                return False
            return True

    with ThreadPoolExecutor(8) as many:
        went = list(many.map(give_back, range(20)))
    assert sum(went) == 6
    with real_house.app_context():
        assert payments.totals_of(ORDER).refunded_minor == 9_000
        assert list(prove_payments()) == []


@pytest.mark.slow
def test_the_same_payment_told_by_many_at_once_is_one(real_house: Flask) -> None:
    def tell(_at: int) -> int:
        with real_house.app_context():
            return by_hand(10_000, external_reference="TR1")

    with ThreadPoolExecutor(8) as many:
        ids = set(many.map(tell, range(16)))
    assert len(ids) == 1
    with real_house.app_context():
        assert payments.totals_of(ORDER).captured_minor == 10_000
