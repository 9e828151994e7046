"""What every carrier must do, whoever is behind it."""

import uuid
from dataclasses import replace

import pytest
from flask import Flask

from modules import connectors
from modules.shipping import Address, Carrier, Outcome, ShipmentRequest, ShipmentState
from tests.contracts.stages import Stage, connectors_with, stage_of

PORT = "shipping.Carrier"
HERE = Address(
    name="Magazyn", street="Prosta 1", postal_code="00-001", city="Warszawa", country="PL"
)
THERE = Address(
    name="Żaneta Śliwińska",
    street="ul. Długa 41",
    postal_code="31-147",
    city="Kraków",
    country="PL",
    phone="+48601447218",
)
REQUEST = ShipmentRequest(
    sender=HERE, recipient=THERE, order_number="VS-100001", weight_grams=800, cod_minor=12_900
)


@pytest.fixture(params=connectors_with(PORT))
def stage(app: Flask, request: pytest.FixtureRequest) -> Stage:
    return stage_of(request.param)


@pytest.fixture
def carrier(stage: Stage) -> Carrier:
    found: Carrier = stage.port(PORT)
    return found


def key() -> str:
    return str(uuid.uuid4())


def test_a_parcel_gets_a_number_and_a_label(carrier: Carrier) -> None:
    made = carrier.create(REQUEST, our_reference=key())
    assert made.outcome is Outcome.DONE
    assert made.external_id
    assert made.tracking_number
    pdf = carrier.label(made.external_id)
    assert pdf.startswith(b"%PDF-")
    assert pdf == carrier.label(made.external_id), "the same parcel has the same label"


def test_a_parcel_to_a_point_gets_a_label_too(carrier: Carrier) -> None:
    made = carrier.create(replace(REQUEST, point="KRK12M"), our_reference=key())
    assert made.external_id
    assert carrier.label(made.external_id).startswith(b"%PDF-")


def test_the_same_reference_is_the_same_parcel(carrier: Carrier, stage: Stage) -> None:
    one = key()
    first = carrier.create(REQUEST, our_reference=one)
    assert carrier.create(REQUEST, our_reference=one) == first
    assert stage.count("parcel") == 1


def test_an_address_that_is_not_complete_is_refused_in_words(carrier: Carrier) -> None:
    nowhere = replace(REQUEST, recipient=replace(THERE, street="", city=""))
    refused = carrier.create(nowhere, our_reference=key())
    assert refused.outcome is Outcome.REFUSED
    assert refused.complaints[0].text


@pytest.mark.parametrize(("how", "happened"), [("lost_after", True), ("lost_before", False)])
def test_a_lost_answer_is_unknown_and_can_be_asked_for(
    carrier: Carrier, stage: Stage, how: str, happened: bool
) -> None:
    one = key()
    stage.go_wrong("create", how)
    assert carrier.create(REQUEST, our_reference=one).outcome is Outcome.UNKNOWN
    assert (carrier.find(one) is not None) == happened
    assert stage.count("parcel") == int(happened)


def test_nobody_there_is_told_apart_from_a_lost_answer(carrier: Carrier, stage: Stage) -> None:
    stage.go_wrong("create", "away")
    with pytest.raises(connectors.PartnerDown):
        carrier.create(REQUEST, our_reference=key())


def test_a_label_made_later_is_asked_for_by_our_reference(carrier: Carrier, stage: Stage) -> None:
    stage.make_labels_slowly()
    one = key()
    accepted = carrier.create(REQUEST, our_reference=one)
    assert accepted.outcome is Outcome.DONE
    assert accepted.tracking_number is None
    later = carrier.find(one)
    assert later is not None
    assert later.external_id == accepted.external_id
    assert later.tracking_number


def test_a_parcel_is_followed_to_the_door(carrier: Carrier, stage: Stage) -> None:
    made = carrier.create(REQUEST, our_reference=key())
    assert made.external_id
    assert made.tracking_number
    carrier.hand_over([made.external_id])
    carrier.hand_over([made.external_id])  # told twice, seen once
    stage.deliver(made.tracking_number)
    states = [event.state for event in carrier.track([made.tracking_number])]
    assert states == [
        ShipmentState.LABEL_READY,
        ShipmentState.HANDED_OVER,
        ShipmentState.DELIVERED,
    ]


def test_a_parcel_that_was_handed_over_is_not_cancelled(carrier: Carrier) -> None:
    kept, gone = (carrier.create(REQUEST, our_reference=key()) for _ in range(2))
    assert kept.external_id
    assert gone.external_id
    assert carrier.cancel(kept.external_id).outcome is Outcome.DONE
    carrier.hand_over([gone.external_id])
    assert carrier.cancel(gone.external_id).outcome is Outcome.REFUSED


def test_a_number_of_somebody_else_is_not_followed(carrier: Carrier) -> None:
    assert list(carrier.track(["NOBODY1"])) == []
