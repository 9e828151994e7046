"""Many at once: what is given back is never more than what was taken."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app import limits
from app.actor import Actor, acting_as
from app.errors import RuleViolation
from app.limits import NeedsSecondPerson
from app.reference import Reference
from modules import payments
from modules.payments.giftcards import NotEnoughOnCard, prove_gift_cards
from modules.payments.queries import prove_payments
from tests.payments.cards import left_on, pay, sold
from tests.payments.cast import ORDER, by_hand, paid, refund


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


LEAD = Actor(
    kind="staff",
    id=7,
    name="Ola",
    grants={"payments.refund": None},
    limits={"refund": {None: 500_00}},
)


@pytest.mark.slow
def test_of_refunds_of_one_order_at_once_over_several_payments_the_limit_sees_all(
    real_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = limits.check

    def look_slowly(*told: Any, **more: Any) -> None:
        looked(*told, **more)
        time.sleep(0.3)  # whoever looks at the same sum meanwhile has to wait for this one

    monkeypatch.setattr(limits, "check", look_slowly)
    with real_house.app_context():
        over = [by_hand(400_00), paid(400_00), by_hand(400_00)]
    start = Barrier(len(over))

    def give_back(payment: int) -> bool:
        with real_house.app_context(), acting_as(LEAD):
            start.wait(30)
            try:
                refund(payment, 300_00)
            except NeedsSecondPerson:
                return False
            return True

    with ThreadPoolExecutor(len(over)) as many:
        went = list(many.map(give_back, over))
    assert sum(went) == 1
    with real_house.app_context():
        totals = payments.totals_of(ORDER)
        assert totals.refunded_minor + totals.refunding_minor == 300_00
        assert list(prove_payments()) == []


@pytest.mark.slow
def test_what_two_people_give_back_at_once_counts_for_each_of_them(real_house: Flask) -> None:
    """Everybody has a limit of his own: a colleague's refund is none of mine."""
    with real_house.app_context():
        over = [by_hand(900_00), by_hand(900_00)]
    start = Barrier(4)

    def give_back(place: int) -> tuple[int, bool]:
        who = Actor(
            kind="staff", id=place % 2 + 1, name="x", grants=LEAD.grants, limits=LEAD.limits
        )
        with real_house.app_context(), acting_as(who):
            start.wait(30)
            try:
                refund(over[place // 2], 300_00)
            except NeedsSecondPerson:
                return place % 2, False
            return place % 2, True

    with ThreadPoolExecutor(4) as many:
        went = list(many.map(give_back, range(4)))
    assert sorted(who for who, done in went if done) == [0, 1]


def spent_at_once(house: Flask, card: int, *, times: int, hands: int) -> int:
    """Let so many hands at once try to pay 30.00 by a card, so many times; return how often."""
    start = Barrier(hands)

    def spend(number: int) -> bool:
        with house.app_context():
            start.wait(60)
            try:
                pay(30_00, card, reference=Reference("thing", number))
            except NotEnoughOnCard:
                return False
            return True

    with ThreadPoolExecutor(hands) as many:
        return sum(many.map(spend, range(times)))


@pytest.mark.slow
def test_of_sixty_four_who_spend_the_last_of_a_card_one_does(real_house: Flask) -> None:
    with real_house.app_context():
        card = sold(30_00)
    assert spent_at_once(real_house, card, times=64, hands=64) == 1
    with real_house.app_context():
        assert left_on(card) == 0
        assert list(prove_gift_cards()) == []


@pytest.mark.slow
def test_of_twenty_payments_of_thirty_a_card_of_a_hundred_pays_three(real_house: Flask) -> None:
    with real_house.app_context():
        card = sold(100_00)
    assert spent_at_once(real_house, card, times=20, hands=5) == 3
    with real_house.app_context():
        assert left_on(card) == 10_00
        assert list(prove_gift_cards()) == []


@pytest.mark.slow
def test_one_request_told_by_many_at_once_is_paid_by_the_card_once(real_house: Flask) -> None:
    with real_house.app_context():
        card = sold(100_00)
    start = Barrier(16)

    def spend(_at: int) -> list[int]:
        with real_house.app_context():
            start.wait(60)
            return pay(30_00, card, client_id="request 1")

    with ThreadPoolExecutor(16) as many:
        made = {tuple(one) for one in many.map(spend, range(16))}
    assert len(made) == 1
    with real_house.app_context():
        assert left_on(card) == 70_00
