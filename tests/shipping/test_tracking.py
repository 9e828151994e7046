"""Parcels on their way: followed by the carrier's own times."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock, outbox
from app.db import transact
from integrations.paper.client import PaperCourier
from integrations.paper.partners import reach
from modules import shipping
from modules.shipping import ShipmentState, TrackEvent
from modules.shipping.operations import note_seen
from tests.shipping.cast import PARCEL, ask, now_at

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def on_its_way(app: Flask) -> shipping.Shipment:
    ask()
    outbox.run_due()
    transact(lambda: shipping.hand_over(reference=PARCEL))
    outbox.run_due()
    return now_at()


def follow() -> None:
    transact(lambda: outbox.enqueue("shipping.track"))
    outbox.run_due()


def seen(shipment: shipping.Shipment, state: ShipmentState, minutes: int) -> bool:
    event = TrackEvent(
        tracking_number=shipment.tracking_number or "",
        state=state,
        raw=state.value,
        at=clock.now() + timedelta(minutes=minutes),
    )
    return transact(lambda: note_seen(shipment_id=shipment.id, seen=event))


def test_handing_over_is_told_to_the_carrier_and_stays(on_its_way: shipping.Shipment) -> None:
    assert on_its_way.state is ShipmentState.HANDED_OVER
    (parcel,) = reach(PaperCourier).books()["parcels"].values()
    assert [one["what"] for one in parcel["seen"]] == ["announced", "waiting at the ramp"]
    assert transact(lambda: shipping.hand_over(reference=PARCEL)) is False


def test_a_parcel_without_a_shipment_is_not_handed_over_to_anybody() -> None:
    assert transact(lambda: shipping.hand_over(reference=PARCEL)) is False


def test_a_parcel_that_was_handed_over_is_not_cancelled(on_its_way: shipping.Shipment) -> None:
    with pytest.raises(shipping.AlreadyHandedOver):
        transact(lambda: shipping.cancel(reference=PARCEL))


def test_the_courier_delivers_and_we_hear_of_it_once(
    on_its_way: shipping.Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: moment)
    follow()
    assert now_at().state is ShipmentState.DELIVERED
    before = len(shipping.events_of(on_its_way.id))
    follow()
    assert len(shipping.events_of(on_its_way.id)) == before


def test_what_arrives_late_pulls_nothing_back(on_its_way: shipping.Shipment) -> None:
    assert seen(on_its_way, ShipmentState.DELIVERED, 60)
    assert seen(on_its_way, ShipmentState.OUT_FOR_DELIVERY, 30)
    assert now_at().state is ShipmentState.DELIVERED
    assert not seen_again(on_its_way)


def seen_again(shipment: shipping.Shipment) -> bool:
    known = shipping.events_of(shipment.id)[-1]
    event = TrackEvent(
        tracking_number="", state=known.state, raw=known.raw, at=known.at, place=known.place
    )
    return transact(lambda: note_seen(shipment_id=shipment.id, seen=event))


def test_a_delivered_parcel_may_still_go_back(on_its_way: shipping.Shipment) -> None:
    seen(on_its_way, ShipmentState.DELIVERED, 60)
    seen(on_its_way, ShipmentState.RETURNING, 90)
    assert now_at().state is ShipmentState.RETURNING


def test_words_that_nobody_knows_are_kept_as_they_are(on_its_way: shipping.Shipment) -> None:
    number = on_its_way.tracking_number
    assert number
    reach(PaperCourier).deliver(number, "stuck in a tree")
    follow()
    assert now_at().state is ShipmentState.UNKNOWN
    assert "stuck in a tree" in {one.raw for one in shipping.events_of(on_its_way.id)}


def test_a_carrier_that_is_away_is_asked_again_next_time(on_its_way: shipping.Shipment) -> None:
    number = on_its_way.tracking_number
    assert number
    reach(PaperCourier).deliver(number)
    reach(PaperCourier).lay_fault("seen", "down")
    follow()
    assert now_at().state is ShipmentState.HANDED_OVER
    follow()
    assert now_at().state is ShipmentState.DELIVERED
