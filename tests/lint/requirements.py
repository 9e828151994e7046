"""The locks: pinned with hashes, no address or option in them, true to what was asked for."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements", "requirements-dev", "tests/dast/requirements")
_HASH = re.compile(r"\s+--hash=sha256:[0-9a-f]{64}( \\)?")
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.\-]*)==(?P<version>[\w.+!]+)(?P<marker> ; [^\\]+)? \\")
_ADDRESS = re.compile(r"https?:|file:|git\+|\s@\s|://")


def faults_of_lock(text: str) -> list[str]:
    """Return what is wrong with the text of one lock, each fault with its line."""
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if _ADDRESS.search(line):
            faults.append(f"{number}: an address does not belong in a lock: {line.strip()}")
        elif line.startswith("-"):
            faults.append(f"{number}: an option does not belong in a lock: {line.strip()}")
        elif not (_HASH.fullmatch(line) or _PIN.fullmatch(line) or line.startswith("#")):
            faults.append(f"{number}: neither name==version nor a hash: {line.strip()!r}")
    return faults


def pins_of_lock(text: str) -> dict[str, str]:
    """Return the version to which each package is pinned."""
    found = (_PIN.fullmatch(line) for line in text.splitlines())
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


def faults_against_request(asked: str, pins: dict[str, str]) -> list[str]:
    """Return what is asked for and not in the lock, or pinned to a version that was not meant."""
    faults = []
    for line in asked.splitlines():
        if not line or line.startswith(("#", "-c ")):
            continue
        wish = Requirement(line)
        pinned = pins.get(canonicalize_name(wish.name))
        if pinned is None:
            faults.append(f"{wish.name} is asked for and not pinned: run `make lock`")
        elif pinned not in wish.specifier:
            faults.append(f"{wish} is asked for and {pinned} pinned: run `make lock`")
    return faults


def faults() -> Iterator[str]:
    """Yield every fault of both locks."""
    pins = {}
    for lock in LOCKS:
        text = (ROOT / f"{lock}.txt").read_text()
        pins[lock] = pins_of_lock(text)
        yield from (f"{lock}.txt:{fault}" for fault in faults_of_lock(text))
        asked = (ROOT / f"{lock}.in").read_text()
        yield from (f"{lock}.in: {fault}" for fault in faults_against_request(asked, pins[lock]))
    # The third stands alone: what it has is never installed beside ours.
    run, dev = pins["requirements"], pins["requirements-dev"]
    for name in run.keys() & dev.keys():
        if run[name] != dev[name]:
            yield f"{name} is {run[name]} in one lock and {dev[name]} in the other: run `make lock`"


if __name__ == "__main__":
    found = list(faults())
    for fault in found:
        print(fault)
    sys.exit(bool(found))
