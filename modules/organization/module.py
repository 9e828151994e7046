"""What the organization hands to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission
from modules.organization import queries
from modules.organization.api import api
from modules.organization.changes import HISTORIES
from modules.organization.cli import staff
from modules.organization.demo import demo, demo_mass
from modules.organization.finding import find
from modules.organization.installation import install
from modules.organization.naming import NAMES
from modules.organization.operations.staff import let_first_in
from modules.organization.views import blueprint
from modules.organization.views.blueprint import VIEW
from modules.organization.views.staff_list import EXPORT, STAFF

organization = Module(
    name="organization",
    title=lazy("Settings"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Settings"),
            endpoint="organization.index",
            icon="settings",
            permission=VIEW,
            area="house",
            order=90,
        ),
    ),
    commands=(staff,),
    permissions=(
        Permission(
            code="organization.view",
            title=lazy("See the company's settings"),
            roles=("clerk", "shift_lead", "store_manager", "accountant", "integrator"),
        ),
        Permission(code="organization.edit", title=lazy("Change the company's settings")),
        Permission(code="staff.edit", title=lazy("Let people in and give them roles")),
        Permission(code=EXPORT, title=lazy("Take the list of staff out as a file")),
        Permission(
            code="tokens.edit",
            title=lazy("Make and revoke keys for programs"),
            roles=("integrator",),
        ),
    ),
    scopes={"organization:read": lazy("Stores, locations, channels and methods")},
    lists=(STAFF,),
    search=find,
    names=NAMES,
    histories=HISTORIES,
    slots={"account.guessable": (queries.names_of_house,), "account.first": (let_first_in,)},
    install=install,
    demo=demo,
    demo_mass=demo_mass,
)
