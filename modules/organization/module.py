"""What the organization hands to the house."""

from app.i18n import lazy
from app.module import Module, Permission
from modules.organization.installation import install

organization = Module(
    name="organization",
    title=lazy("Settings"),
    permissions=(
        Permission(
            code="organization.view",
            title=lazy("See the company's settings"),
            roles=("clerk", "shift_lead", "store_manager", "accountant", "integrator"),
        ),
        Permission(code="organization.edit", title=lazy("Change the company's settings")),
        Permission(code="staff.edit", title=lazy("Let people in and give them roles")),
        Permission(
            code="tokens.edit",
            title=lazy("Make and revoke keys for programs"),
            roles=("integrator",),
        ),
    ),
    scopes={"organization:read": "Stores, locations, channels and methods"},
    install=install,
)
