"""The whole suite, one run after the other: SQLite, PostgreSQL, browser, made-up requests."""

import os
import subprocess
import sys
from contextlib import ExitStack

from tests.browser import find_chromium
from tests.machine import Missing, skipped
from tests.postgres import running_server

PYTEST = [sys.executable, "-m", "pytest"]
NO_BROWSER = ["-n", "2", "--dist", "worksteal", "-m", "not browser"]
RUNS = {
    "SQLite": [*PYTEST, *NO_BROWSER, "--database", "sqlite"],
    "PostgreSQL": [*PYTEST, *NO_BROWSER, "--database", "postgres"],
    "browser": [*PYTEST, "-m", "browser", "--database", "sqlite"],
    "made-up requests": [sys.executable, "-m", "tests.dast"],
}
# What passed here passes elsewhere: the same requests each time. `make soak` makes up new ones.
SEED = "20261122"


def main() -> int:
    """Run all that `VERSO_TEST_SKIP` does not leave out; return 0 when all of it passed."""
    try:
        left_out = skipped()
        look_around(left_out)
    except Missing as missing:
        print(f"make test: {missing}", file=sys.stderr)
        return 1
    failed = []
    for name, command in RUNS.items():
        if name.lower().startswith(tuple(left_out)):
            continue
        print(f"== {name}", flush=True)
        if subprocess.run(command, env={"DAST_SEED": SEED, **os.environ}).returncode:
            failed.append(name)
    if left_out:
        print(f"LEFT OUT by VERSO_TEST_SKIP: {', '.join(sorted(left_out))}")
    if failed:
        print(f"FAILED: {', '.join(failed)}")
    return bool(failed)


def look_around(left_out: set[str]) -> None:
    """
    Find all that the runs need before the first one begins.

    :raises Missing: something is not here and cannot be had
    """
    with ExitStack() as held:
        if "postgres" not in left_out:
            held.enter_context(running_server())
        if "browser" not in left_out:
            find_chromium()


if __name__ == "__main__":
    sys.exit(main())
