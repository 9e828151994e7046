"""Transfers that come in, and what they settle."""

from datetime import date

import pytest
from flask import Flask

from app import outbox
from app.db import session, transact
from integrations.paper.client import PaperBank
from integrations.paper.partners import reach
from modules import payments
from modules.payments.models import BankTransaction
from modules.payments.queries import prove_payments
from tests.payments.cast import ORDER, by_hand, main_store

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def owed(app: Flask) -> int:
    """An order of 129,00 zł that is to be paid by transfer."""
    payment = by_hand(12_900, state="expected")
    transact(
        lambda: payments.open_receivable(
            reference=ORDER,
            store_id=main_store(),
            numbers=["VS-100007"],
            payer="Anna Nowak",
            amount_minor=12_900,
            currency="PLN",
            due_on=date(2026, 11, 28),
            payment_id=payment,
        )
    )
    return payment


def transfer(amount: int, title: str) -> None:
    reach(PaperBank).put_transfer(amount=amount, unit="PLN", title=title, payer="Anna Nowak")


def read_bank() -> None:
    transact(lambda: outbox.enqueue("payments.read_banks"))
    outbox.run_due()


def test_a_transfer_with_the_number_and_the_amount_pays_what_is_owed(owed: int) -> None:
    transfer(12_900, "Zamowienie vs-100007, dziekuje")
    read_bank()
    read_bank()  # nothing new: nothing is taken twice
    assert payments.totals_of(ORDER).captured_minor == 12_900
    assert payments.list_receivables(ORDER)[0].settled_at is not None
    assert list(prove_payments()) == []


@pytest.mark.parametrize(
    ("amount", "title"), [(12_899, "VS-100007"), (12_900, "VS-1000070"), (12_900, "for the dress")]
)
def test_what_does_not_agree_waits_for_a_person(owed: int, amount: int, title: str) -> None:
    transfer(amount, title)
    read_bank()
    assert payments.totals_of(ORDER).captured_minor == 0
    (kept,) = session.query(BankTransaction).all()
    assert kept.receivable_id is None


def test_the_invoice_s_number_may_be_quoted_too(owed: int) -> None:
    transact(lambda: payments.quote_also(reference=ORDER, number="FV/MAIN/2026/11/00001"))
    transfer(12_900, "FV/MAIN/2026/11/00001")
    read_bank()
    assert payments.totals_of(ORDER).captured_minor == 12_900


def test_a_bank_that_is_read_again_from_the_beginning_pays_nothing_twice(owed: int) -> None:
    from modules import connectors

    transfer(12_900, "VS-100007")
    read_bank()
    account = connectors.find_account("paper")
    assert account is not None
    transact(lambda: connectors.move_cursor(account_id=account.id, name="bank", value="0"))
    read_bank()
    assert payments.totals_of(ORDER).captured_minor == 12_900
    assert session.query(BankTransaction).count() == 1
