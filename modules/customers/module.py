"""What customers hand to the house."""

from app.fields import PERSONAL
from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Shortcut
from modules.customers.api import READ, WRITE
from modules.customers.customer_list import CUSTOMERS, EXPORT, VIEW
from modules.customers.demo import demo, obstacle
from modules.customers.demo.mass import demo_mass
from modules.customers.forms import GROUPS
from modules.customers.groups import group_names
from modules.customers.groups_api import api
from modules.customers.labels import GROUP_HISTORY, HISTORY
from modules.customers.views import EDIT, blueprint, find, names

customers = Module(
    name="customers",
    title=lazy("Customers"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Customers"),
            endpoint="customers.index",
            icon="users",
            permission=VIEW,
            area="people",
            order=10,
        ),
    ),
    permissions=(
        Permission(
            code=VIEW,
            title=lazy("See customers and how to reach them"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code=PERSONAL,
            title=lazy("See telephones, e-mails and addresses of customers"),
            roles=("clerk", "shift_lead", "store_manager"),
        ),
        Permission(
            code=EDIT,
            title=lazy("Add and change customers"),
            roles=("clerk", "shift_lead", "store_manager", "marketing_manager"),
        ),
        Permission(
            code=GROUPS,
            title=lazy("Make groups of customers, and say who is in them"),
            roles=("store_manager", "marketing_manager"),
        ),
        Permission(
            code=EXPORT,
            title=lazy("Take the list of customers out as a file"),
            roles=("store_manager", "marketing_manager"),
        ),
    ),
    lists=(CUSTOMERS,),
    scopes={
        READ: lazy("Customers, their contacts and consents"),
        WRITE: lazy("Add and change customers"),
    },
    search=find,
    names={"customer": names, "customer_group": group_names},
    histories=(HISTORY, GROUP_HISTORY),
    shortcuts=(
        Shortcut(
            title=lazy("Add a customer"),
            endpoint="customers.new",
            icon="user-plus",
            permission=EDIT,
        ),
    ),
    demo=demo,
    demo_mass=demo_mass,
    demo_obstacle=obstacle,
)
