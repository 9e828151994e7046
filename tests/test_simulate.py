"""The simulated trade: it passes on a sound shop, and finds what somebody breaks."""

from itertools import islice
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import session, transact
from app.program_line import Answer, InProcess
from app.simulating import Disagrees, simulate

MOVES = 60
BOTH_SIDES = ("orders", "shipped", "labels", "receipts")


@pytest.mark.slow
def test_a_random_trade_leaves_every_ledger_in_order(real_house: Flask) -> None:
    with real_house.app_context():
        days = list(simulate(real_house, seed=4, days=2, moves=MOVES))

    assert [day.moves for day in days] == [MOVES, MOVES]
    for what in BOTH_SIDES:
        assert sum(day.counts.get(what, 0) for day in days) > 0, what


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE stock_item SET reserved = reserved + 1 WHERE on_hand > reserved", "reserved"),
        ('UPDATE "order" SET paid_minor = paid_minor + 1', "paid_minor"),
        ("UPDATE order_line SET unit_price_minor = unit_price_minor + 1", "as acknowledged"),
    ],
)
def test_what_somebody_breaks_is_found_and_named(real_house: Flask, damage: str, what: str) -> None:
    with real_house.app_context():
        days = simulate(real_house, seed=5, days=2, moves=12)
        assert len([*islice(days, 1)]) == 1

        transact(lambda: session.execute(text(damage)))

        with pytest.raises(Disagrees, match=what):
            next(days)


@pytest.mark.slow
def test_a_lost_order_is_found(real_house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop says 201 to everything, and forgets every third order."""
    real, taken = InProcess.send, []

    def forget(self: InProcess, call: Any, token: str, moment: Any) -> Answer:
        answer = real(self, call, token, moment)
        if (call.method, call.path) == ("POST", "/orders") and answer.status == 201:
            taken.append(answer)
            if len(taken) == 3:
                return Answer(
                    status=201, body={**answer.body, "id": "987654"}, headers=answer.headers
                )
        return answer

    monkeypatch.setattr(InProcess, "send", forget)
    with real_house.app_context(), pytest.raises(Disagrees):
        list(simulate(real_house, seed=6, days=1, moves=30))


@pytest.mark.slow
def test_the_same_seed_is_the_same_trade(databases: Any) -> None:
    from tests.conftest import open_house

    told = []
    for _time in range(2):
        url = databases.new_database()
        with open_house(databases, url) as house, house.app_context():
            told.append([str(day) for day in simulate(house, seed=8, days=1, moves=30)])
        databases.drop_database(url)

    assert told[0] == told[1]
