"""Points come from lots and go back to lots: nothing appears, and nothing is lost unseen."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from modules.loyalty import PoolMode, ReturnPolicy, Terms, Wallet, spend_from_pool
from tests.promotions.points import play

DAY = date(2026, 1, 1)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def played(seed: int) -> tuple[Random, Wallet, date]:
    """Return a wallet after some random days."""
    random, day = Random(seed), DAY
    wallet = Wallet(
        terms=Terms(
            pending_days=random.choice((0, 14)),
            valid_days=random.choice((None, 40)),
            return_policy=random.choice(list(ReturnPolicy)),
        )
    )
    for step in range(random.randint(0, 15)):
        day += timedelta(days=random.randint(0, 20))
        wallet = play(random, wallet, step, day)
    return random, wallet, day


@given(st.integers(0, 2**32))
def test_the_balance_is_the_sum_of_what_happened(seed: int) -> None:
    _random, wallet, day = played(seed)
    for later in (0, 10, 100):
        has = wallet.balance(day + timedelta(days=later))
        assert has.active + has.pending + has.expired == (
            wallet.earned - wallet.spent - wallet.reversed
        )
    assert all(0 <= lot.left <= lot.points for lot in wallet.lots)
    assert wallet.spent == sum(one.points for _ref, parts in wallet.spends for one in parts)


@given(st.integers(0, 2**32))
def test_a_spend_that_is_undone_gives_the_same_lots_back(seed: int) -> None:
    random, wallet, day = played(seed)
    wallet = wallet.repay(day)
    points = random.randint(0, max(0, wallet.balance(day).active))
    spent = wallet.spend(points, ref="NEW", on=day)
    assert spent is not None or points > wallet.balance(day).active
    if spent is not None and not wallet.debt:
        assert spent.undo_spend("NEW", on=day) == wallet


@given(st.integers(0, 2**32))
def test_no_order_gives_back_more_points_than_it_earned(seed: int) -> None:
    random, wallet, day = played(seed)
    wallet = wallet.earn(80, ref="ONE", on=day)
    taken = 0
    for _time in range(3):
        points, wallet = wallet.take_back(random.randint(0, 80), ref="ONE", on=day)
        taken += points
    assert 0 <= taken <= 80


def test_pending_points_repay_a_debt_only_once_they_are_active() -> None:
    terms = Terms(pending_days=10, return_policy=ReturnPolicy.UNLIMITED)
    wallet = Wallet(terms=terms).earn(100, ref="O1", on=DAY)
    spent = wallet.spend(100, ref="R1", on=days(10))
    assert spent is not None
    _points, owing = spent.take_back(100, ref="O1", on=days(11))
    again = owing.earn(150, ref="O2", on=days(12))
    assert again.balance(days(12)) == (-100, 150, 0)
    assert again.balance(days(22)) == (50, 0, 0)
    assert again.spend(51, ref="R2", on=days(22)) is None
    assert again.spend(50, ref="R2", on=days(22)) is not None


def test_only_pending_points_are_taken_back_where_the_policy_says_so() -> None:
    terms = Terms(pending_days=14, return_policy=ReturnPolicy.ONLY_PENDING)
    wallet = Wallet(terms=terms).earn(100, ref="O1", on=DAY)
    assert wallet.take_back(100, ref="O1", on=days(14))[0] == 0
    assert wallet.take_back(60, ref="O1", on=days(13))[0] == 60


def test_lots_of_one_day_are_spent_in_the_order_in_which_they_expire() -> None:
    wallet = Wallet(terms=Terms(valid_days=90)).earn(10, ref="LONG", on=DAY)
    wallet = replace(wallet, terms=Terms(valid_days=30)).earn(10, ref="SHORT", on=DAY)
    spent = wallet.spend(15, ref="R", on=DAY)
    assert spent is not None
    assert [lot.left for lot in spent.lots] == [5, 0]


def test_a_pool_can_give_the_oldest_points_first() -> None:
    wallets = {
        "A": Wallet().earn(100, ref="A", on=DAY),
        "B": Wallet().earn(100, ref="B", on=days(1)),
    }
    after = spend_from_pool(wallets, "B", 130, ref="R", on=days(2), mode=PoolMode.OLDEST_FIRST)
    assert after is not None
    assert {name: one.balance(days(2)).active for name, one in after.items()} == {
        "A": 0,
        "B": 70,
    }
    assert spend_from_pool(wallets, "B", 201, ref="R", on=days(2)) is None
