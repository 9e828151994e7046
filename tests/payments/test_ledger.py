"""What was promised, taken and given back, and that the sums are those of the entries."""

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.db import session, transact, unit_of_work
from app.errors import InvalidInput
from app.reference import Reference
from modules import payments
from modules.payments.models import Payment, PaymentState
from modules.payments.queries import prove_payments
from tests.payments.cast import ORDER, by_hand, fresh, main_store, paid, refund

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    events: list[object] = []
    subscribers = dict(app.extensions["subscribers"])
    subscribers[payments.PaymentChanged] = [events.append]
    monkeypatch.setitem(app.extensions, "subscribers", subscribers)
    return events


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        ("gateway", "captured", payments.PaymentTotals(captured_minor=10_000)),
        ("gateway", "authorized", payments.PaymentTotals(authorized_minor=10_000)),
        ("transfer", "expected", payments.PaymentTotals(pending_minor=10_000)),
        ("cod", "expected", payments.PaymentTotals(cod_minor=10_000)),
    ],
)
def test_money_counts_as_what_it_is(
    kind: str, state: str, expected: payments.PaymentTotals
) -> None:
    paid(method=kind, kind=kind, state=state)
    assert payments.totals_of(ORDER) == expected
    assert list(prove_payments()) == []


def test_a_payment_of_nothing_like_a_state_is_refused() -> None:
    with pytest.raises(InvalidInput):
        paid(state="paid")
    with pytest.raises(InvalidInput):
        paid(-1)


def test_the_totals_of_many_are_one_statement(statements) -> None:  # type: ignore[no-untyped-def]
    for at in range(5):
        paid(reference=Reference("thing", at + 1))
    with statements() as asked:
        found = payments.totals_of_many([Reference("thing", at) for at in range(9)])
    assert len(asked) == 1
    assert len(found) == 5


def test_a_payment_is_recorded_by_two_statements(statements) -> None:  # type: ignore[no-untyped-def]
    store_id = main_store()
    with statements() as asked:
        paid(store_id=store_id, reference=Reference("test", 1))
    assert len([one for one in asked if "payment" in one]) == 2


def test_the_same_reference_on_the_same_order_is_one_payment() -> None:
    first = paid(external_reference="pay-1")
    assert paid(external_reference="pay-1") == first
    assert paid(external_reference="pay-1", reference=Reference("thing", 8)) != first
    assert payments.totals_of(ORDER).captured_minor == 10_000


def test_the_same_reference_with_another_amount_is_refused() -> None:
    paid(external_reference="pay-1")
    with pytest.raises(payments.AlreadyRecorded):
        paid(9_000, external_reference="pay-1")


def test_a_client_s_own_key_makes_one_payment() -> None:
    first = paid(client_id="2b1c")
    assert paid(client_id="2b1c") == first


def test_a_promise_is_taken_in_parts_and_never_beyond() -> None:
    payment = by_hand(state="expected")
    transact(lambda: payments.capture(payment_id=payment, amount_minor=4_000))
    assert payments.totals_of(ORDER).captured_minor == 4_000
    assert payments.totals_of(ORDER).pending_minor == 6_000
    with pytest.raises(payments.NotCapturable) as refused:
        transact(lambda: payments.capture(payment_id=payment, amount_minor=6_001))
    assert refused.value.details[0]["have"] == 6_000
    transact(lambda: payments.capture(payment_id=payment, amount_minor=6_000))
    assert fresh(payment).state is PaymentState.CAPTURED
    assert list(prove_payments()) == []


def test_the_same_transfer_is_taken_once() -> None:
    payment = by_hand(state="expected")
    for _time in range(2):
        transact(
            lambda: payments.capture(
                payment_id=payment, amount_minor=4_000, external_reference="TR1"
            )
        )
    assert payments.totals_of(ORDER).captured_minor == 4_000


def test_a_promise_that_is_let_go_counts_no_more() -> None:
    payment = paid(method="cod", kind="cod", gateway=None, state="expected")
    transact(lambda: payments.void(payment_id=payment, reason="cancelled"))
    transact(lambda: payments.void(payment_id=payment, reason="cancelled"))  # it stays so
    totals = payments.totals_of(ORDER)
    assert totals == payments.PaymentTotals(voided=True)
    with pytest.raises(payments.NotCapturable):
        transact(lambda: payments.capture(payment_id=payment, amount_minor=1))


def test_letting_go_of_the_rest_keeps_what_was_taken() -> None:
    payment = by_hand(state="expected")
    transact(lambda: payments.capture(payment_id=payment, amount_minor=4_000))
    transact(lambda: payments.void(payment_id=payment, reason="the rest is cancelled"))
    totals = payments.totals_of(ORDER)
    assert (totals.captured_minor, totals.pending_minor) == (4_000, 0)
    assert list(prove_payments()) == []


def test_money_that_was_taken_is_not_let_go() -> None:
    payment = paid()
    with pytest.raises(payments.NotVoidable):
        transact(lambda: payments.void(payment_id=payment, reason="cancelled"))


def test_money_paid_by_hand_is_given_back_at_once() -> None:
    payment = by_hand()
    refund(payment, 3_000)
    assert payments.totals_of(ORDER).refunded_minor == 3_000
    assert fresh(payment).refunds[0].state is payments.RefundState.SETTLED


def test_no_more_is_given_back_than_was_taken() -> None:
    payment = by_hand()
    refund(payment, 9_999)
    with pytest.raises(payments.NotRefundable) as refused:
        refund(payment, 2)
    assert refused.value.details[0]["have"] == 1
    with pytest.raises(payments.NotRefundable):
        refund(payment, 0)
    refund(payment, 1)
    assert list(prove_payments()) == []


def test_the_same_refund_is_asked_for_once() -> None:
    payment = by_hand()
    assert refund(payment, 3_000, client_id="r-1") == refund(payment, 3_000, client_id="r-1")
    assert payments.totals_of(ORDER).refunded_minor == 3_000


def test_every_change_is_told_with_what_was_paid_for(heard: list[object]) -> None:
    payment = by_hand(state="expected")
    transact(lambda: payments.capture(payment_id=payment, amount_minor=10_000))
    refund(payment, 1_000, reference=Reference("return", 3))
    assert heard == [payments.PaymentChanged(reference=ORDER)] * 3


def test_payments_of_the_past_come_in_together() -> None:
    store_id = main_store()
    with unit_of_work() as writing:
        past = [
            payments.NewPayment(
                reference=Reference("thing", 100 + at),
                store_id=store_id,
                method="transfer",
                kind="transfer",
                amount_minor=1_000 + at,
                currency="PLN",
                at=clock.now(),
            )
            for at in range(50)
        ]
        ids = payments.record_many(payments=past)
        amounts = [writing.get_one(Payment, one).amount_minor for one in ids]
    assert amounts == [1_000 + at for at in range(50)]
    assert list(prove_payments()) == []


def test_the_proof_finds_a_sum_without_an_entry() -> None:
    payment = paid()
    transact(lambda: _add_silently(payment))
    (difference,) = prove_payments()
    assert difference.entry == f"payment {payment} captured_minor"
    assert (difference.expected, difference.found) == (10_000, 10_001)


def _add_silently(payment_id: int) -> None:
    session.execute(
        update(Payment)
        .where(Payment.id == payment_id)
        .values(captured_minor=10_001, amount_minor=10_001)
    )
