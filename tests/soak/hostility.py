"""What means no good: requests made up by the thousand, and every hostile text in every field."""

import os
import subprocess
import sys
import time

from tests.soak.result import Result, size


def soak_made_up_requests(kind: str, *, seed: int) -> list[Result]:
    """Return whether the API kept its word for requests that a program made up."""
    cases = size("CASES", 20_000)
    settings = {"DAST_CASES": str(cases), "DAST_DATABASE": kind, "DAST_SEED": str(seed)}
    said, good, seconds = _run(["-m", "tests.dast"], settings)
    goal = "no 5xx, every answer as the document says, ledgers agree"
    return [Result(f"{cases:,} made-up requests to the API", goal, said, good, seconds)]


def soak_injection(kind: str) -> list[Result]:
    """Return whether a program that knows every trick found a door into the database."""
    said, good, seconds = _run(["-m", "tests.dast.injection"], {"DAST_DATABASE": kind})
    what = "sqlmap, level 3 and risk 2, over every parameter, body and search"
    return [Result(what, "nothing injectable", said, good, seconds)]


def soak_hostile_texts(kind: str) -> list[Result]:
    """Return whether any of the hostile texts broke a page, or came out as more than a text."""
    command = ["-m", "pytest", "-q", "tests/hostile", "--database", kind]
    said, good, seconds = _run(command, {"VERSO_HOSTILE": "all"})
    goal = "no 5xx, nothing comes out as markup"
    return [Result("every hostile text in every field", goal, said, good, seconds)]


def _run(command: list[str], settings: dict[str, str]) -> tuple[str, bool, float]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command], env={**os.environ, **settings}, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout[-20_000:], done.stderr[-5_000:], sep="\n", flush=True)
    last = (done.stdout.strip().splitlines() or ["nothing was said"])[-1]
    return last[:200], not done.returncode, time.monotonic() - began
