"""The demo's loyalty programme: a club with two tiers, 240 members with cards, points of old."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from app import clock
from app.actor import acting_as
from app.db import transact
from app.demo import DemoContext
from modules.loyalty.given import ProgramData, RewardData, TierData
from modules.loyalty.models import Program, RewardKind, Validity
from modules.loyalty.operations import (
    add_reward,
    create_program,
    enrol,
    issue_card,
    open_program,
    set_tiers,
)
from modules.loyalty.operations.members import check_digit
from modules.loyalty.operations.points import adjust

MEMBERS = 240
_BEGAN = timedelta(days=40)
_AT_ONCE = 40


def demo(context: DemoContext) -> None:
    chance = context.random_for("loyalty")
    house, began = context.made["house"], context.end - _BEGAN
    buyers = [one for one in context.made["buyers"] if one.since < began]
    chosen = chance.sample(buyers, MEMBERS)
    with acting_as(house.people["marketing"]), clock.at(began):
        program_id = transact(_set_up)
    for start in range(0, MEMBERS, _AT_ONCE):
        few = [
            (one, chance.randrange(10**8), chance.random())
            for one in chosen[start : start + _AT_ONCE]
        ]
        with clock.at(began + timedelta(days=1)):
            transact(partial(_take_in, program_id, few, house.shops[0].store_id))
    context.say(f"{MEMBERS} members of the club")


def _set_up() -> int:
    program = create_program(
        code="CLUB",
        data=ProgramData(
            name="Łan Club",
            earn_points=1,
            earn_per_minor=100,
            excluded_categories=(),
            pending_days=14,
            validity=Validity.DAYS,
            valid_for=365,
            step_points=500,
            step_minor=10_00,
        ),
    )
    set_tiers(
        program_id=program.id,
        tiers=[
            TierData(code="basic", name="Member", threshold=0),
            TierData(code="silver", name="Silver", threshold=2_000_00, multiplier_bp=12_500),
            TierData(code="gold", name="Gold", threshold=6_000_00, multiplier_bp=15_000),
        ],
    )
    add_reward(
        program_id=program.id,
        data=RewardData(
            code="TEN",
            name="10.00 on the next purchase",
            kind=RewardKind.STORE_CREDIT,
            points=500,
            amount_minor=10_00,
        ),
    )
    opened: Program = open_program(program_id=program.id, version=program.version)
    return opened.id


def _take_in(program_id: int, few: Sequence[tuple[Any, int, float]], store_id: int) -> None:
    """Enrol buyers with a card each; two of three bring points of the old paper stamps."""
    today = clock.now().date()
    for buyer, drawn, luck in few:
        member = enrol(program_id=program_id, customer_id=buyer.id)
        digits = f"2940{drawn:08d}"
        issue_card(member_id=member.id, number=digits + check_digit(digits))
        if luck < 0.66:
            adjust(
                member_id=member.id,
                points=50 + int(luck * 1_500),
                reason="Points from the old stamp card",
                client_id=f"demo:{member.id}",
                on=today,
                store_id=store_id,
            )
