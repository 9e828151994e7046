"""What members buy: what it earns, when it counts, what a return takes back, and the tier."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.actor import Actor, acting_as
from app.db import session
from app.errors import RuleViolation
from app.limits import NeedsSecondPerson
from app.reference import Reference
from modules import loyalty, organization, promotions
from modules.loyalty import operations, queries
from modules.loyalty.errors import NoMoreRewards, NotEnoughPoints
from modules.loyalty.facts import facts_of
from modules.loyalty.models import (
    CountsFrom,
    EarnBase,
    JoinPolicy,
    Member,
    MemberState,
    RewardKind,
    RuleEvent,
    RuleKind,
    WalletKind,
)
from modules.loyalty.operations import Bought, BoughtLine, Kept, referrals, tiering
from modules.loyalty.proving import prove_points
from modules.payments.giftcards import credits_of
from tests.loyalty.cast import act, customer, fresh_member, member, program
from tests.promotions.cast import published

DAY = date(2026, 3, 1)
BASE = loyalty.TierData(code="base", name="Base", threshold=0)
SILVER = loyalty.TierData(code="silver", name="Silver", threshold=2_000_00, multiplier_bp=15_000)
AT_ONCE: dict[str, Any] = {"counts_from": CountsFrom.PLACED}


def line(paid_minor: int, *, key: int = 1, quantity: int = 1, **more: Any) -> BoughtLine:
    given = {"sku": f"SKU{key}", "category": None, "before_minor": paid_minor, **more}
    return BoughtLine(line=key, quantity=quantity, paid_minor=paid_minor, **given)


def bought(who: Member, number: int, *lines: BoughtLine, on: date = DAY, **more: Any) -> Bought:
    given = {"channel": "web", "store": "MAIN", "currency": "PLN", **more}
    ref = Reference("order", number)
    return Bought(reference=ref, customer_id=who.customer_id, on=on, lines=lines, **given)


def buy(who: Member, number: int, *lines: BoughtLine, on: date = DAY, **more: Any) -> int:
    return int(act(lambda: loyalty.record_purchase(bought(who, number, *lines, on=on, **more))))


def keep(number: int, key: str, *, on: date = DAY, **kept: tuple[int, int]) -> int:
    lines = {int(name[1:]): Kept(*one) for name, one in kept.items()}
    ref = Reference("order", number)
    return int(act(lambda: loyalty.keep_of_purchase(reference=ref, kept=lines, on=on, key=key)))


def balance(who: Member, on: date = DAY, wallet: str = "points") -> tuple[int, int]:
    held = {one.wallet.code: one for one in queries.holdings_of(who.id, on=on)}[wallet]
    return held.active, held.pending


def tier(who: Member) -> str | None:
    now = fresh_member(who.id)
    return next((one.code for one in queries.tiers_of(now.program_id) if one.id == now.tier_id), "")


def test_a_purchase_earns_once_and_counts_when_its_goods_have_left(app: Flask) -> None:
    ola = member(program(pending_days=14))
    assert buy(ola, 1, line(100_50)) == 100
    assert buy(ola, 1, line(100_50)) == 0
    assert balance(ola) == (0, 100)
    act(lambda: loyalty.count_purchase(reference=Reference("order", 1), on=DAY))
    assert balance(ola, DAY + timedelta(days=13)) == (0, 100)
    assert balance(ola, DAY + timedelta(days=14)) == (100, 0)


def test_a_return_takes_what_the_kept_part_would_not_have_earned(app: Flask) -> None:
    ola = member(program(**AT_ONCE))
    # 1.99 three times earns 5 of 5.97; two of them, 3.98, would have earned 3.
    assert buy(ola, 1, line(5_97, quantity=3)) == 5
    assert keep(1, "r1", l1=(2, 3_98)) == 2
    assert keep(1, "r1", l1=(2, 3_98)) == 0
    assert balance(ola) == (3, 0)
    assert keep(1, "r2", l1=(0, 0)) == 3
    assert balance(ola) == (0, 0)
    assert list(prove_points()) == []


def test_rules_are_asked_by_priority_and_one_that_stops_ends_it(app: Flask) -> None:
    club = program(**AT_ONCE, excluded_categories=["Books"], most_per_receipt=500)
    rules = [
        loyalty.RuleData(
            name="Shoes twice", kind=RuleKind.MULTIPLIER, category="Shoes", multiplier_bp=20_000
        ),
        loyalty.RuleData(name="Five each", kind=RuleKind.FIXED, sku="SKU2", points=5),
        loyalty.RuleData(
            name="No more", kind=RuleKind.MULTIPLIER, sku="SKU3", priority=9, stops=True
        ),
        loyalty.RuleData(name="First", kind=RuleKind.EVENT, event=RuleEvent.FIRST_ORDER, points=50),
    ]
    act(lambda: loyalty.set_rules(program_id=club.id, rules=rules))
    ola = member(club)
    cart = [
        line(10_00, key=1, category="Shoes"),
        line(10_00, key=2, quantity=2),
        line(10_00, key=3, category="Shoes"),
        line(90_00, key=4, category="Books"),
    ]
    assert act(lambda: loyalty.preview(bought(ola, 1, *cart))) == 100
    assert buy(ola, 1, *cart) == 20 + 10 + 10 + 10 + 50
    assert buy(ola, 2, line(10_00, key=1)) == 10
    assert buy(ola, 3, line(900_00, key=1)) == 500


def test_points_of_a_day_end_where_the_programme_says(app: Flask) -> None:
    ola = member(program(**AT_ONCE, most_per_day=120))
    assert [buy(ola, number, line(70_00)) for number in (1, 2, 3)] == [70, 50, 0]
    assert buy(ola, 4, line(70_00), on=DAY + timedelta(days=1)) == 70


def test_before_discounts_it_earns_of_the_whole_price_and_a_return_takes_its_share(
    app: Flask,
) -> None:
    ola = member(program(**AT_ONCE, earn_base=EarnBase.BEFORE_DISCOUNTS))
    assert buy(ola, 1, line(80_00, quantity=2, before_minor=100_00)) == 100
    assert keep(1, "r", l1=(1, 40_00)) == 50


@pytest.mark.parametrize(
    ("terms", "changed"),
    [
        ({"channels": ["pos"]}, {}),
        ({"stores": ["OTHER"]}, {}),
        ({"currency": "EUR"}, {}),
        ({}, {"is_staff": True}),
    ],
)
def test_what_is_not_in_its_scope_earns_nothing(
    app: Flask, terms: dict[str, Any], changed: dict[str, Any]
) -> None:
    ola = member(program(**AT_ONCE, **terms), **changed)
    assert buy(ola, 1, line(100_00)) == 0
    assert balance(ola) == (0, 0)


def test_who_buys_first_joins_a_programme_for_everybody(app: Flask) -> None:
    club = program(**AT_ONCE, joins=JoinPolicy.FIRST_ORDER)
    who = customer()
    given = Bought(
        reference=Reference("order", 1), customer_id=who, channel="web", store="MAIN",
        currency="PLN", on=DAY, lines=[line(30_00)],
    )  # fmt: skip
    assert act(lambda: loyalty.record_purchase(given)) == 30
    joined = queries.find_member(club.id, who)
    assert joined is not None
    assert balance(joined) == (30, 0)


def test_stamps_are_earned_by_the_piece_and_pay_for_a_reward_from_a_small_stock(app: Flask) -> None:
    club = program(**AT_ONCE)
    act(
        lambda: operations.add_wallet(
            program_id=club.id, code="stamps", name="Stamps", kind=WalletKind.STAMPS
        )
    )
    rule = loyalty.RuleData(
        name="Socks", kind=RuleKind.FIXED, category="Socks", wallet="stamps", points=1
    )
    act(lambda: loyalty.set_rules(program_id=club.id, rules=[rule]))
    reward = loyalty.RewardData(
        code="tenth", name="Tenth pair", kind=RewardKind.GOODS, points=9, wallet="stamps", stock=1
    )
    act(lambda: loyalty.add_reward(program_id=club.id, data=reward))
    ola = member(club)
    buy(ola, 1, line(190_00, quantity=19, category="Socks"))
    assert balance(ola, wallet="stamps") == (19, 0)
    first = claim(ola, "tenth", "c1")
    assert claim(ola, "tenth", "c1").id == first.id
    assert balance(ola, wallet="stamps") == (10, 0)
    with pytest.raises(NoMoreRewards):
        claim(ola, "tenth", "c2")
    act(lambda: operations.undo_claim(claim_id=first.id, on=DAY))
    assert balance(ola, wallet="stamps") == (19, 0)


def claim(who: Member, code: str, client_id: str) -> Any:
    store = organization.list_stores()[0].id
    return act(
        lambda: loyalty.claim_reward(
            member_id=who.id, reward=code, client_id=client_id, on=DAY, store_id=store
        )
    )


def test_a_reward_of_ten_is_store_credit_paid_for_with_points(app: Flask) -> None:
    club = program(**AT_ONCE)
    ten = loyalty.RewardData(
        code="ten",
        name="Ten off",
        kind=RewardKind.STORE_CREDIT,
        points=1_000,
        amount_minor=10_00,
        most_per_member=1,
    )
    act(lambda: loyalty.add_reward(program_id=club.id, data=ten))
    ola = member(club)
    with pytest.raises(NotEnoughPoints):
        claim(ola, "ten", "c1")
    buy(ola, 1, line(2_500_00))
    claim(ola, "ten", "c2")
    assert len(credits_of(ola.customer_id, "PLN")) == 1
    assert balance(ola) == (1_500, 0)
    with pytest.raises(NoMoreRewards):
        claim(ola, "ten", "c3")


def test_a_coupon_taken_for_points_is_the_members_own(app: Flask) -> None:
    club = program(**AT_ONCE)
    coupon = loyalty.RewardData(
        code="tenth", name="A tenth off", kind=RewardKind.COUPON, points=100, promotion="AUTUMN",
        valid_days=30,
    )  # fmt: skip
    act(lambda: loyalty.add_reward(program_id=club.id, data=coupon))
    ola = member(club)
    buy(ola, 1, line(300_00))
    with pytest.raises(RuleViolation):
        claim(ola, "tenth", "c1")
    assert balance(ola) == (300, 0)
    published(trigger="code", codes=[])
    codes = [claim(ola, "tenth", key).result for key in ("c2", "c3")]
    assert len(set(codes)) == 2
    known = promotions.look_up(codes, at=clock.now(), customer_id=ola.customer_id).codes
    assert [one.refusal for one in known] == [None, None]
    others = promotions.look_up(codes[:1], at=clock.now(), customer_id=customer()).codes
    assert others[0].refusal is not None
    assert balance(ola) == (100, 0)


def test_a_tier_is_reached_at_once_and_lost_a_step_after_its_period(app: Flask) -> None:
    club = program(**AT_ONCE)
    act(lambda: loyalty.set_tiers(program_id=club.id, tiers=[BASE, SILVER]))
    ola = member(club)
    buy(ola, 1, line(1_999_99))
    assert tier(ola) == "base"
    buy(ola, 2, line(1))
    assert tier(ola) == "silver"
    assert buy(ola, 3, line(100_00)) == 150
    assert facts_of(ola.customer_id).tiers == {"silver"}
    until = fresh_member(ola.id).tier_until
    assert until == DAY.replace(year=2027)
    for on, stays in ((until, "silver"), (until + timedelta(days=1), "base")):
        act(lambda on=on: tiering.review_due(program_id=club.id, on=on))
        assert tier(ola) == stays
    told = [(one.reason, one.metric) for one in queries.tier_history(ola.id)]
    assert told[:2] == [("review", 0), ("reached", 2_000_00)]


def test_a_return_lowers_the_tier_at_once_only_where_the_programme_says_so(app: Flask) -> None:
    kept = []
    for number, lowers in enumerate((False, True), start=1):
        club = program(f"club{number}", **AT_ONCE, returns_lower_tier=lowers)
        act(lambda club=club: loyalty.set_tiers(program_id=club.id, tiers=[BASE, SILVER]))
        ola = member(club)
        buy(ola, number, line(2_000_00))
        keep(number, "r", l1=(0, 0))
        kept.append(tier(ola))
    assert kept == ["silver", "base"]


def test_a_referral_pays_both_once_when_the_first_order_is_old_enough(app: Flask) -> None:
    club = program(**AT_ONCE, referrer_points=200, friend_points=100, referrals_per_month=1)
    ola = member(club)
    jan, ewa = (member(club, referred_by=ola.referral_code.lower()) for _one in range(2))
    since = session.get_one(loyalty.Member, jan.id).joined_at.date()
    for number, friend in enumerate((jan, ewa), start=1):
        buy(friend, number, line(10_00), on=since + timedelta(days=number))
    due = since + timedelta(days=31)
    act(lambda: referrals.pay_referrals(on=due - timedelta(days=1)))
    assert balance(ola, due) == (0, 0)
    night = due + timedelta(days=1)
    for _night in range(2):
        act(lambda: referrals.pay_referrals(on=night))
    assert balance(ola, night) == (200, 0)
    assert [balance(one, night)[0] for one in (jan, ewa)] == [110, 110]


def test_two_members_who_were_one_have_one_balance_and_a_return_finds_its_points(
    app: Flask,
) -> None:
    club = program(**AT_ONCE)
    act(lambda: loyalty.set_tiers(program_id=club.id, tiers=[BASE, SILVER]))
    old, new = member(club), member(club)
    card = act(lambda: loyalty.issue_card(member_id=old.id))
    buy(old, 1, line(2_000_00))
    buy(new, 2, line(50_00))
    spent: dict[str, Any] = {"reference": Reference("order", 9), "on": DAY}
    act(lambda: loyalty.spend(member_id=old.id, points=500, key="s", **spent))
    act(
        lambda: loyalty.merge_customers(
            from_customer=old.customer_id, into_customer=new.customer_id, on=DAY
        )
    )
    assert queries.member_of_card(card.number).id == new.id
    assert fresh_member(old.id).id == new.id
    assert session.get_one(loyalty.Member, old.id).state is MemberState.MERGED
    assert tier(new) == "silver"
    assert balance(new) == (1_550, 0)
    act(lambda: loyalty.undo_spend(key="u", **spent))
    assert balance(new) == (2_050, 0)
    assert keep(1, "r", l1=(0, 0)) == 2_000
    assert balance(new) == (50, 0)
    assert list(prove_points()) == []


def test_a_household_spends_from_one_pool_and_gets_back_where_it_came_from(app: Flask) -> None:
    club = program(**AT_ONCE)
    ola, jan = member(club), member(club)
    home = act(lambda: operations.found_household(member_id=ola.id, name="Nowak"))
    act(lambda: operations.join_household(member_id=jan.id, household_id=home.id))
    buy(ola, 1, line(120_00))
    buy(jan, 2, line(80_00))
    spent: dict[str, Any] = {"reference": Reference("order", 9), "on": DAY}
    assert loyalty.spendable(fresh_member(jan.id), on=DAY) == 200
    act(lambda: loyalty.spend(member_id=jan.id, points=150, key="s", **spent))
    assert (balance(ola)[0], balance(jan)[0]) == (50, 0)
    act(lambda: operations.leave_household(member_id=jan.id))
    act(lambda: loyalty.undo_spend(key="u", **spent))
    assert (balance(ola)[0], balance(jan)[0]) == (120, 80)


def test_points_by_hand_need_a_reason_and_many_of_them_a_second_person(app: Flask) -> None:
    ola = member(program())
    store = organization.list_stores()[0].id
    lead = Actor(
        kind="staff",
        id=7,
        name="Ola",
        grants={"loyalty.correct": None},
        limits={"loyalty_points": {None: 500}},
    )

    def adjust(points: int, key: str, reason: str = "sorry") -> None:
        given: dict[str, Any] = {"client_id": key, "reason": reason, "on": DAY, "store_id": store}
        with acting_as(lead):
            act(lambda: operations.adjust(member_id=ola.id, points=points, **given))

    adjust(500, "a")
    adjust(500, "a")
    adjust(-200, "b")
    with pytest.raises(NeedsSecondPerson, match="501 points"):
        adjust(501, "c")
    with pytest.raises(NotEnoughPoints):
        adjust(-400, "d")
    assert balance(ola) == (300, 0)
