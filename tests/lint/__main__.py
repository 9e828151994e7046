"""
Every check that needs no running house: `python -m tests.lint`, or `make static`.

They run side by side, as many as there are processors. What one found is shown when it is done;
one that fails makes the whole fail, after all of them had their say.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

BIN = Path(sys.executable).parent
OURS = (sys.executable, "-m")
# The longest first: the short ones fill the other processors meanwhile.
CHECKS: dict[str, tuple[str, ...]] = {
    "mypy": (str(BIN / "mypy"),),
    "bandit": (*OURS, "tests.lint.bandit"),
    "translations": (*OURS, "tests.lint.translations", "check"),
    "templates": (*OURS, "tests.lint.templates"),
    "imports": (str(BIN / "lint-imports"), "--no-logo"),
    "requirements": (*OURS, "tests.lint.requirements"),
    "ruff check": (str(BIN / "ruff"), "check", "."),
    "ruff format": (str(BIN / "ruff"), "format", "--check", "."),
}


def main() -> int:
    """Run all of them; return 0 when none found anything."""
    failed = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as lanes:
        running = {lanes.submit(_run, command): name for name, command in CHECKS.items()}
        for done in as_completed(running):
            name, (good, said, seconds) = running[done], done.result()
            last = said.splitlines()[-1] if good and said else ""
            print(f"{'ok' if good else 'FAILED'}: {name} ({seconds:.1f} s) {last}", flush=True)
            if not good:
                failed.append(name)
                print(said, flush=True)
    if failed:
        print(f"FAILED: {', '.join(failed)}")
    return bool(failed)


def _run(command: tuple[str, ...]) -> tuple[bool, str, float]:
    began = time.monotonic()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    return not done.returncode, done.stdout.strip(), time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
