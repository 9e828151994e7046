"""Labels: asked for once, whatever happens to the answer or to us."""

from datetime import timedelta

import pytest

from app import clock, outbox
from app.db import transact
from app.reference import Reference
from integrations.paper.client import PaperCourier
from integrations.paper.partners import reach
from modules import organization, shipping
from modules.shipping import ShipmentState, tasks
from tests.shipping.cast import PARCEL, REQUEST, ask, now_at

pytestmark = pytest.mark.usefixtures("app")


def later(monkeypatch: pytest.MonkeyPatch, minutes: int = 60) -> None:
    moment = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: moment)
    outbox.run_due()


def parcels() -> int:
    return len(reach(PaperCourier).books().get("parcels", {}))


def test_a_label_is_made_by_a_job(heard: list[object]) -> None:
    shipment_id = ask()
    assert now_at().state is ShipmentState.DRAFT
    outbox.run_due()
    made = now_at()
    assert made.state is ShipmentState.LABEL_READY
    assert made.tracking_number
    assert shipping.label_pdf(shipment_id).startswith(b"%PDF-")
    assert heard == [
        shipping.LabelMade(
            reference=PARCEL, shipment_id=shipment_id, tracking_number=made.tracking_number
        )
    ]


def test_a_parcel_has_one_label() -> None:
    ask()
    with pytest.raises(shipping.AlreadyAsked):
        ask()
    outbox.run_due()
    with pytest.raises(shipping.AlreadyAsked):
        ask()
    assert parcels() == 1


@pytest.mark.parametrize("how", ["timeout_after", "timeout_before", "down"])
def test_a_lost_answer_does_not_make_two_labels(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    reach(PaperCourier).lay_fault("announce", how)
    ask()
    outbox.run_due()
    assert now_at().state is ShipmentState.DRAFT
    later(monkeypatch)
    assert now_at().state is ShipmentState.LABEL_READY
    assert parcels() == 1


@pytest.mark.parametrize("step", ["note_created", "keep_label"])
def test_a_crash_between_the_call_and_its_result_does_not_make_two_labels(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ask()

    def crash(**_what: object) -> None:
        raise KeyboardInterrupt  # as a kill: nothing of ours is written any more

    with monkeypatch.context() as patch:
        patch.setattr(tasks, step, crash)
        with pytest.raises(KeyboardInterrupt):
            outbox.run_due()
    assert parcels() == 1
    later(monkeypatch)  # the lease has run out: another worker takes the job
    assert now_at().state is ShipmentState.LABEL_READY
    assert parcels() == 1


def test_a_label_that_the_courier_makes_later_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    reach(PaperCourier).make_labels_slowly(True)
    shipment_id = ask()
    outbox.run_due()
    assert now_at().state is ShipmentState.CREATED
    with pytest.raises(shipping.NoLabel):
        shipping.label_pdf(shipment_id)
    later(monkeypatch, minutes=1)
    assert now_at().state is ShipmentState.LABEL_READY
    assert parcels() == 1


def test_a_refused_parcel_may_be_asked_for_again(heard: list[object]) -> None:
    reach(PaperCourier).lay_fault("announce", "refuse")
    shipment_id = ask()
    outbox.run_due()
    refused = now_at()
    assert refused.state is ShipmentState.REJECTED
    assert refused.failure
    assert heard == [
        shipping.LabelFailed(reference=PARCEL, shipment_id=shipment_id, reason=refused.failure)
    ]
    ask()
    outbox.run_due()
    assert now_at().state is ShipmentState.LABEL_READY


def test_a_number_of_another_carrier_is_written_down() -> None:
    store_id = organization.get_store("MAIN").id
    for number in ("JD01", "JD02"):  # the second mends the first
        transact(
            lambda number=number: shipping.set_tracking_number(  # type: ignore[misc]
                reference=PARCEL, store_id=store_id, tracking_number=number, carrier_name="DHL"
            )
        )
    assert now_at().tracking_number == "JD02"
    with pytest.raises(shipping.AlreadyAsked):
        ask()


def test_a_label_of_ours_is_not_written_over() -> None:
    ask()
    outbox.run_due()
    with pytest.raises(shipping.AlreadyAsked):
        transact(
            lambda: shipping.set_tracking_number(
                reference=PARCEL,
                store_id=organization.get_store("MAIN").id,
                tracking_number="JD01",
            )
        )


def test_a_cancelled_label_makes_room_for_another() -> None:
    ask()
    outbox.run_due()
    assert transact(lambda: shipping.cancel(reference=PARCEL))
    outbox.run_due()
    (gone,) = reach(PaperCourier).books()["parcels"].values()
    assert gone["cancelled"]
    ask()
    outbox.run_due()
    assert now_at().state is ShipmentState.LABEL_READY


def test_a_label_cancelled_before_it_was_asked_for_is_never_made() -> None:
    ask()
    transact(lambda: shipping.cancel(reference=PARCEL))
    outbox.run_due()
    assert parcels() == 0


def test_the_shipments_of_many_parcels_are_one_statement(statements) -> None:  # type: ignore[no-untyped-def]
    ask()
    ask(reference=Reference("box", 8))
    with statements() as asked:
        found = shipping.shipments_of([Reference("box", at) for at in range(20)])
    assert len(asked) == 1
    assert set(found) == {PARCEL, Reference("box", 8)}


def test_what_the_carrier_is_asked_survives_being_kept() -> None:
    assert shipping.ShipmentRequest.from_json(REQUEST.as_json()) == REQUEST
