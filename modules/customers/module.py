"""What customers hand to the house."""

from app.i18n import lazy
from app.module import Module, Permission
from modules.customers.api import api
from modules.customers.demo import demo, obstacle

customers = Module(
    name="customers",
    title=lazy("Customers"),
    api=api,
    permissions=(
        Permission(
            code="customers.view",
            title=lazy("See customers and how to reach them"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code="customers.edit",
            title=lazy("Add and change customers"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager"),
        ),
    ),
    scopes={
        "customers:read": "Customers, their contacts and consents",
        "customers:write": "Add and change customers",
    },
    demo=demo,
    demo_obstacle=obstacle,
)
