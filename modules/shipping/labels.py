"""Label files: named by their content, written once, in the data folder."""

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app


def store(pdf: bytes) -> str:
    """Keep a label and return its name; the same bytes are kept once."""
    name = hashlib.sha256(pdf).hexdigest()
    target = _path(name)
    if target.exists():
        return name
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    # Readers see the whole file or none.
    Path(draft).replace(target)
    return name


def read(name: str) -> bytes:
    return _path(name).read_bytes()


def _path(name: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "labels" / f"{name}.pdf"
