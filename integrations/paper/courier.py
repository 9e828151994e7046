"""The paper courier as a carrier."""

from collections.abc import Sequence
from datetime import datetime

from integrations.paper.client import PaperCourier, Refused, TimedOut
from integrations.paper.label import draw_label
from integrations.paper.mapping import SEEN, carrier_answer, parcel_of
from integrations.paper.partners import reach, said_plainly
from modules.connectors import Access
from modules.shipping import (
    Carrier,
    CarrierAnswer,
    Complaint,
    Outcome,
    ShipmentRequest,
    ShipmentState,
    TrackEvent,
)


class PaperCarrier(Carrier):
    def __init__(self, access: Access) -> None:
        self._courier = reach(PaperCourier, access)

    def create(self, request: ShipmentRequest, *, our_reference: str) -> CarrierAnswer:
        try:
            with said_plainly():
                parcel = self._courier.announce(parcel_of(request), their_key=our_reference)
        except TimedOut:
            return CarrierAnswer(outcome=Outcome.UNKNOWN)
        except Refused as no:
            return _refused(no)
        return carrier_answer(parcel)

    def find(self, our_reference: str) -> CarrierAnswer | None:
        with said_plainly():
            parcel = self._courier.by_key(our_reference)
        return carrier_answer(parcel) if parcel else None

    def label(self, external_id: str) -> bytes:
        with said_plainly():
            return draw_label(self._courier.parcel(external_id))

    def cancel(self, external_id: str) -> CarrierAnswer:
        try:
            with said_plainly():
                self._courier.cancel(external_id)
        except TimedOut:
            return CarrierAnswer(outcome=Outcome.UNKNOWN, external_id=external_id)
        except Refused as no:
            return _refused(no)
        return CarrierAnswer(outcome=Outcome.DONE, external_id=external_id)

    def hand_over(self, external_ids: Sequence[str]) -> None:
        with said_plainly():
            self._courier.collect(external_ids)

    def track(self, tracking_numbers: Sequence[str]) -> Sequence[TrackEvent]:
        with said_plainly():
            seen = self._courier.seen(tracking_numbers)
        events = [
            TrackEvent(
                tracking_number=number,
                state=SEEN.get(one["what"], ShipmentState.UNKNOWN),
                raw=one["what"],
                at=datetime.fromisoformat(one["at"]),
                place=one["where"],
            )
            for number, all_of_it in seen.items()
            for one in all_of_it
        ]
        return sorted(events, key=lambda event: event.at)


def _refused(no: Refused) -> CarrierAnswer:
    complaint = Complaint(text=str(no), field=no.field, code=no.code)
    return CarrierAnswer(outcome=Outcome.REFUSED, complaints=(complaint,))
