"""What invoicing hands to the house."""

from app.i18n import lazy
from app.module import Module, Permission
from modules.invoicing.tasks import render

invoicing = Module(
    name="invoicing",
    title=lazy("Documents"),
    permissions=(
        Permission(
            code="invoices.view",
            title=lazy("See invoices and other documents"),
            roles=("clerk", "shift_lead", "store_manager", "accountant"),
        ),
    ),
    tasks={"invoicing.render": render},
)
