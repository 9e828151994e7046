"""The jobs of shipping. A carrier is called between two transactions, never inside one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from app.i18n import _
from app.outbox import Postponed, Running
from modules import connectors
from modules.shipping import labels
from modules.shipping.errors import OutcomeUnknown
from modules.shipping.operations import (
    Asking,
    begin_asking,
    keep_label,
    note_created,
    note_seen,
    refuse_label,
)
from modules.shipping.ports import Carrier, CarrierAnswer, Outcome, TrackEvent
from modules.shipping.queries import get_shipment, known_events, list_moving

CARRIER = "shipping.Carrier"
_STILL_MADE = timedelta(seconds=2)
_AT_ONCE = 100  # parcels asked about in one call


def make_label(job: Running) -> None:
    """Ask the carrier for a label; what became of an earlier try is asked first."""
    shipment_id = job.payload["shipment_id"]
    with job.step():
        asking = begin_asking(shipment_id=shipment_id)
    if asking is None:
        return
    line = connectors.open_line(CARRIER, asking.carrier)
    answer = ask(line, asking)
    if answer.outcome is Outcome.REFUSED:
        reason = "; ".join(one.text for one in answer.complaints) or _("The carrier refused.")
        with job.finish():
            refuse_label(shipment_id=shipment_id, reason=reason)
        return
    with job.step():
        note_created(shipment_id=shipment_id, answer=answer)
    if answer.tracking_number is None:
        raise Postponed(_STILL_MADE)
    external_id = answer.external_id or ""

    def fetch(carrier: Carrier) -> bytes:
        return carrier.label(external_id)

    label_file = labels.store(line.call("label", fetch, reference=asking.our_reference))
    with job.finish():
        keep_label(shipment_id=shipment_id, label_file=label_file)


def ask(line: connectors.Line, asking: Asking) -> CarrierAnswer:
    """
    Return what the carrier says of a parcel, which it takes at most once.

    :raises OutcomeUnknown: it did not say; the job asks again later, by the same reference
    """
    key = asking.our_reference

    def find(carrier: Carrier) -> CarrierAnswer | None:
        return carrier.find(key)

    def create(carrier: Carrier) -> CarrierAnswer:
        return carrier.create(asking.request, our_reference=key)

    answer = line.call("find", find, reference=key) if asking.repeated else None
    if answer is None:
        answer = line.call("create", create, reference=key)
    if answer.outcome is Outcome.UNKNOWN:
        raise OutcomeUnknown(f"label {key}")
    return answer


def announce_hand_over(job: Running) -> None:
    """Tell the carrier that a parcel waits for it."""
    shipment = get_shipment(job.payload["shipment_id"])
    external_id = shipment.external_id
    if shipment.carrier is None or external_id is None:
        return

    def tell(carrier: Carrier) -> None:
        carrier.hand_over([external_id])

    line = connectors.open_line(CARRIER, shipment.carrier)
    line.call("hand_over", tell, reference=shipment.our_reference)


def cancel_label(job: Running) -> None:
    """Take a parcel back from the carrier; one that never arrived there is nothing to take back."""
    shipment = get_shipment(job.payload["shipment_id"])
    if shipment.carrier is None:
        return
    key = shipment.our_reference

    def withdraw(carrier: Carrier) -> CarrierAnswer | None:
        known = carrier.find(key)
        if known is None or known.external_id is None:
            return None
        return carrier.cancel(known.external_id)

    line = connectors.open_line(CARRIER, shipment.carrier)
    answer = line.call("cancel", withdraw, reference=key)
    if answer is not None and answer.outcome is Outcome.UNKNOWN:
        raise OutcomeUnknown(f"cancel {key}")


def track(job: Running) -> None:
    """Ask every carrier where its parcels are; one that is down does not keep the others."""
    by_carrier: dict[str, dict[str, int]] = defaultdict(dict)
    for shipment_id, carrier, number in list_moving():
        by_carrier[carrier][number] = shipment_id
    failed: list[str] = []
    for carrier, parcels in by_carrier.items():
        numbers = sorted(parcels)
        try:
            for at in range(0, len(numbers), _AT_ONCE):
                _track_some(job, carrier, parcels, numbers[at : at + _AT_ONCE])
        except (connectors.PartnerDown, connectors.AccountOff, Postponed) as away:
            failed.append(f"{carrier}: {away}")
    if failed:
        with job.finish({"not_asked": failed}):
            pass


def _track_some(
    job: Running, carrier_code: str, parcels: dict[str, int], numbers: Sequence[str]
) -> None:
    def look(carrier: Carrier) -> Sequence[TrackEvent]:
        return carrier.track(numbers)

    line = connectors.open_line(CARRIER, carrier_code)
    seen = line.call("track", look, reference=numbers[0] if len(numbers) == 1 else "")
    known = known_events([parcels[number] for number in numbers])
    news = [
        one
        for one in seen
        if one.tracking_number in parcels
        and (parcels[one.tracking_number], one.at, one.raw) not in known
    ]
    if not news:
        return
    with job.step():
        for one in sorted(news, key=lambda event: (event.at, event.tracking_number)):
            note_seen(shipment_id=parcels[one.tracking_number], seen=one)
