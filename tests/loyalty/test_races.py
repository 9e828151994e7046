"""Many at once: nobody spends the same points twice, and nobody claims what is used up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from app.reference import Reference
from modules import loyalty, organization
from modules.loyalty import queries
from modules.loyalty.errors import NoMoreRewards, NotEnoughPoints
from modules.loyalty.models import Member, RewardKind
from modules.loyalty.operations import points
from modules.loyalty.proving import prove_points
from tests.loyalty.cast import act, fresh_member, member, program

DAY = date(2026, 3, 1)
TIMES, HANDS = 20, 10


def rich(house: Flask, amount: int) -> Member:
    with house.app_context():
        club = program()
        reward = loyalty.RewardData(
            code="mug", name="Mug", kind=RewardKind.GOODS, points=10, stock=3
        )
        act(lambda: loyalty.add_reward(program_id=club.id, data=reward))
        ola = member(club)
        give(ola, amount, 1)
        return ola


def give(who: Member, amount: int, number: int) -> None:
    wallet = queries.points_wallet(who.program_id).id
    given: dict[str, Any] = {"points": amount, "reference": Reference("order", number), "on": DAY}
    act(
        lambda: points.earn(
            member=fresh_member(who.id), wallet_id=wallet, key=f"order:{number}", **given
        )
    )


def at_once(house: Flask, work: Any) -> list[Any]:
    start = Barrier(HANDS)

    def one(number: int) -> Any:
        with house.app_context():
            start.wait(60)
            return work(number)

    with ThreadPoolExecutor(HANDS) as many:
        return list(many.map(one, range(TIMES)))


@pytest.mark.slow
def test_of_twenty_who_spend_the_same_points_only_as_many_as_there_are_succeed(
    real_house: Flask,
) -> None:
    ola = rich(real_house, 100)

    def spend(number: int) -> bool:
        given: dict[str, Any] = {"reference": Reference("order", 100 + number), "on": DAY}
        try:
            act(lambda: loyalty.spend(member_id=ola.id, points=30, key=f"s{number}", **given))
        except NotEnoughPoints:
            return False
        return True

    assert sum(at_once(real_house, spend)) == 3
    with real_house.app_context():
        assert queries.holdings_of(ola.id, on=DAY)[0].active == 10
        assert list(prove_points()) == []


@pytest.mark.slow
def test_points_earned_spent_and_given_back_at_once_are_all_in_the_ledger(
    real_house: Flask,
) -> None:
    ola = rich(real_house, 1_000)

    def do(number: int) -> int:
        ref = Reference("order", 100 + number // 2)
        if number % 4 == 3:
            return int(act(lambda: loyalty.undo_spend(reference=ref, key=f"u{number}", on=DAY)))
        if number % 2:
            give(ola, 10, number // 4 + 500)  # told by several: once
            return 10
        act(
            lambda: loyalty.spend(
                member_id=ola.id, points=5, reference=ref, key=f"s{number}", on=DAY
            )
        )
        return -5

    at_once(real_house, do)
    with real_house.app_context():
        assert list(prove_points()) == []


@pytest.mark.slow
def test_of_twenty_claims_of_three_mugs_three_are_given(real_house: Flask) -> None:
    ola = rich(real_house, 1_000)
    with real_house.app_context():
        store = organization.list_stores()[0].id

    def claim(number: int) -> bool:
        given: dict[str, Any] = {"reward": "mug", "on": DAY, "store_id": store}
        try:
            act(lambda: loyalty.claim_reward(member_id=ola.id, client_id=f"c{number}", **given))
        except NoMoreRewards:
            return False
        return True

    assert sum(at_once(real_house, claim)) == 3
    with real_house.app_context():
        assert queries.holdings_of(ola.id, on=DAY)[0].active == 970
        assert list(prove_points()) == []
