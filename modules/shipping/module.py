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
    schedule=(Scheduled(kind="shipping.track", every_seconds=60),),
)
