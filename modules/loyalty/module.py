"""What loyalty hands to the house."""

from app.i18n import lazy
from app.limits import Limit
from app.module import MenuItem, Module, Permission, Scheduled, Shortcut
from modules.loyalty.acts import ACTS
from modules.loyalty.api import READ, WRITE, api
from modules.loyalty.demo import demo
from modules.loyalty.member_list import MEMBERS
from modules.loyalty.operations.points import ADJUST
from modules.loyalty.proving import prove_points
from modules.loyalty.rights import CORRECT, ENROL, EXPORT, MANAGE, VIEW
from modules.loyalty.tasks import turn_the_day
from modules.loyalty.views import (
    blueprint,
    customer_points,
    find,
    member_names,
    owed_today,
    program_names,
)
from modules.loyalty.words import MEMBER_HISTORY, PROGRAM_HISTORY

loyalty = Module(
    name="loyalty",
    title=lazy("Loyalty"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Loyalty"),
            endpoint="loyalty.index",
            icon="award",
            permission=VIEW,
            area="people",
            order=40,
        ),
    ),
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
        Permission(
            code=EXPORT,
            title=lazy("Take lists of members, and what is owed in points, out as a file"),
            roles=("marketing_manager", "accountant"),
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
    acts=ACTS,
    lists=(MEMBERS,),
    search=find,
    names={PROGRAM_HISTORY.kind: program_names, MEMBER_HISTORY.kind: member_names},
    slots={"customer.side": [customer_points], "today.cards": [owed_today]},
    histories=(PROGRAM_HISTORY, MEMBER_HISTORY),
    shortcuts=(
        Shortcut(
            title=lazy("Enrol a customer into a loyalty programme"),
            endpoint="loyalty.enrolling",
            icon="user-plus",
            permission=ENROL,
        ),
        Shortcut(
            title=lazy("Set up a loyalty programme"),
            endpoint="loyalty.new",
            icon="award",
            permission=MANAGE,
        ),
    ),
    tasks={"loyalty.turn_the_day": turn_the_day},
    task_titles={"loyalty.turn_the_day": lazy("Let points begin and expire, review tiers")},
    schedule=(Scheduled(kind="loyalty.turn_the_day", at="00:30", catch_up=True),),
    proofs={"points": prove_points},
    demo=demo,
)
