"""Where the catalogue keeps files: in the folder of data, beside the database."""

from pathlib import Path

from flask import current_app


def imports_folder() -> Path:
    """Return where the files that people gave us are kept."""
    return Path(current_app.config["DATA_DIR"]) / "imports"


def photos_folder() -> Path:
    """Return where the pictures are kept."""
    return Path(current_app.config["DATA_DIR"]) / "photos"
