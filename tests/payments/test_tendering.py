"""Gift cards pay like money, and a refund goes back over what was paid, never over more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.payments.tendering import GiftCard, GiveBack, pay_by_cards, refund_over_tenders

holdings = st.lists(st.integers(0, 50_000), min_size=1, max_size=5)


def test_a_card_that_has_expired_pays_nothing() -> None:
    cards = [GiftCard("OLD", 5_000, date(2026, 1, 1)), GiftCard("NEW", 5_000)]
    to_pay, uses = pay_by_cards(6_000, cards, on=date(2026, 1, 1))
    assert to_pay == 1_000
    assert [one.id for one in uses] == ["NEW"]


@given(holdings, st.sampled_from(list(GiveBack)), st.data())
def test_refunds_over_tenders_add_up_and_never_exceed_what_was_paid(
    held: list[int], policy: GiveBack, data: st.DataObject
) -> None:
    paid = [(str(at), amount) for at, amount in enumerate(held)]
    refund = data.draw(st.integers(0, sum(held)))
    back = refund_over_tenders(paid, refund, policy)
    assert sum(amount for _method, amount in back) == refund
    assert all(part <= amount for (_one, part), (_other, amount) in zip(back, paid, strict=True))


def test_more_than_was_paid_does_not_go_back() -> None:
    with pytest.raises(AssertionError):
        refund_over_tenders([("card", 100)], 101, GiveBack.PROPORTIONAL)
