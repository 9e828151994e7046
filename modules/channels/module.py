"""What channels hand to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Scheduled
from modules import orders, stock
from modules.channels.cli import group
from modules.channels.day import figures_of_shops, waiting_for_me
from modules.channels.demo import demo
from modules.channels.subscribers import (
    on_availability_changed,
    on_order_cancelled,
    on_parcel_shipped,
)
from modules.channels.tasks import pull, push, tell
from modules.channels.views import blueprint

channels = Module(
    name="channels",
    title=lazy("Channels"),
    blueprint=blueprint,
    menu=(
        MenuItem(
            title=lazy("Channels"),
            endpoint="channels.index",
            icon="world-www",
            permission="channels.view",
            area="sell",
            order=80,
        ),
    ),
    permissions=(
        Permission(
            code="channels.view",
            title=lazy("See how the channels' shops stand"),
            roles=("clerk", "shift_lead", "store_manager", "integrator"),
        ),
    ),
    subscribers={
        stock.AvailabilityChanged: [on_availability_changed],
        orders.ParcelShipped: [on_parcel_shipped],
        orders.OrderCancelled: [on_order_cancelled],
    },
    tasks={"channels.pull": pull, "channels.push": push, "channels.tell": tell},
    task_titles={
        "channels.pull": lazy("Fetch orders from a shop"),
        "channels.push": lazy("Tell a shop what is in stock"),
        "channels.tell": lazy("Tell a shop what became of an order"),
    },
    schedule=(
        Scheduled(kind="channels.pull", every_seconds=30),
        Scheduled(kind="channels.push", every_seconds=15),
    ),
    waiting=waiting_for_me,
    figures=figures_of_shops,
    outgoing=("channels.pull", "channels.push", "channels.tell"),
    commands=(group,),
    demo=demo,
)
