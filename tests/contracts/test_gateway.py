"""What every gateway must do, whoever is behind it."""

import uuid

import pytest
from flask import Flask

from modules import connectors
from modules.payments import Charge, Gateway, Outcome
from tests.contracts.stages import Stage, connectors_with, stage_of

PORT = "payments.Gateway"


@pytest.fixture(params=connectors_with(PORT))
def stage(app: Flask, request: pytest.FixtureRequest) -> Stage:
    return stage_of(request.param)


@pytest.fixture
def gateway(stage: Stage) -> Gateway:
    found: Gateway = stage.port(PORT)
    return found


def charge(amount_minor: int = 10_000, *, payment: str = "pay-1") -> Charge:
    return Charge(
        our_reference=str(uuid.uuid4()), payment=payment, amount_minor=amount_minor, currency="PLN"
    )


def test_money_is_promised_then_taken_then_given_back(gateway: Gateway) -> None:
    assert gateway.authorize(charge()).outcome is Outcome.DONE
    taken = gateway.capture(charge(6_000))
    assert taken.outcome is Outcome.DONE
    assert taken.external_id
    assert gateway.refund(charge(1_000)).outcome is Outcome.DONE
    assert gateway.void(charge(4_000)).outcome is Outcome.DONE


def test_more_than_was_promised_is_not_taken(gateway: Gateway) -> None:
    gateway.authorize(charge(5_000))
    refused = gateway.capture(charge(5_001))
    assert refused.outcome is Outcome.REFUSED
    assert refused.message


def test_more_than_was_taken_is_not_given_back(gateway: Gateway) -> None:
    gateway.authorize(charge(5_000))
    gateway.capture(charge(2_000))
    assert gateway.refund(charge(2_001)).outcome is Outcome.REFUSED


def test_the_same_reference_is_the_same_act(gateway: Gateway, stage: Stage) -> None:
    once = charge()
    first, again = gateway.refund(once), gateway.refund(once)
    assert first.external_id == again.external_id
    assert stage.count("refund") == 1


@pytest.mark.parametrize(("how", "happened"), [("lost_after", True), ("lost_before", False)])
def test_a_lost_answer_is_unknown_and_can_be_asked_for(
    gateway: Gateway, stage: Stage, how: str, happened: bool
) -> None:
    one = charge()
    stage.go_wrong("refund", how)
    assert gateway.refund(one).outcome is Outcome.UNKNOWN
    found = gateway.find(one.our_reference)
    assert (found is not None and found.outcome is Outcome.DONE) == happened
    assert stage.count("refund") == int(happened)


def test_nobody_there_is_told_apart_from_a_lost_answer(gateway: Gateway, stage: Stage) -> None:
    stage.go_wrong("refund", "away")
    with pytest.raises(connectors.PartnerDown):
        gateway.refund(charge())
    assert stage.count("refund") == 0


def test_what_never_arrived_is_not_found(gateway: Gateway) -> None:
    assert gateway.find(str(uuid.uuid4())) is None
