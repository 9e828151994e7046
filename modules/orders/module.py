"""What the orders module hands to the house."""

from app.approving import ApprovalMoved
from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Shortcut
from modules import payments, shipping, stock
from modules.orders import cli, subscribers, tasks
from modules.orders.actors import Clerk, ReturnsDesk, Shopper
from modules.orders.acts import ACTS
from modules.orders.api import api
from modules.orders.demo import demo, obstacle
from modules.orders.demo.mass import demo_mass
from modules.orders.finding import find, names
from modules.orders.limits import GIVES, LIMITS
from modules.orders.measuring import count_taken
from modules.orders.proving import prove_orders
from modules.orders.views import blueprint
from modules.orders.views.blueprint import waiting_orders, waiting_returns, waiting_work
from modules.orders.views.day import figures_of_yesterday, waiting_for_me, yesterday_by_store
from modules.orders.views.order_list import ORDERS
from modules.orders.views.promoted import promotion_results
from modules.orders.views.replays import promotion_replay
from modules.orders.views.simulator import try_promotion
from modules.orders.views.slots import (
    customer_actions,
    customer_orders,
    order_meant,
    stock_references,
)

_SHOP = ("clerk", "shift_lead", "store_manager")
_ALL = (*_SHOP, "marketing_manager", "accountant", "integrator")

orders = Module(
    name="orders",
    title=lazy("Orders"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Orders"),
            endpoint="orders.index",
            icon="inbox",
            permission="orders.view",
            order=10,
            count=waiting_orders,
        ),
        MenuItem(
            title=lazy("Returns"),
            endpoint="orders.returns",
            icon="arrow-back-up",
            permission="orders.view",
            area="sell",
            order=40,
            count=waiting_returns,
        ),
        MenuItem(
            title=lazy("Pick and pack"),
            endpoint="orders.work",
            icon="barcode",
            permission="orders.work",
            area="goods",
            order=30,
            count=waiting_work,
        ),
    ),
    permissions=(
        Permission(code="orders.view", title=lazy("See orders"), roles=_ALL),
        Permission(code="orders.place", title=lazy("Place orders"), roles=_SHOP),
        Permission(code=GIVES, title=lazy("Give a discount by hand"), roles=_SHOP),
        Permission(code="orders.work", title=lazy("Pick, pack, label and ship"), roles=_SHOP),
        Permission(code="orders.hold", title=lazy("Hold and release orders"), roles=_SHOP),
        Permission(
            code="orders.cancel",
            title=lazy("Cancel orders"),
            roles=("shift_lead", "store_manager"),
        ),
        Permission(
            code="orders.override",
            title=lazy("Ship what is not paid"),
            roles=("shift_lead", "store_manager"),
        ),
        Permission(
            code="orders.figures",
            title=lazy("See what the stores sold"),
            roles=("shift_lead", "store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code="orders.export",
            title=lazy("Take the list of orders out as a file"),
            roles=("shift_lead", "store_manager", "accountant"),
        ),
        Permission(code="returns.receive", title=lazy("Take goods back"), roles=_SHOP),
    ),
    limits=LIMITS,
    lists=(ORDERS,),
    acts=ACTS,
    scopes={
        "orders:read": lazy("Read orders"),
        "orders:write": lazy("Place and work orders"),
        "orders:override": lazy("Ship what is not paid, give money back another way than it came"),
    },
    subscribers={
        ApprovalMoved: [subscribers.on_approval_moved],
        payments.PaymentChanged: [subscribers.on_payment_changed],
        stock.GoodsArrived: [subscribers.on_goods_arrived],
        shipping.LabelMade: [subscribers.on_label_made],
        shipping.LabelFailed: [subscribers.on_label_failed],
        shipping.ShipmentMoved: [subscribers.on_shipment_moved],
    },
    tasks={"orders.fill_backorders": tasks.fill, "orders.replay_promotion": tasks.replay},
    task_titles={
        "orders.replay_promotion": lazy("Replay of orders with a promotion"),
        "orders.fill_backorders": lazy("Give arrived goods to waiting orders"),
    },
    slots={
        "customer.actions": [customer_actions],
        "customer.orders": [customer_orders],
        "promotion.actions": [try_promotion],
        "promotion.try": [try_promotion],
        "promotion.results": [promotion_results, promotion_replay],
        "stock.references": [stock_references],
        "promotions.references": [stock_references],
        "payments.references": [stock_references],
        "payments.reference": [order_meant],
        "today.cards": [yesterday_by_store],
    },
    search=find,
    names={"order": names},
    shortcuts=(
        Shortcut(
            title=lazy("Place an order"),
            endpoint="orders.new_order",
            icon="plus",
            permission="orders.place",
        ),
    ),
    waiting=waiting_for_me,
    figures=figures_of_yesterday,
    commands=(cli.group,),
    proofs={"orders": prove_orders},
    metrics=count_taken,
    actors=(Shopper, Clerk, ReturnsDesk),
    demo=demo,
    demo_mass=demo_mass,
    demo_obstacle=obstacle,
)
