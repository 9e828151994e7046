"""What promotions hand to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Scheduled, Shortcut
from modules.catalog import PricesChanged
from modules.loyalty import RewardClaimed
from modules.pricing import ListPricesChanged
from modules.promotions.code_api import READ, WRITE
from modules.promotions.code_api import api as api
from modules.promotions.code_list import CODES
from modules.promotions.coupons.making import TASK, make_codes
from modules.promotions.coupons.proving import prove_promotions
from modules.promotions.coupons.rewarding import on_reward_claimed
from modules.promotions.demo import demo
from modules.promotions.group_views import HISTORY as HISTORY_OF_GROUPS
from modules.promotions.group_views import blueprint, group_actions, names_of_groups
from modules.promotions.groups import KIND as KIND_OF_GROUPS
from modules.promotions.operations import KIND, install
from modules.promotions.promotion_list import EXPORT, MANAGE, PROMOTIONS, VIEW
from modules.promotions.shelf_history import JOB, on_prices_changed, renew_shelf
from modules.promotions.views import find, names
from modules.promotions.words import HISTORY

promotions = Module(
    name="promotions",
    title=lazy("Promotions"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Promotions"),
            endpoint="promotions.index",
            icon="discount",
            permission=VIEW,
            area="sell",
            order=40,
        ),
    ),
    permissions=(
        Permission(
            code=VIEW,
            title=lazy("See promotions"),
            roles=("store_manager", "marketing_manager"),
        ),
        Permission(
            code=MANAGE,
            title=lazy("Make, publish and end promotions"),
            roles=("marketing_manager",),
        ),
        Permission(
            code=EXPORT,
            title=lazy("Take the list of promotions out as a file"),
            roles=("marketing_manager",),
        ),
    ),
    scopes={
        READ: lazy("Read promotions"),
        WRITE: lazy("Make, publish and end promotions"),
    },
    lists=(PROMOTIONS, CODES),
    search=find,
    names={KIND: names, KIND_OF_GROUPS: names_of_groups},
    histories=(HISTORY, HISTORY_OF_GROUPS),
    slots={"promotion.actions": [group_actions]},
    shortcuts=(
        Shortcut(
            title=lazy("Make a promotion"),
            endpoint="promotions.new",
            icon="plus",
            permission=MANAGE,
        ),
    ),
    subscribers={
        PricesChanged: [on_prices_changed],
        ListPricesChanged: [on_prices_changed],
        RewardClaimed: [on_reward_claimed],
    },
    tasks={TASK: make_codes, JOB: renew_shelf},
    task_titles={
        TASK: lazy("Make codes of a promotion"),
        JOB: lazy("Write down the prices on the shelf"),
    },
    schedule=(Scheduled(kind=JOB, at="03:10", catch_up=True),),
    proofs={"promotions": prove_promotions},
    install=install,
    demo=demo,
)
