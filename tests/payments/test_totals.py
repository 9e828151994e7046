"""What one payment comes to is the same, whether it is counted here or by the database."""

from itertools import product

import pytest
from sqlalchemy import update

from app.db import session, transact
from modules import payments
from modules.payments.models import Payment, PaymentKind, PaymentState
from tests.payments.cast import ORDER, fresh, paid

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("kind", "state"), [*product(PaymentKind, PaymentState)])
def test_a_payment_counts_as_the_ledger_counts_it(kind: PaymentKind, state: PaymentState) -> None:
    payment_id = paid(10_000, method=str(kind), kind=str(kind), state="authorized")
    taken = 10_000 if state is PaymentState.CAPTURED else 2_500
    now = {"state": state, "captured_minor": taken, "refunded_minor": 900, "refunding_minor": 50}
    transact(lambda: _set(payment_id, now))
    assert payments.totals_from(fresh(payment_id)) == payments.totals_of(ORDER)


def _set(payment_id: int, values: dict[str, object]) -> None:
    session.execute(update(Payment).where(Payment.id == payment_id).values(**values))
