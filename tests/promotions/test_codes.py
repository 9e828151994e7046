"""Codes in batches, and what may be used of a promotion: counted once, and given back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app import clock, outbox
from app.db import close_session, session, transact, unit_of_work
from app.errors import InvalidInput
from modules import promotions
from modules.promotions import coupons, operations
from modules.promotions.codes import ALPHABET
from modules.promotions.coupons.models import CodeBatch, PromotionCode, PromotionCounter
from modules.promotions.coupons.patterns import check_sign
from modules.promotions.coupons.proving import prove_promotions
from modules.promotions.engine.promotion import Limits
from modules.promotions.engine.verdicts import Reason
from modules.promotions.errors import TooManyCodes
from tests.customers.cast import known
from tests.promotions.cast import act, draft, published
from tests.promotions.coupons import (
    BY_CODE,
    TODAY,
    batch_of,
    counted,
    given_back,
    order,
    use,
    used,
)


def seen(code: str, **more: Any) -> Reason | None:
    """Return why a code cannot be used now; nothing where it can."""
    close_session()
    [entered] = promotions.look_up([code], at=clock.now(), **more).codes
    return entered.refusal


@pytest.mark.usefixtures("app")
def test_a_batch_has_the_codes_that_were_asked_for() -> None:
    made = published(**BY_CODE)
    codes = batch_of(made, 250, pattern="aut-####-####", has_check=True)
    assert len(set(codes)) == 250
    for code in codes:
        assert re.fullmatch(r"AUT-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", code)
        assert check_sign(code[4:].replace("-", "")[:-1]) == code[-1]
    assert seen(codes[0].lower()) is None


@given(st.text(ALPHABET, min_size=2, max_size=12), st.data())
def test_one_wrong_sign_shows(signs: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(signs) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    wrong = signs[:place] + other + signs[place + 1 :]
    assert (check_sign(wrong) == check_sign(signs)) == (wrong == signs)


@pytest.mark.usefixtures("app")
def test_codes_that_could_be_guessed_are_not_made() -> None:
    made = published(**BY_CODE)
    for pattern, count in (("AUT-#####", 5), ("AUT!########", 5), ("########", 500_001)):
        with pytest.raises(InvalidInput), unit_of_work():
            coupons.make_batch(promotion_id=made.id, name="", pattern=pattern, count=count)
    with pytest.raises(TooManyCodes), unit_of_work():
        coupons.make_batch(promotion_id=made.id, name="", pattern="##", count=5_000)


@pytest.mark.usefixtures("app")
def test_a_job_that_was_stopped_makes_only_what_is_missing() -> None:
    made = published(**BY_CODE)
    batch_of(made, 5)
    batch = session.scalars(select(CodeBatch)).one()
    assert (batch.made, batch.wanted) == (5, 5)
    transact(lambda: session.execute(update(CodeBatch).values(wanted=8)))
    close_session()
    transact(lambda: outbox.enqueue("promotions.make_codes", {"batch": batch.id}))
    close_session()
    outbox.run_due(owner="test")
    close_session()
    assert len(session.scalars(select(PromotionCode.id)).all()) == 8


@pytest.mark.usefixtures("app")
def test_a_code_says_why_it_cannot_be_used() -> None:
    made = published(**BY_CODE)
    one, two, three, four, five = batch_of(made, 5)
    keys = {
        code: promotions.look_up([code], at=clock.now()).known[code].id
        for code in (one, two, three, four, five)
    }
    assert seen("NOBODYS-CODE") is None  # it may stand on a promotion: the engine knows
    anna = known()
    with unit_of_work():
        coupons.block_code(code_id=keys[one])
        coupons.give_code(code_id=keys[two], customer_id=anna)
        coupons.reserve(code=three, checkout="web CART-1")
    assert used([use(made, code_id=keys[four], coupon=four)], 1)
    assert seen(one) is Reason.CODE_BLOCKED
    assert seen(two) is Reason.CODE_OF_OTHER_CUSTOMER
    assert seen(two, customer_id=anna) is None
    assert seen(three) is Reason.CODE_RESERVED
    assert seen(three, checkout="web CART-1") is None
    assert seen(three, checkout="web CART-2") is Reason.CODE_RESERVED
    assert seen(four) is Reason.USAGE_LIMIT_REACHED
    with unit_of_work():
        coupons.release(code=three, checkout="web CART-2")
    assert seen(three) is Reason.CODE_RESERVED
    with unit_of_work():
        coupons.release(code=three, checkout="web CART-1")
    assert seen(three) is None
    with unit_of_work():
        coupons.block_batch(batch_id=session.scalars(select(CodeBatch.id)).one())
    assert seen(five) is Reason.CODE_BLOCKED


@pytest.mark.usefixtures("app")
def test_a_batch_has_its_own_days() -> None:
    made = published(**BY_CODE)
    now = clock.now()
    [soon] = batch_of(made, 1, pattern="SOON-########", starts_at=now + timedelta(days=1))
    [late] = batch_of(made, 1, pattern="LATE-########", ends_at=now + timedelta(minutes=1))
    assert seen(soon) is Reason.NOT_STARTED
    entered = promotions.look_up([late], at=now + timedelta(minutes=1)).codes
    assert entered[0].refusal is Reason.EXPIRED
    act(operations.end_promotion, made)
    assert seen(late) is Reason.EXPIRED


@pytest.mark.usefixtures("app")
def test_codes_of_a_draft_wait_for_it() -> None:
    [code] = batch_of(draft(**BY_CODE), 1)
    assert seen(code) is Reason.NOT_STARTED


@pytest.mark.usefixtures("app")
def test_a_reservation_ends_by_itself() -> None:
    made = published(**BY_CODE)
    [code] = batch_of(made, 1)
    with unit_of_work():
        until = coupons.reserve(code=code, checkout="web 1", lasting=timedelta(minutes=5))
    with pytest.raises(promotions.UsedUp), unit_of_work():
        coupons.reserve(code=code, checkout="web 2")
    close_session()
    key = promotions.look_up([code], at=until).known[code].id
    assert not used([use(made, code_id=key, coupon=code)], 1, checkout="web 2")
    assert used([use(made, code_id=key, coupon=code)], 1, checkout="web 1")


# -- limits ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_what_is_used_up_is_refused_and_counts_nothing() -> None:
    made = published(limits={"uses": 2, "budget_minor": 1_200})
    limits = Limits(uses=2, budget_minor=1_200)
    assert used([use(made, limits=limits)], 1)
    assert not used([use(made, 800, limits=limits)], 2)
    assert counted(made) == (1, 500)
    assert used([use(made, 700, limits=limits)], 3)
    assert not used([use(made, 0, limits=limits)], 4)
    assert counted(made) == (2, 1_200)
    given_back(3)
    given_back(3)
    assert counted(made) == (1, 500)
    assert used([use(made, 10, limits=limits)], 5)
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("limits", "same", "other"),
    [
        (Limits(uses_per_day=1), {}, {"on": TODAY + timedelta(days=1)}),
        (Limits(uses_per_customer=1), {"customer_id": 1}, {"customer_id": 2}),
        (Limits(budget_per_month_minor=600), {}, {"on": TODAY + timedelta(days=20)}),
    ],
    ids=["day", "customer", "month"],
)
def test_each_limit_counts_its_own(limits: Limits, same: Any, other: Any) -> None:
    made = published()
    people = {1: known(), 2: known("Jan Kos")}
    same, other = (
        {key: people.get(value, value) for key, value in one.items()} for one in (same, other)
    )
    assert used([use(made, limits=limits)], 1, **same)
    assert not used([use(made, limits=limits)], 2, **same)
    assert used([use(made, limits=limits)], 3, **other)
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("app")
def test_a_public_code_is_counted_by_itself() -> None:
    made = published(**BY_CODE, codes=["BLACK", "FRIDAY"], limits={"uses_per_code": 1})
    limits = Limits(uses_per_code=1)
    assert used([use(made, coupon="BLACK", limits=limits)], 1)
    assert not used([use(made, coupon="BLACK", limits=limits)], 2)
    assert used([use(made, coupon="FRIDAY", limits=limits)], 3)
    assert counted(made) == (2, 1_000)


@pytest.mark.usefixtures("app")
def test_one_customer_uses_so_many_codes_of_a_batch() -> None:
    made, anna = published(**BY_CODE), known()
    one, two = batch_of(made, 2, uses_per_customer=1)
    assert seen(one) is Reason.CUSTOMER_UNKNOWN
    rows = promotions.look_up([one, two], at=clock.now(), customer_id=anna).known
    uses = [
        use(
            made,
            coupon=code,
            code_id=row.id,
            batch_id=row.batch_id,
            batch_uses_per_customer=row.uses_per_customer,
        )
        for code, row in rows.items()
    ]
    assert used(uses[:1], 1, customer_id=anna)
    assert not used(uses[1:], 2, customer_id=anna)
    assert seen(two, customer_id=anna) is Reason.CUSTOMER_LIMIT_REACHED
    given_back(1)
    assert used(uses[1:], 3, customer_id=anna)
    assert list(prove_promotions()) == []


@pytest.mark.usefixtures("app")
def test_the_proof_tells_a_counter_that_is_wrong() -> None:
    made = published(**BY_CODE)
    [code] = batch_of(made, 1)
    row = promotions.look_up([code], at=clock.now()).known[code]
    assert used([use(made, coupon=code, code_id=row.id, batch_id=row.batch_id)], 1)
    assert list(prove_promotions()) == []
    transact(lambda: session.execute(update(PromotionCounter).values(used=7)))
    transact(lambda: session.execute(update(PromotionCode).values(used=0)))
    close_session()
    said = [str(one) for one in prove_promotions()]
    assert any("total" in one and "(7, 500)" in one for one in said)
    assert any(f"code {row.id} used: expected 1, found 0" in one for one in said)


@pytest.mark.usefixtures("app")
def test_uses_of_several_promotions_count_together_or_not_at_all() -> None:
    free, full = published("FREE"), published("FULL")
    last = Limits(uses=1)
    assert used([use(full, limits=last)], 1)
    assert not used([use(free), use(full, limits=last)], 2)
    assert counted(free) == (0, 0)
    assert order(2).kind == "order"
