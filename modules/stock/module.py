"""What stock hands to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Scheduled, Shortcut
from modules.catalog import ImportUndone, QuantitiesImported
from modules.stock import subscribers, tasks
from modules.stock.actors import Storekeeper
from modules.stock.acts import ACTS
from modules.stock.api import api
from modules.stock.demo import demo, demo_mass
from modules.stock.limits import LIMITS
from modules.stock.models import GoodsReceipt, StockCount, Transfer
from modules.stock.queries.finding import find_documents, names_of
from modules.stock.queries.levels import levels_by_store
from modules.stock.queries.proofs import prove_stock
from modules.stock.views import blueprint
from modules.stock.views.day import waiting_for_me
from modules.stock.views.paper_lists import COUNTS, RECEIPTS, TRANSFERS
from modules.stock.views.slots import places_of_variant
from modules.stock.views.stock_list import STOCK

EXPIRE = "stock.expire_reservations"

stock = Module(
    name="stock",
    title=lazy("Stock"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Stock"),
            endpoint="stock.index",
            icon="stack-2",
            permission="stock.view",
            area="goods",
            order=20,
        ),
        MenuItem(
            title=lazy("Goods in"),
            endpoint="stock.receipts",
            icon="package-import",
            permission="stock.view",
            area="goods",
            order=30,
        ),
        MenuItem(
            title=lazy("Transfers"),
            endpoint="stock.transfers",
            icon="arrows-exchange",
            permission="stock.view",
            area="goods",
            order=40,
        ),
        MenuItem(
            title=lazy("Counts"),
            endpoint="stock.counts",
            icon="list-check",
            permission="stock.view",
            area="goods",
            order=50,
        ),
    ),
    lists=(STOCK, RECEIPTS, TRANSFERS, COUNTS),
    permissions=(
        Permission(
            code="stock.view",
            title=lazy("See stock"),
            roles=(
                "clerk",
                "shift_lead",
                "store_manager",
                "marketing_manager",
                "accountant",
                "integrator",
            ),
        ),
        Permission(
            code="stock.receive",
            title=lazy("Receive, send and count goods"),
            roles=("clerk", "shift_lead", "store_manager"),
        ),
        Permission(
            code="stock.export",
            title=lazy("Take lists of stock out as a file"),
            roles=("shift_lead", "store_manager", "accountant"),
        ),
        Permission(
            code="stock.adjust",
            title=lazy("Correct stock and post counts"),
            roles=("shift_lead", "store_manager"),
        ),
    ),
    limits=LIMITS,
    acts=ACTS,
    scopes={
        "stock:read": lazy("Stock levels"),
        "stock:write": lazy("Receipts, transfers and counts"),
    },
    subscribers={
        QuantitiesImported: [subscribers.on_quantities_imported],
        ImportUndone: [subscribers.on_import_undone],
    },
    tasks={EXPIRE: tasks.expire},
    task_titles={
        EXPIRE: lazy("Free what was kept too long"),
    },
    schedule=(Scheduled(kind=EXPIRE, every_seconds=60),),
    search=find_documents,
    names={
        "receipt": names_of(GoodsReceipt),
        "transfer": names_of(Transfer),
        "count": names_of(StockCount),
    },
    shortcuts=(
        Shortcut(
            title=lazy("Receive goods"),
            endpoint="stock.receipts",
            icon="package-import",
            permission="stock.receive",
        ),
        Shortcut(
            title=lazy("Send goods to another store"),
            endpoint="stock.transfers",
            icon="arrows-exchange",
            permission="stock.receive",
        ),
    ),
    waiting=waiting_for_me,
    slots={
        "catalog.levels": [levels_by_store],
        "catalog.variant": [places_of_variant],
    },
    proofs={"stock": prove_stock},
    actors=(Storekeeper,),
    demo=demo,
    demo_mass=demo_mass,
)
