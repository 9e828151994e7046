"""Money that a gateway moves: asked once, whatever happens to the answer or to us."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock, outbox
from app.db import session, transact
from app.models import Job, JobState
from integrations.paper.client import PaperGateway
from integrations.paper.partners import reach
from modules import connectors, payments
from modules.payments import tasks
from modules.payments.queries import prove_payments
from tests.payments.cast import ORDER, fresh, paid, refund

pytestmark = pytest.mark.usefixtures("app")


def later(monkeypatch: pytest.MonkeyPatch, minutes: int = 60) -> None:
    """Run what is due, as if some time had passed."""
    moment = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: moment)
    outbox.run_due()


def done(kind: str = "refund") -> int:
    return len(reach(PaperGateway).acts(kind))


def test_a_refund_by_card_is_sent_by_a_job() -> None:
    payment = paid()
    refund(payment, 3_000)
    assert payments.totals_of(ORDER).refunding_minor == 3_000
    outbox.run_due()
    totals = payments.totals_of(ORDER)
    assert (totals.refunding_minor, totals.refunded_minor) == (0, 3_000)
    (sent,) = reach(PaperGateway).acts("refund")
    assert sent["amount"] == 3_000
    assert list(prove_payments()) == []


@pytest.mark.parametrize("how", ["timeout_after", "timeout_before", "down"])
def test_a_lost_answer_does_not_make_two_refunds(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    payment = paid()
    reach(PaperGateway).lay_fault("refund", how)
    made = refund(payment, 3_000)
    outbox.run_due()
    assert payments.get_refund(made).state is payments.RefundState.SENT
    later(monkeypatch)
    assert fresh(payment).refunds[0].state is payments.RefundState.SETTLED
    assert done() == 1
    assert payments.totals_of(ORDER).refunded_minor == 3_000


def test_a_crash_between_the_call_and_its_result_does_not_make_two_refunds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = paid()
    refund(payment, 3_000)

    def crash(**_what: object) -> None:
        raise KeyboardInterrupt  # as a kill: nothing of ours is written any more

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "end_refund", crash)
        with pytest.raises(KeyboardInterrupt):
            outbox.run_due()
    assert done() == 1
    later(monkeypatch)  # the lease has run out: another worker takes the job
    assert done() == 1
    assert payments.totals_of(ORDER).refunded_minor == 3_000


def test_a_refused_refund_waits_for_a_person_and_keeps_its_key(app: Flask) -> None:
    payment = paid()
    reach(PaperGateway).lay_fault("refund", "refuse")
    made = refund(payment, 3_000)
    outbox.run_due()
    failed = fresh(payment).refunds[0]
    assert failed.state is payments.RefundState.FAILED
    assert failed.message
    assert payments.totals_of(ORDER).refunding_minor == 0
    key = failed.client_id
    transact(lambda: payments.retry_refund(refund_id=made))
    outbox.run_due()
    assert fresh(payment).refunds[0].state is payments.RefundState.SETTLED
    assert reach(PaperGateway).acts("refund")[0]["key"] == key
    assert list(prove_payments()) == []


def test_a_refund_that_has_not_failed_is_not_repeated() -> None:
    payment = paid()
    made = refund(payment, 3_000)
    with pytest.raises(payments.NotRefundable):
        transact(lambda: payments.retry_refund(refund_id=made))


def test_what_was_promised_by_card_is_taken_by_a_job() -> None:
    payment = paid(state="authorized", external_reference="pay-1")
    transact(lambda: payments.capture(payment_id=payment, amount_minor=4_000))
    with pytest.raises(payments.NotCapturable):
        transact(lambda: payments.capture(payment_id=payment, amount_minor=6_001))
    assert list(prove_payments()) == []
    outbox.run_due()
    assert payments.totals_of(ORDER).captured_minor == 4_000
    (taken,) = reach(PaperGateway).acts("capture")
    assert (taken["payment"], taken["amount"]) == ("pay-1", 4_000)
    assert list(prove_payments()) == []


def test_a_capture_that_is_refused_leaves_the_promise_as_it_was() -> None:
    payment = paid(state="authorized")
    reach(PaperGateway).lay_fault("capture", "refuse")
    transact(lambda: payments.capture(payment_id=payment, amount_minor=10_000))
    outbox.run_due()
    totals = payments.totals_of(ORDER)
    assert (totals.captured_minor, totals.authorized_minor) == (0, 10_000)
    assert list(prove_payments()) == []


def test_the_gateway_hears_that_a_promise_is_let_go() -> None:
    payment = paid(state="authorized", external_reference="pay-1")
    transact(lambda: payments.void(payment_id=payment, reason="cancelled"))
    outbox.run_due()
    assert done("void") == 1


def test_a_refund_waits_while_its_connector_is_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    account = connectors.find_account("paper")
    assert account is not None
    payment = paid()
    transact(
        lambda: connectors.set_state(account_id=account.id, state=connectors.AccountState.PAUSED)
    )
    refund(payment, 3_000)
    outbox.run_due()
    assert done() == 0
    transact(
        lambda: connectors.set_state(account_id=account.id, state=connectors.AccountState.ACTIVE)
    )
    later(monkeypatch)
    assert done() == 1


def test_a_refund_without_its_connector_waits_for_a_person() -> None:
    payment = paid(gateway="nobody")
    refund(payment, 3_000)
    outbox.run_due()
    (job,) = session.query(Job).filter_by(kind="payments.send_refund").all()
    assert job.state is JobState.DEAD
    assert "nobody" in (job.last_error or "")
    assert payments.totals_of(ORDER).refunding_minor == 3_000
