"""The jobs of the catalogue."""

from app.i18n import lazy
from app.outbox import Running
from modules.catalog.folders import imports_folder
from modules.catalog.importing.job import import_file
from modules.catalog.importing.operations import IMPORT, UNDO, finish_undo


def run_import(running: Running) -> None:
    import_file(running, folder=imports_folder())


TASKS = {IMPORT: run_import, UNDO: finish_undo}
TITLES = {IMPORT: lazy("Import of products"), UNDO: lazy("Undo of an import")}
