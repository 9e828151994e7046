"""The figures as they are committed: `docs/figures_bench.md`, one part for each measurement."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "figures_bench.md"
_HEAD = "# Costs of an operation\n"


def keep(title: str, facts: Sequence[str], table: str, *, file: Path = FILE) -> None:
    """Put a measurement in the place of the last one of its title, or at the end."""
    before = file.read_text("utf-8") if file.is_file() else _HEAD
    said = "\n".join(f"- {one}" for one in (*facts, f"commit {_commit()}"))
    part = f"## {title}\n\n{said}\n\n{table}\n"
    place = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if place.search(before):
        after = place.sub(lambda _found: part + "\n", before)
    else:
        after = f"{before.rstrip()}\n\n{part}"
    file.write_text(after.rstrip() + "\n", "utf-8")


def _commit() -> str:
    asked = ("git", "rev-parse", "--short", "HEAD")
    found = subprocess.run(asked, cwd=FILE.parent, capture_output=True, text=True)
    return found.stdout.strip() or "unknown"
