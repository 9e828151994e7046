"""
Bandit over the product; what it found clean it does not read again until the file changes.

It looks at each file by itself, so a file that was clean stays clean as long as its text, the
settings and bandit are the same. It takes a quarter of a minute for all of them.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv-dast"
KNOWN = VENV / ".bandit.json"
SETTINGS = ROOT / "pyproject.toml"
COMMAND = (
    str(VENV / "bin" / "bandit"),
    *("--quiet", "--severity-level", "medium", "--configfile", str(SETTINGS)),
)
PLACES = ("app", "modules", "integrations", "migrations", "wsgi.py")


def main() -> int:
    """Return what bandit says of all that is new to it."""
    marks = {str(file.relative_to(ROOT)): _mark(file) for file in _files()}
    new = [name for name, mark in marks.items() if mark not in _known()]
    if new and subprocess.run([*COMMAND, *new], cwd=ROOT).returncode:
        return 1
    KNOWN.write_text(json.dumps(sorted(set(marks.values())), indent=0), encoding="utf-8")
    return 0


def _files() -> list[Path]:
    places = [ROOT / one for one in PLACES]
    return sorted(
        file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))
    )


def _mark(file: Path) -> str:
    """Return what changes when the file does, or what bandit is told, or bandit itself."""
    parts = (file, SETTINGS, ROOT / "tests" / "dast" / "requirements.txt", Path(__file__))
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _known() -> set[str]:
    try:
        return set(json.loads(KNOWN.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return set()


if __name__ == "__main__":
    sys.exit(main())
