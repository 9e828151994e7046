"""What stock hands to the house."""

from app.i18n import lazy
from app.module import Module, Permission, Scheduled
from modules.catalog import ImportUndone, QuantitiesImported
from modules.stock import subscribers, tasks
from modules.stock.api import api
from modules.stock.queries.proofs import prove_stock

EXPIRE = "stock.expire_reservations"

stock = Module(
    name="stock",
    title=lazy("Stock"),
    api=api,
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
            code="stock.adjust",
            title=lazy("Correct stock and post counts"),
            roles=("shift_lead", "store_manager"),
        ),
    ),
    scopes={"stock:read": "Stock levels", "stock:write": "Receipts, transfers and counts"},
    subscribers={
        QuantitiesImported: [subscribers.on_quantities_imported],
        ImportUndone: [subscribers.on_import_undone],
    },
    tasks={EXPIRE: tasks.expire},
    schedule=(Scheduled(kind=EXPIRE, every_seconds=60),),
    proofs={"stock": prove_stock},
)
