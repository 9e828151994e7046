"""What the tests may take from the machine they run on, and how they fetch what is missing."""

import os
import shutil
import subprocess
import sys
from functools import cache


class Missing(Exception):
    """Something the tests need cannot be had here. Its text is the one line that a person gets."""


def skipped() -> set[str]:
    """Return what `VERSO_TEST_SKIP` leaves out (`postgres`, `browser`)."""
    asked = {one.strip() for one in os.environ.get("VERSO_TEST_SKIP", "").split(",")} - {""}
    if unknown := asked - {"postgres", "browser"}:
        raise Missing(f"VERSO_TEST_SKIP knows postgres and browser, not {', '.join(unknown)}.")
    return asked


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@cache
def fetch(package: str, *, for_what: str) -> None:
    """
    Install one of Debian's packages, after saying so. Only root can.

    :raises Missing: there is no root and no apt-get, or the package cannot be had
    """
    if not (is_root() and shutil.which("apt-get")):
        raise Missing(
            f"{for_what} is not here: install it (Debian: apt-get install {package}), "
            "or set VERSO_TEST_SKIP to leave it out."
        )
    print(f"tests: {for_what} is missing: apt-get install {package}", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"]
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", *options, package])
    for command in commands:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        if done.returncode and command is commands[-1]:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Missing(f"{for_what} cannot be had: apt-get install {package}: {last}")


def allowed(seconds: float) -> float:
    """Return how long something may take here and now that takes so long on an idle machine."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return 2 * seconds if crowd < 1 else 4 * seconds * crowd
