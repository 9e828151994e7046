"""Many at once: nothing is sold twice, nothing is lost, and nobody sees an error of ours."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import session, transact
from app.reference import Reference
from modules import stock
from modules.stock import NotEnoughStock, ReservationClosed
from modules.stock.models import Reservation
from modules.stock.operations import reservations
from tests.stock.cast import Cast, differences, level, make_cast, receive, wanted


def at_once(house: Flask, workers: int, work: Callable[[int], object]) -> Counter[str]:
    """Let many people do the same in the same moment and count how each of them fared."""
    outcomes: Counter[str] = Counter()
    ready = threading.Barrier(workers)

    def person(number: int) -> None:
        with house.app_context():
            ready.wait()
            try:
                work(number)
                outcomes["won"] += 1
            except NotEnoughStock:
                outcomes["refused"] += 1
            except ReservationClosed:
                outcomes["closed"] += 1
            except Exception as error:
                outcomes[f"{type(error).__name__}: {error}"] += 1

    people = [threading.Thread(target=person, args=(number,)) for number in range(workers)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return outcomes


@pytest.fixture
def cast(real_house: Flask) -> Cast:
    with real_house.app_context():
        return make_cast()


@pytest.mark.slow
def test_of_64_who_want_the_last_piece_one_gets_it(real_house: Flask, cast: Cast) -> None:
    with real_house.app_context():
        receive(cast.shop, {cast.m: 1})
    outcomes = at_once(
        real_house,
        64,
        lambda number: transact(
            lambda: stock.reserve_many(
                [wanted(cast.m, cast.shop, reference=Reference("basket", number))]
            )
        ),
    )
    assert outcomes == {"won": 1, "refused": 63}
    with real_house.app_context():
        assert level(cast.m, cast.shop).available == 0
        assert differences() == []


@pytest.mark.slow
def test_eight_writers_sell_five_hot_sizes_to_the_last_piece(real_house: Flask, cast: Cast) -> None:
    initial = 40
    with real_house.app_context():
        receive(cast.shop, dict.fromkeys(cast.sizes.values(), initial))
    sold: Counter[int] = Counter()
    counting = threading.Lock()
    variants = [*cast.sizes.values()]

    def sell(number: int) -> None:
        draw = random.Random(number)
        misses = 0
        while misses < 60:
            # Three different sizes in any order: whoever locks as they come would deadlock.
            goods = draw.sample(variants, 3) if misses < 20 else [draw.choice(variants)]
            lines = [(one, draw.randint(1, 2) if misses < 20 else 1) for one in goods]

            def take(lines: list[tuple[int, int]] = lines) -> None:
                ids = stock.reserve_many([wanted(one, cast.shop, count) for one, count in lines])
                stock.issue_many(
                    [(held, count) for held, (_one, count) in zip(ids, lines, strict=True)],
                    reference=Reference("parcel", number),
                )

            try:
                transact(take)
            except NotEnoughStock:
                misses += 1
                continue
            with counting:
                for one, count in lines:
                    sold[one] += count

    assert at_once(real_house, 8, sell) == {"won": 8}
    assert sold == dict.fromkeys(variants, initial)
    with real_house.app_context():
        assert [level(one, cast.shop).on_hand for one in variants] == [0] * 5
        assert differences() == []


@pytest.mark.slow
def test_a_reservation_that_many_release_is_released_once(real_house: Flask, cast: Cast) -> None:
    with real_house.app_context():
        receive(cast.shop, {cast.m: 8})
        held = transact(lambda: stock.reserve_many([wanted(cast.m, cast.shop, 8)]))[0]
    outcomes = at_once(
        real_house, 12, lambda _number: transact(lambda: stock.release_many([(held, 2)]))
    )
    assert outcomes == {"won": 4, "closed": 8}
    with real_house.app_context():
        assert level(cast.m, cast.shop).available == 8
        assert differences() == []


@pytest.mark.slow
def test_a_promise_that_runs_out_while_it_is_picked_is_kept_or_given_back_and_never_both(
    real_house: Flask,
    cast: Cast,
    freeze: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reservations, "_AT_ONCE", 3)  # so that the two meet all the way
    pieces, noon = 40, datetime(2026, 11, 21, 12, tzinfo=UTC)
    freeze(noon)
    with real_house.app_context():
        receive(cast.shop, {cast.m: 2 * pieces})
        held = transact(
            lambda: stock.reserve_many(
                [wanted(cast.m, cast.shop, 2)] * pieces, expires_at=noon + timedelta(minutes=5)
            )
        )
    freeze(noon + timedelta(minutes=5, seconds=1))
    picked: Counter[int] = Counter()
    counting = threading.Lock()

    def act(number: int) -> None:
        if number % 3 == 2:
            for _time in range(6):
                transact(stock.expire_reservations)
            return
        for one in random.Random(number).sample(held, len(held)):
            try:
                transact(lambda one=one: stock.issue_many([(one, 1)], reference=Reference("p", 1)))  # type: ignore[misc]
            except ReservationClosed:
                continue
            with counting:
                picked[one] += 1

    assert at_once(real_house, 6, act) == {"won": 6}
    with real_house.app_context():
        states = session.execute(
            select(Reservation.state, func.sum(Reservation.quantity)).group_by(Reservation.state)
        )
        sums = {state.value: int(total) for state, total in states}
        gone = sum(picked.values())
        assert sums.get("held", 0) == 0
        assert sums.get("issued", 0) == gone
        assert sums.get("released", 0) == 2 * pieces - gone
        assert 0 < gone < 2 * pieces
        assert level(cast.m, cast.shop).on_hand == 2 * pieces - gone
        assert level(cast.m, cast.shop).available == 2 * pieces - gone
        assert differences() == []


@pytest.mark.slow
def test_deliveries_that_arrive_together_open_the_same_items_once(
    real_house: Flask, cast: Cast
) -> None:
    def deliver(number: int) -> None:
        order = random.Random(number).sample([*cast.sizes.values()], 5)
        receive(cast.warehouse, dict.fromkeys(order, 1))

    assert at_once(real_house, 8, deliver) == {"won": 8}
    with real_house.app_context():
        assert [level(one, cast.warehouse).on_hand for one in cast.sizes.values()] == [8] * 5
        assert differences() == []


@pytest.mark.slow
def test_a_count_during_sales_neither_loses_nor_makes_goods(real_house: Flask, cast: Cast) -> None:
    with real_house.app_context():
        receive(cast.shop, {cast.m: 60})

    def act(number: int) -> None:
        if number % 4 == 0:
            # On the shelf lies what the ledger says, so every count must come out even.
            def tally() -> None:
                now = stock.available_for([cast.m], [cast.shop], lock=True)[0].on_hand
                stock.count(
                    location_id=cast.shop,
                    lines=[stock.CountedLine(variant_id=cast.m, counted=now)],
                )

            transact(tally)
            return
        for _ in range(5):

            def sell() -> None:
                ids = stock.reserve_many([wanted(cast.m, cast.shop)])
                stock.issue_many([(ids[0], 1)], reference=Reference("parcel", number))

            transact(sell)

    assert at_once(real_house, 12, act) == {"won": 12}
    with real_house.app_context():
        assert level(cast.m, cast.shop).on_hand == 60 - 9 * 5
        assert not any(one.kind == "count" for one in stock.list_movements(cast.m, limit=200))
        assert differences() == []
