"""What the catalogue hands to the house."""

from app.fields import COST
from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Shortcut
from modules.catalog import cli
from modules.catalog.actors import Merchandiser
from modules.catalog.api import api
from modules.catalog.demo import demo, obstacle
from modules.catalog.demo.mass import demo_mass
from modules.catalog.labels import HISTORY
from modules.catalog.queries import product_names, search_everything
from modules.catalog.tasks import TASKS, TITLES
from modules.catalog.views import blueprint
from modules.catalog.views.product_list import PRODUCTS

catalog = Module(
    name="catalog",
    title=lazy("Catalogue"),
    blueprint=blueprint,
    api=api,
    menu=[
        MenuItem(
            title=lazy("Products"),
            endpoint="catalog.index",
            icon="shirt",
            permission="catalog.view",
            area="goods",
            order=10,
        )
    ],
    search=search_everything,
    names={"product": product_names},
    histories=(HISTORY,),
    shortcuts=(
        Shortcut(
            title=lazy("Add a product"),
            endpoint="catalog.new_product",
            icon="plus",
            permission="catalog.edit",
        ),
        Shortcut(
            title=lazy("Import products"),
            endpoint="catalog.new_import",
            icon="file-import",
            permission="catalog.import",
        ),
    ),
    permissions=[
        Permission(
            code="catalog.view",
            title=lazy("See products"),
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
            code=COST,
            title=lazy("See what goods cost, and the margin"),
            roles=("store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code="catalog.edit",
            title=lazy("Change products and prices"),
            roles=("store_manager", "marketing_manager"),
        ),
        Permission(
            code="catalog.import",
            title=lazy("Import products, and undo it"),
            roles=("store_manager",),
        ),
        Permission(
            code="catalog.export",
            title=lazy("Take the list of products out as a file"),
            roles=("store_manager", "marketing_manager", "accountant", "integrator"),
        ),
    ],
    lists=(PRODUCTS,),
    scopes={
        "catalog:read": lazy("Read products"),
        "catalog:write": lazy("Make and change products"),
    },
    tasks=TASKS,
    task_titles=TITLES,
    commands=[cli.catalog],
    actors=(Merchandiser,),
    demo=demo,
    demo_mass=demo_mass,
    demo_obstacle=obstacle,
)
