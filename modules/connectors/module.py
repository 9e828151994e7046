"""What the connectors' machinery hands to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission, Scheduled
from modules.connectors.cli import group
from modules.connectors.day import figures_of_partners, partners, waiting_for_me
from modules.connectors.queries import count_unwell
from modules.connectors.tasks import clean_log
from modules.connectors.views import HISTORY, blueprint, names

connectors = Module(
    name="connectors",
    title=lazy("Connectors"),
    blueprint=blueprint,
    menu=(
        MenuItem(
            title=lazy("Connectors"),
            endpoint="connectors.index",
            icon="plug-connected",
            permission="connectors.view",
            area="house",
            order=40,
            count=count_unwell,
        ),
    ),
    permissions=(
        Permission(code="connectors.view", title=lazy("See the connectors"), roles=("integrator",)),
        Permission(
            code="connectors.edit",
            title=lazy("Set up, pause and run the connectors"),
            roles=("integrator",),
        ),
    ),
    names={"connector_account": names},
    histories=(HISTORY,),
    slots={"today.house": (partners,)},
    waiting=waiting_for_me,
    figures=figures_of_partners,
    tasks={"connectors.clean_log": clean_log},
    task_titles={
        "connectors.clean_log": lazy("Clear old exchanges away"),
    },
    schedule=(Scheduled(kind="connectors.clean_log", at="03:40"),),
    commands=(group,),
)
