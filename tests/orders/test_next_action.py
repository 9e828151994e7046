"""The next best action: one sentence of what is so, for each state that an order can be in."""

from collections.abc import Mapping
from typing import Any

import pytest

from modules.orders.models import HoldKind, OrderStatus, ParcelState
from modules.orders.next_action import (
    Coming,
    Expected,
    Facts,
    Label,
    OpenHold,
    Step,
    Work,
    next_action,
    step_of,
)
from modules.orders.statuses import Money

pytestmark = pytest.mark.usefixtures("app")

PAID = Money(total_minor=100, paid_minor=100)
UNPAID = Money(total_minor=100)
HOLD = OpenHold(id=7, kind=HoldKind.FRAUD, reason="Odd card.")
TRANSFER = Expected(payment_id=3, method="Transfer", amount_minor=100)
BACK = Coming(return_id=5, number="VR-1", units=1)


def work(step: Step, **more: Any) -> Work:
    return Work(parcel_id=9, number="VP-1", step=step, units=2, **more)


def act(**facts: Any) -> str:
    known: dict[str, Any] = {"status": OrderStatus.PLACED, "currency": "PLN", "money": PAID}
    return next_action(Facts(**{**known, **facts})).act


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"holds": [HOLD], "free_units": 2}, "release_hold"),
        ({"holds": [HOLD], "status": OrderStatus.CLOSED}, ""),
        ({"money": UNPAID, "free_units": 2}, "take_payment"),
        ({"money": UNPAID, "free_units": 2, "expected": [TRANSFER]}, "capture"),
        ({"money": Money(total_minor=100, cod_minor=100), "free_units": 2}, "begin"),
        ({"money": Money(total_minor=100, authorized_minor=100), "free_units": 2}, "begin"),
        ({"free_units": 2}, "begin"),
        ({"works": [work(Step.START)]}, "start"),
        ({"works": [work(Step.PICK)]}, "pick"),
        ({"works": [work(Step.PACK)]}, "pack"),
        ({"works": [work(Step.LABEL)]}, "label"),
        ({"works": [work(Step.LABEL, failure="No such street.")]}, "label"),
        ({"works": [work(Step.WAIT)]}, ""),
        ({"works": [work(Step.SHIP)]}, "ship"),
        ({"works": [work(Step.SHIP, needs_number=True)]}, "ship_dialog"),
        ({"works": [work(Step.SHIP)], "money": UNPAID}, "take_payment"),
        ({"works": [work(Step.PICK), work(Step.SHIP)]}, "ship"),
        ({"works": [work(Step.WAIT), work(Step.PICK)]}, "pick"),
        ({"coming": [BACK], "shipped": 2}, "receive"),
        ({"coming": [BACK], "works": [work(Step.PICK)]}, "pick"),
        ({"money": Money(total_minor=60, paid_minor=100)}, "refund"),
        ({"money": Money(total_minor=60, paid_minor=100), "refunding_minor": 40}, ""),
        ({"status": OrderStatus.CANCELLED, "money": Money(total_minor=0, paid_minor=5)}, "refund"),
        ({"status": OrderStatus.CANCELLED, "money": Money(total_minor=0)}, ""),
        ({"money": UNPAID, "shipped": 2, "expected": [TRANSFER]}, "capture"),
        ({"backordered": 2}, ""),
        ({"status": OrderStatus.CLOSED}, ""),
        ({"shipped": 2}, ""),
    ],
)
def test_each_state_has_its_one_next_step(facts: Mapping[str, Any], expected: str) -> None:
    assert act(**facts) == expected


def test_what_waits_for_nobody_says_what_it_waits_for() -> None:
    waiting = next_action(
        Facts(status=OrderStatus.PLACED, currency="PLN", money=PAID, backordered=2)
    )

    assert waiting.what == "2 units wait for goods"
    assert waiting.tone == "wait"


@pytest.mark.parametrize(
    ("state", "unpicked", "label", "has_carrier", "expected"),
    [
        (ParcelState.OPEN, 2, Label.NONE, True, Step.START),
        (ParcelState.PICKING, 1, Label.NONE, True, Step.PICK),
        (ParcelState.PICKING, 0, Label.READY, True, Step.PACK),
        (ParcelState.PACKED, 0, Label.NONE, True, Step.LABEL),
        (ParcelState.PACKED, 0, Label.FAILED, True, Step.LABEL),
        (ParcelState.PACKED, 0, Label.MAKING, True, Step.WAIT),
        (ParcelState.PACKED, 0, Label.READY, True, Step.SHIP),
        (ParcelState.PACKED, 0, Label.WRITTEN, True, Step.SHIP),
        (ParcelState.PACKED, 0, Label.NONE, False, Step.SHIP),
        (ParcelState.SHIPPED, 0, Label.READY, True, Step.NONE),
        (ParcelState.CANCELLED, 0, Label.NONE, True, Step.NONE),
    ],
)
def test_each_parcel_waits_for_one_thing(
    state: ParcelState, unpicked: int, label: Label, has_carrier: bool, expected: Step
) -> None:
    assert step_of(state, unpicked=unpicked, label=label, has_carrier=has_carrier) is expected


@pytest.mark.parametrize(
    ("money", "missing"),
    [
        (Money(total_minor=100), "1.00"),
        (Money(total_minor=100, paid_minor=100, refunding_minor=40), "0.40"),
        (Money(total_minor=100, paid_minor=100, refunded_minor=40), "0.40"),
        (Money(total_minor=100, authorized_minor=30), "0.70"),
    ],
)
def test_what_is_to_be_paid_is_what_nobody_paid_or_promised(money: Money, missing: str) -> None:
    facts = Facts(
        status=OrderStatus.PLACED,
        currency="PLN",
        money=money,
        refunding_minor=money.refunding_minor,
        free_units=2,
    )
    found = next_action(facts)
    assert found.act == "take_payment"
    assert missing in found.what
