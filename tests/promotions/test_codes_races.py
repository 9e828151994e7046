"""Many at once want the last use, the last code, the last of a budget: who is told yes got it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app import clock
from modules import promotions
from modules.promotions.coupons.proving import prove_promotions
from modules.promotions.engine.promotion import Limits
from tests.promotions.cast import published
from tests.promotions.coupons import BY_CODE, batch_of, counted, given_back, use, used

MANY = 64


def at_once(house: Flask, act: Callable[[int], bool], *, count: int = MANY) -> int:
    """Return how many of so many who began in one moment were told yes."""
    line = Barrier(count)

    def begin(number: int) -> bool:
        with house.app_context():
            line.wait(60)
            return act(number)

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(begin, range(1, count + 1)))


@pytest.mark.slow
def test_of_sixty_four_who_have_the_same_code_one_uses_it(real_house: Flask) -> None:
    with real_house.app_context():
        made = published(**BY_CODE)
        [code] = batch_of(made, 1)
        key = promotions.look_up([code], at=clock.now()).known[code].id
    uses: list[Any] = [use(made, coupon=code, code_id=key)]
    assert at_once(real_house, lambda number: used(uses, number)) == 1
    with real_house.app_context():
        assert counted(made) == (1, 500)
        assert list(prove_promotions()) == []


@pytest.mark.slow
def test_the_last_use_and_the_last_of_a_budget_go_to_one(real_house: Flask) -> None:
    limits = Limits(uses=200, budget_minor=100_000)
    with real_house.app_context():
        made, dear = published(), published("DEAR")
        for number in range(1, 200):
            assert used([use(made, 1, limits=limits)], number)
    last = [use(made, 1, limits=limits)]
    assert at_once(real_house, lambda number: used(last, 1_000 + number)) == 1
    part = [use(dear, 30_000, limits=limits)]
    assert at_once(real_house, lambda number: used(part, 2_000 + number), count=20) == 3
    with real_house.app_context():
        assert counted(made) == (200, 200)
        assert counted(dear) == (3, 90_000)
        assert list(prove_promotions()) == []


@pytest.mark.slow
def test_what_is_used_and_given_back_at_once_is_counted_right(real_house: Flask) -> None:
    limits = Limits(uses=8)
    with real_house.app_context():
        made = published()

    def come_and_go(number: int) -> bool:
        if not used([use(made, limits=limits)], number):
            return False
        given_back(number)
        return True

    assert at_once(real_house, come_and_go, count=16) >= 8
    with real_house.app_context():
        assert counted(made) == (0, 0)
        assert list(prove_promotions()) == []
