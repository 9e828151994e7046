"""What shipping hands to the house."""

from app.i18n import lazy
from app.module import Module, Scheduled
from modules.shipping.tasks import announce_hand_over, cancel_label, make_label, track

shipping = Module(
    name="shipping",
    title=lazy("Shipping"),
    tasks={
        "shipping.make_label": make_label,
        "shipping.announce_hand_over": announce_hand_over,
        "shipping.cancel_label": cancel_label,
        "shipping.track": track,
    },
    task_titles={
        "shipping.make_label": lazy("Ask a carrier for a label"),
        "shipping.announce_hand_over": lazy("Tell a carrier that parcels left"),
        "shipping.cancel_label": lazy("Cancel a label"),
        "shipping.track": lazy("Ask carriers where parcels are"),
    },
    schedule=(Scheduled(kind="shipping.track", every_seconds=60),),
    outgoing=("shipping.make_label", "shipping.announce_hand_over", "shipping.cancel_label"),
)
