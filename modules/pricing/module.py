"""What pricing hands to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Scheduled, Shortcut
from modules.catalog import PricesChanged
from modules.pricing.api import READ, WRITE, api
from modules.pricing.demo import demo
from modules.pricing.operations import KIND, install
from modules.pricing.price_list_list import EXPORT, MANAGE, PRICE_LISTS, VIEW
from modules.pricing.proving import prove_periods
from modules.pricing.subscribers import on_prices_changed
from modules.pricing.tasks import keep_periods, renew
from modules.pricing.views import blueprint, find, lowest_of, names, prices_of_product
from modules.pricing.words import HISTORIES

pricing = Module(
    name="pricing",
    title=lazy("Prices"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Price lists"),
            endpoint="pricing.index",
            icon="list-details",
            permission=VIEW,
            area="goods",
            order=20,
        ),
    ),
    permissions=(
        Permission(
            code=VIEW,
            title=lazy("See price lists and the history of prices"),
            roles=("store_manager", "marketing_manager", "accountant"),
        ),
        Permission(
            code=MANAGE,
            title=lazy("Change price lists and minimum prices"),
            roles=("marketing_manager",),
        ),
        Permission(
            code=EXPORT,
            title=lazy("Take price lists out as a file"),
            roles=("marketing_manager",),
        ),
    ),
    scopes={
        READ: lazy("Read price lists"),
        WRITE: lazy("Make and change price lists"),
    },
    lists=(PRICE_LISTS,),
    search=find,
    names={KIND: names},
    histories=HISTORIES,
    shortcuts=(
        Shortcut(
            title=lazy("Make a price list"),
            endpoint="pricing.new",
            icon="plus",
            permission=MANAGE,
        ),
    ),
    slots={"catalog.lowest": [lowest_of], "catalog.product": [prices_of_product]},
    subscribers={PricesChanged: [on_prices_changed]},
    tasks={"pricing.renew": renew, "pricing.keep_periods": keep_periods},
    task_titles={
        "pricing.renew": lazy("Write prices into their history"),
        "pricing.keep_periods": lazy("Let timed prices take effect"),
    },
    schedule=(Scheduled(kind="pricing.keep_periods", every_seconds=60, catch_up=True),),
    proofs={"price periods": prove_periods},
    install=install,
    demo=demo,
)
