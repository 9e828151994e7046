"""
Try the API of a running shop with made-up requests: `python -m tests.dast`.

DAST_CASES (1000) says how many requests at least, DAST_SEED repeats a run, DAST_DATABASE=postgres
tries it there. The program that makes them up lives in `.venv-dast`, which `make static` makes.
Exit 1 at the first answer that breaks the document, at any 5xx, and when a ledger disagrees.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from app import proving
from app.bodies import BASE
from tests.dast.world import World, world_to_try
from tests.databases import Databases
from tests.machine import Missing
from tests.postgres import running_server

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-dast" / "bin" / "schemathesis"
SETTINGS = Path(__file__).with_name("schemathesis.toml")
_COUNT = re.compile(r"(\d+) generated")
# Cases per call of the API in the first run, which also tries the borders of every field; a later
# run only makes up more. So many calls there are, about.
_FIRST, _CALLS = 3, 46

NAMED = {
    "order": "order",
    "parcel": "parcel",
    "wanted": "return",
    "hold": "hold",
    "promotion": "promotion",
    "price_list": "price_list",
    "batch": "batch",
    "coupon": "sku",
    "payment_id": "payment",
    "card_id": "card",
    "program": "program",
    "loyalty_card": "loyalty_card",
    "document_id": "document",
    "transfer_id": "transfer",
    "path.code": "product",
    "customer_id": "customer",
    "query.sku": "sku",
    "query.location": "location",
    "query.channel": "channel",
    "body.lines[*].sku": "sku",
    "body.lines[*].line": "line",
    "body.location": "location",
    "body.from": "location",
    "body.to": "location",
    "body.channel": "channel",
    "body.currency": "currency",
    "body.shipping.method": "shipping",
    "body.payment.method": "paying",
    "body.method": "paying",
    "body.shipping_address.country": "country",
    "body.customer.id": "customer",
    "header.If-Match": "version",
}
"""Which parameter or field is filled with the names of which things, most of the time."""


def main() -> int:
    """Return 0 when nothing was found."""
    if not PROGRAM.exists():
        print("tests.dast: the program is not there: run `make static`", file=sys.stderr)
        return 1
    seed = int(os.environ.get("DAST_SEED", random.randrange(10**6)))
    wanted = int(os.environ.get("DAST_CASES", 1_000))
    try:
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="verso-dast-")))
            on_postgres = os.environ.get("DAST_DATABASE") == "postgres"
            server = held.enter_context(running_server()) if on_postgres else None
            world = held.enter_context(world_to_try(Databases(folder, server)))
            return try_all(world, folder, wanted=wanted, seed=seed)
    except Missing as missing:
        print(f"tests.dast: {missing}", file=sys.stderr)
        return 1


def try_all(world: World, folder: Path, *, wanted: int, seed: int) -> int:
    """Try until enough was tried, or something found; return the exit code."""
    tried = 0
    while tried < wanted:
        phases = "coverage,fuzzing,stateful" if not tried else "fuzzing,stateful"
        most = _FIRST if not tried else min(max((wanted - tried) // _CALLS, 10), 100)
        cases, good = one_run(world, folder, phases=phases, most=most, seed=seed)
        tried += cases
        if not good:
            print(f"seed {seed}: see above", file=sys.stderr)
            return 1
        seed += 1
    broken = faults_of_the_shop(world)
    print("\n".join(broken) or f"{tried} requests made up, nothing broken, all ledgers agree")
    return bool(broken)


def one_run(world: World, folder: Path, *, phases: str, most: int, seed: int) -> tuple[int, bool]:
    """Return how many requests were made, and whether all answers were as the document says."""
    settings = folder / "schemathesis.toml"
    settings.write_text(SETTINGS.read_text("utf-8") + _names(world), encoding="utf-8")
    document = f"{world.shop.url}{BASE}/openapi.json"
    done = subprocess.run(
        [
            *(str(PROGRAM), "--config-file", str(settings), "--no-color", "run", document),
            *("--header", f"Authorization: Bearer {world.token}"),
            *("--phases", phases, "--max-examples", str(most), "--seed", str(seed)),
            *("--generation-database", "none", "--report-dir", str(folder / "report")),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    count = _COUNT.search(done.stdout)
    if done.returncode or not count:
        print(done.stdout, done.stderr, sep="\n")
        return 0, False
    print(f"{count[1]} requests ({phases}, seed {seed})", flush=True)
    return int(count[1]), True


def faults_of_the_shop(world: World) -> list[str]:
    """Return what the shop wrote down as its own fault, and where its ledgers disagree."""
    lines = world.shop.log.read_text(errors="replace").splitlines()
    faults = [line for line in lines if "unexpected failure" in line or "Traceback" in line]
    with world.shop.house.app_context():
        for result in proving.prove():
            faults += [str(one) for one in result.differences]
    return faults


def _names(world: World) -> str:
    """Return the part of the settings that tells what things are named here."""
    lines = []
    for kind, names in world.known.items():
        quoted = ", ".join(f'"{name}"' for name in names)
        lines += [f"[dictionaries.{kind}]", f"values = [{quoted}]"]
    lines.append("[parameters]")
    lines += [
        f'"{parameter}" = {{ dictionary = "{kind}", probability = 0.8 }}'
        for parameter, kind in NAMED.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
