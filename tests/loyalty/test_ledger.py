"""The ledger of points: what the tables carry is what the pure wallet computes."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import session, transact
from app.reference import Reference
from modules.loyalty import ReturnPolicy, Terms, Wallet, queries
from modules.loyalty.errors import NotEnoughPoints
from modules.loyalty.models import Member
from modules.loyalty.operations import nightly, points
from modules.loyalty.proving import prove_points
from modules.loyalty.validity import Validity
from tests.loyalty.cast import act, fresh_member, member, program

FIRST = date(2026, 1, 1)


def order(number: int) -> Reference:
    return Reference("order", number)


class Books:
    """A member's points in the tables, each act in a unit of work of its own."""

    def __init__(self, who: Member) -> None:
        self.who = who
        self.wallet = queries.points_wallet(who.program_id).id
        self._acts = 0

    def earn(self, amount: int, ref: Reference, on: date, key: str = "") -> bool:
        return bool(self._do(points.earn, points=amount, reference=ref, key=key, on=on))

    def spend(self, amount: int, ref: Reference, on: date) -> bool:
        self._acts += 1
        given: dict[str, Any] = {"points": amount, "reference": ref, "key": f"s{self._acts}"}
        try:
            act(lambda: points.spend(member_id=self.who.id, on=on, **given))
        except NotEnoughPoints:
            return False
        return True

    def undo(self, ref: Reference, on: date, amount: int | None = None) -> int:
        self._acts += 1
        given: dict[str, Any] = {"reference": ref, "key": f"u{self._acts}", "points": amount}
        return int(act(lambda: points.undo_spend(on=on, **given)))

    def take_back(self, amount: int, ref: Reference, on: date) -> int:
        return int(self._do(points.take_back, points=amount, reference=ref, on=on))

    def night(self, on: date) -> None:
        act(lambda: nightly.activate_due(on=on))
        act(lambda: nightly.expire_due(on=on))

    def balance(self, on: date) -> tuple[int, int]:
        held = queries.holdings_of(self.who.id, on=on)[0]
        return held.active, held.pending

    def lots(self) -> list[tuple[int, date | None]]:
        return [
            (one.remaining, one.expires_on) for one in queries.lots_of(self.who.id, self.wallet)
        ]

    def _do(self, operation: Any, *, key: str = "", **given: Any) -> Any:
        self._acts += 1
        key = key or f"k{self._acts}"
        who = fresh_member(self.who.id)
        return act(lambda: operation(member=who, wallet_id=self.wallet, key=key, **given))


@pytest.mark.parametrize("policy", list(ReturnPolicy))
@pytest.mark.parametrize("seed", [1, 2])
def test_random_days_in_the_tables_are_those_of_the_pure_wallet(
    app: Flask, policy: ReturnPolicy, seed: int
) -> None:
    club = program(return_policy=policy, pending_days=4, validity=Validity.DAYS, valid_for=20)
    books = Books(member(club))
    pure = Wallet(terms=Terms(pending_days=4, valid_days=20, return_policy=policy))
    chance, day, orders = random.Random(f"{policy}{seed}"), FIRST, 0  # noqa: S311
    for _step in range(45):
        day += timedelta(days=chance.choice([0, 0, 1, 2, 9]))
        books.night(day)
        pure = pure.repay(day)
        what, amount = chance.randrange(5), chance.randint(1, 120)
        some = order(chance.randint(1, max(1, orders)))
        name = f"{some.kind}:{some.id}"
        if what <= 1:
            orders += 1
            books.earn(amount, order(orders), day)
            pure = pure.earn(amount, ref=f"order:{orders}", on=day)
        elif what == 2:
            after = pure.spend(amount, ref=name, on=day)
            assert books.spend(amount, some, day) == (after is not None)
            pure = after or pure
        elif what == 3:
            books.undo(some, day)
            pure = pure.undo_spend(name, on=day)
        else:
            taken, pure = pure.take_back(amount, ref=name, on=day)
            assert books.take_back(amount, some, day) == taken
        expected = pure.balance(day)
        assert books.balance(day) == (expected.active, expected.pending)
    assert list(prove_points()) == []


def test_the_same_act_told_twice_is_written_once(app: Flask) -> None:
    books = Books(member(program()))
    assert books.earn(100, order(1), FIRST, key="order:1")
    assert not books.earn(100, order(1), FIRST, key="order:1")
    assert books.balance(FIRST) == (100, 0)


def test_a_part_of_what_was_spent_comes_back_to_the_lots_that_expire_last(app: Flask) -> None:
    books = Books(member(program(validity=Validity.DAYS, valid_for=30)))
    books.earn(100, order(1), FIRST)
    books.earn(100, order(2), FIRST + timedelta(days=10))
    today = FIRST + timedelta(days=11)
    assert books.spend(150, order(9), today)
    assert books.undo(order(9), today, 70) == 70
    assert books.lots() == [
        (20, FIRST + timedelta(days=30)),
        (100, FIRST + timedelta(days=40)),
    ]
    assert books.undo(order(9), today) == 80
    assert books.undo(order(9), today) == 0
    assert books.balance(today) == (200, 0)
    assert list(prove_points()) == []


def test_what_was_given_back_after_its_time_expires_again(app: Flask) -> None:
    books = Books(member(program(validity=Validity.DAYS, valid_for=30)))
    books.earn(100, order(1), FIRST)
    books.spend(60, order(9), FIRST)
    late = FIRST + timedelta(days=30)
    books.night(late)
    books.undo(order(9), late)
    assert books.balance(late) == (0, 0)
    [lot] = act(lambda: session.execute(text("SELECT expired FROM loyalty_lot")).all())
    assert lot.expired == 100


def test_points_wait_for_the_goods_to_leave(app: Flask) -> None:
    club = program(pending_days=14)
    ola = member(club)
    wallet = queries.points_wallet(club.id).id
    given: dict[str, Any] = {"points": 50, "key": "o1", "reference": order(1), "on": FIRST}
    act(lambda: points.earn(member=fresh_member(ola.id), wallet_id=wallet, waits=True, **given))
    books, shipped = Books(ola), FIRST + timedelta(days=30)
    assert books.balance(shipped) == (0, 50)
    act(lambda: points.begin(reference=order(1), from_on=shipped, on=shipped))
    assert books.balance(shipped + timedelta(days=13)) == (0, 50)
    assert books.balance(shipped + timedelta(days=14)) == (50, 0)


@pytest.mark.parametrize("table", ["loyalty_entry", "loyalty_lot_use"])
@pytest.mark.parametrize("act_of", ["UPDATE {} SET points = points + 1", "DELETE FROM {}"])
def test_the_database_itself_keeps_the_ledger_as_it_was_written(
    app: Flask, table: str, act_of: str
) -> None:
    books = Books(member(program()))
    books.earn(100, order(1), FIRST)
    books.spend(10, order(2), FIRST)
    with pytest.raises(DBAPIError, match="append-only"):
        transact(lambda: session.execute(text(act_of.format(table))))


def test_the_proof_names_a_sum_and_a_lot_that_somebody_changed(app: Flask) -> None:
    books = Books(member(program()))
    books.earn(100, order(1), FIRST)
    assert list(prove_points()) == []
    act(lambda: session.execute(text("UPDATE loyalty_account SET points = 101")))
    act(lambda: session.execute(text("UPDATE loyalty_lot SET remaining = 99")))
    assert {one.entry.split()[0] for one in prove_points()} == {"account", "lot"}
