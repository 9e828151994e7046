"""What the tools of lists hand to the house."""

from app import bulk_acts, list_exports
from app.i18n import lazy
from app.list_views import blueprint
from app.module import Module

lists = Module(
    name="lists",
    title=lazy("Lists"),
    blueprint=blueprint,
    tasks={
        list_exports.KIND: list_exports.export,
        bulk_acts.KIND: bulk_acts.run_act,
        bulk_acts.KIND_UNDO: bulk_acts.run_undo,
    },
    task_titles={list_exports.KIND: list_exports.TITLE, **bulk_acts.TITLES},
)
