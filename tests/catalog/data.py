"""Where the real files lie that some tests read in place; they are not part of the project."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[2].parent / "shared" / "data"


def data_file(name: str) -> Path:
    """Return a real file, or skip the test with the reason."""
    folder = Path(os.environ.get("VERSO_TEST_DATA") or _BESIDE)
    file = folder / name
    if not file.is_file():
        pytest.skip(f"no {name} in {folder} (set VERSO_TEST_DATA)")
    return file
