"""The backups hand their page, their job and their commands to the house."""

from app.backups import cli, nightly
from app.backups.day import waiting_for_me
from app.backups.views import blueprint
from app.i18n import lazy
from app.module import MenuItem, Module, Permission

backups = Module(
    name="backups",
    title=lazy("Backups"),
    blueprint=blueprint,
    menu=(
        MenuItem(
            title=lazy("Backups"),
            endpoint="backups.index",
            icon="database",
            permission="backups.run",
            area="house",
            order=90,
        ),
    ),
    permissions=(
        Permission(code="backups.run", title=lazy("Back up, and release what a restore held")),
    ),
    tasks={nightly.KIND: nightly.make},
    task_titles={nightly.KIND: nightly.TITLE},
    schedule=(nightly.SCHEDULE,),
    waiting=waiting_for_me,
    commands=(cli.make_backup, cli.bring_back),
)
