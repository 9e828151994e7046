"""Setting up a programme, who is in it, and the cards that name them."""

from typing import Any

import pytest
from flask import Flask

from app.errors import InvalidInput, RuleViolation
from modules import customers, loyalty
from modules.loyalty import operations, queries
from modules.loyalty.errors import AlreadyMember, CardTaken, CardUnusable, NotInThisState, StillUsed
from modules.loyalty.models import CardState, MemberState, RewardKind, RuleKind, WalletKind
from tests.loyalty.cast import act, customer, fresh_member, member, program

SILVER = loyalty.TierData(code="silver", name="Silver", threshold=200_000)
BASE = loyalty.TierData(code="base", name="Base", threshold=0)


def test_a_programme_is_written_down_with_its_wallet_and_earns_once_it_is_open(app: Flask) -> None:
    club = program(open_it=False)
    assert [one.kind for one in queries.wallets_of(club.id)] == [WalletKind.POINTS]
    who = customer()
    with pytest.raises(NotInThisState):
        act(lambda: loyalty.enrol(program_id=club.id, customer_id=who))
    act(lambda: operations.open_program(program_id=club.id, version=club.version))
    joined = act(lambda: loyalty.enrol(program_id=club.id, customer_id=who))
    assert [one[0].id for one in queries.memberships_of(who)] == [joined.id]
    with pytest.raises(AlreadyMember):
        act(lambda: loyalty.enrol(program_id=club.id, customer_id=who))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("earn_per_minor", 0),
        ("pending_days", -1),
        ("step_minor", 0),
        ("tier_months", 0),
        ("name", " "),
        ("most_per_day", -1),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(
    app: Flask, field: str, value: Any
) -> None:
    with pytest.raises(InvalidInput) as refused:
        program(**{field: value})
    assert refused.value.field == field


def test_what_was_changed_by_somebody_else_is_not_changed_unseen(app: Flask) -> None:
    club = program(open_it=False)
    data = operations.data_of(club)
    renamed = loyalty.ProgramData(**{**vars(data), "name": "Circle"})
    act(lambda: operations.update_program(program_id=club.id, version=club.version, data=renamed))
    with pytest.raises(RuleViolation, match="Circle"):
        act(lambda: operations.update_program(program_id=club.id, version=1, data=data))


def test_a_new_member_is_in_the_tier_that_costs_nothing_and_it_cannot_go(app: Flask) -> None:
    club = program()
    tiers = act(lambda: loyalty.set_tiers(program_id=club.id, tiers=[SILVER, BASE]))
    assert [one.code for one in tiers] == ["base", "silver"]
    assert member(club).tier_id == tiers[0].id
    with pytest.raises(StillUsed):
        act(lambda: loyalty.set_tiers(program_id=club.id, tiers=[SILVER]))
    swapped = [
        loyalty.TierData(code="base", name="Base", threshold=200_000),
        loyalty.TierData(code="silver", name="Silver", threshold=0),
    ]
    after = act(lambda: loyalty.set_tiers(program_id=club.id, tiers=swapped))
    assert [(one.code, one.threshold) for one in after] == [("silver", 0), ("base", 200_000)]


def test_rules_and_rewards_say_what_they_give(app: Flask) -> None:
    club = program()
    rule = loyalty.RuleData(name="Five a pair", kind=RuleKind.FIXED)
    with pytest.raises(InvalidInput):
        act(lambda: loyalty.set_rules(program_id=club.id, rules=[rule]))
    twice = loyalty.RuleData(
        name="Shoes twice", kind=RuleKind.MULTIPLIER, category="Shoes", multiplier_bp=20_000
    )
    [kept] = act(lambda: loyalty.set_rules(program_id=club.id, rules=[twice]))
    assert (kept.category, kept.multiplier_bp) == ("Shoes", 20_000)
    empty = loyalty.RewardData(code="ten", name="Ten", kind=RewardKind.STORE_CREDIT, points=1000)
    with pytest.raises(InvalidInput):
        act(lambda: loyalty.add_reward(program_id=club.id, data=empty))


def test_a_card_names_its_member_and_a_lost_one_is_replaced(app: Flask) -> None:
    club = program()
    ola = member(club)
    card = act(lambda: loyalty.issue_card(member_id=ola.id))
    assert len(card.number) == 13
    assert card.number[-1] == operations.check_digit(card.number[:12])
    spaced = f"{card.number[:4]} {card.number[4:]}"
    assert queries.member_of_card(spaced).id == ola.id
    assert [one.id for one in customers.list_customers(card=card.number)] == [ola.customer_id]
    new = act(lambda: operations.replace_card(number=card.number, reason="lost"))
    old = queries.get_card(card.number)
    assert (old.state, old.replaced_by_id) == (CardState.REPLACED, new.id)
    assert customers.list_customers(card=card.number) == []
    with pytest.raises(CardUnusable):
        loyalty.usable_member(card.number)
    assert loyalty.usable_member(new.number).id == ola.id


def test_a_number_is_on_one_card_and_a_wrong_one_on_none(app: Flask) -> None:
    club = program()
    first, second = member(club), member(club)
    act(lambda: loyalty.issue_card(member_id=first.id, number="4006381333931"))
    with pytest.raises(CardTaken):
        act(lambda: loyalty.issue_card(member_id=second.id, number="4006 3813 33931"))
    with pytest.raises(InvalidInput):
        act(lambda: loyalty.issue_card(member_id=second.id, number="4006381333932"))


def test_who_leaves_has_no_card_that_works_and_may_come_back(app: Flask) -> None:
    club = program()
    ola = member(club)
    card = act(lambda: loyalty.issue_card(member_id=ola.id))
    act(lambda: operations.leave(member_id=ola.id))
    with pytest.raises(CardUnusable):
        loyalty.usable_member(card.number)
    back = act(lambda: loyalty.enrol(program_id=club.id, customer_id=ola.customer_id))
    assert (back.id, back.state) == (ola.id, MemberState.ACTIVE)


def test_a_household_has_members_of_one_programme_and_a_new_head_when_one_leaves(
    app: Flask,
) -> None:
    club = program()
    ola, jan, ewa = member(club), member(club), member(club)
    home = act(lambda: operations.found_household(member_id=ola.id, name="Nowak"))
    for one in (jan, ewa):
        act(lambda one=one: operations.join_household(member_id=one.id, household_id=home.id))
    with pytest.raises(NotInThisState):
        act(lambda: operations.join_household(member_id=jan.id, household_id=home.id))
    act(lambda: operations.leave_household(member_id=ola.id))
    assert fresh_member(jan.id).heads_household
    assert {one.id for one in queries.household_members(home.id)} == {jan.id, ewa.id}
