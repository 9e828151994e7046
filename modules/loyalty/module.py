"""What loyalty hands to the house."""

from app.i18n import lazy
from app.module import Module, Permission

VIEW, MANAGE, ENROL = "loyalty.view", "loyalty.manage", "loyalty.enrol"

loyalty = Module(
    name="loyalty",
    title=lazy("Loyalty"),
    permissions=(
        Permission(
            code=VIEW,
            title=lazy("See loyalty programmes and members"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code=ENROL,
            title=lazy("Enrol members and issue their cards"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager"),
        ),
        Permission(
            code=MANAGE,
            title=lazy("Set up loyalty programmes"),
            roles=("marketing_manager",),
        ),
    ),
)
