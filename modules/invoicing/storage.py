"""The files of documents: each is named by the hash of what it holds, written once."""

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "documents"


def path_of(pdf_hash: str) -> Path:
    """Return where the file of a hash lies: `documents/ab/abcd….pdf`."""
    return folder() / pdf_hash[:2] / f"{pdf_hash}.pdf"


def keep(pdf: bytes) -> str:
    """Write a file, unless the same one is there already, and return its SHA-256."""
    pdf_hash = hashlib.sha256(pdf).hexdigest()
    target = path_of(pdf_hash)
    if target.is_file():
        return pdf_hash
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and then moved: whoever looks sees all of it or nothing.
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return pdf_hash
