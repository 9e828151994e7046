"""What loyalty hands to the house."""

from app.i18n import lazy
from app.limits import Limit
from app.module import Module, Permission, Scheduled
from modules.loyalty.api import READ, WRITE, api
from modules.loyalty.demo import demo
from modules.loyalty.operations.points import ADJUST
from modules.loyalty.proving import prove_points
from modules.loyalty.tasks import turn_the_day

VIEW, MANAGE, ENROL = "loyalty.view", "loyalty.manage", "loyalty.enrol"
CORRECT = "loyalty.correct"

loyalty = Module(
    name="loyalty",
    title=lazy("Loyalty"),
    api=api,
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
        Permission(
            code=CORRECT,
            title=lazy("Give and take loyalty points by hand"),
            roles=("shift_lead", "store_manager", "marketing_manager"),
        ),
    ),
    scopes={
        READ: lazy("Loyalty programmes, members and their points"),
        WRITE: lazy("Set up programmes, enrol members, give points and rewards"),
    },
    limits=(
        Limit(
            code=ADJUST,
            title=lazy("Loyalty points given or taken by hand at once"),
            permission=CORRECT,
            unit="points",
            roles={"shift_lead": 500, "store_manager": 5_000},
        ),
    ),
    tasks={"loyalty.turn_the_day": turn_the_day},
    task_titles={"loyalty.turn_the_day": lazy("Let points begin and expire, review tiers")},
    schedule=(Scheduled(kind="loyalty.turn_the_day", at="00:30", catch_up=True),),
    proofs={"points": prove_points},
    demo=demo,
)
