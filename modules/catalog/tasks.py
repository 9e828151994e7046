"""The jobs of the catalogue."""

from pathlib import Path

from flask import current_app

from app.outbox import Running
from modules.catalog.importing.job import import_file
from modules.catalog.importing.operations import IMPORT, UNDO, finish_undo


def imports_folder() -> Path:
    """Return where the files that people gave us are kept."""
    return Path(current_app.config["DATA_DIR"]) / "imports"


def run_import(running: Running) -> None:
    import_file(running, folder=imports_folder())


TASKS = {IMPORT: run_import, UNDO: finish_undo}
