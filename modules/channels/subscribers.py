"""What channels hear from the floors below."""

from modules import orders, stock
from modules.channels.offers import note_changes
from modules.channels.operations import tell_cancellation, tell_tracking
from modules.channels.queries import link_of_channel


def on_availability_changed(event: stock.AvailabilityChanged) -> None:
    note_changes(variant_ids=event.variant_ids)


def on_parcel_shipped(event: orders.ParcelShipped) -> None:
    if event.external_id is None or event.tracking_number is None:
        return
    link_id = link_of_channel(event.channel_id)
    if link_id is not None:
        tell_tracking(
            link_id=link_id,
            external_id=event.external_id,
            carrier=event.carrier,
            tracking_number=event.tracking_number,
        )


def on_order_cancelled(event: orders.OrderCancelled) -> None:
    if event.external_id is None or not event.whole:
        return
    link_id = link_of_channel(event.channel_id)
    if link_id is not None:
        tell_cancellation(link_id=link_id, external_id=event.external_id, reason=event.reason)
