"""What the connectors' machinery hands to the house."""

from app.i18n import lazy
from app.module import Module, Permission, Scheduled
from modules.connectors.cli import group
from modules.connectors.tasks import clean_log

connectors = Module(
    name="connectors",
    title=lazy("Connectors"),
    permissions=(
        Permission(code="connectors.view", title=lazy("See the connectors"), roles=("integrator",)),
        Permission(
            code="connectors.edit",
            title=lazy("Set up, pause and run the connectors"),
            roles=("integrator",),
        ),
    ),
    tasks={"connectors.clean_log": clean_log},
    schedule=(Scheduled(kind="connectors.clean_log", at="03:40"),),
    commands=(group,),
)
