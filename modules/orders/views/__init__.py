"""The screens of orders; each file holds those of one kind of work."""

from modules.orders.views import (
    card,
    money,
    parcels,
    placing,
    promoted,
    queue,
    replays,
    returns,
    simulator,
    slots,
    work,
)
from modules.orders.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "card",
    "money",
    "parcels",
    "placing",
    "promoted",
    "queue",
    "replays",
    "returns",
    "simulator",
    "slots",
    "work",
]
