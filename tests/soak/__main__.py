"""
`make soak`: the promises of reliability, measured on a running shop; written to docs/figures.md.

SOAK_MINUTES (10), SOAK_KILLS, SOAK_REPLAYS (100 each), SOAK_RESTARTS (3), SOAK_CASES (20000
made-up requests) and SOAK_DAYS (5, of the simulated trade) say how much is done; SOAK_SEED repeats
a run; SOAK_DATABASES=sqlite or postgres does only one.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.simulating import Disagrees, simulate
from tests.bench import job_start
from tests.bench.__main__ import a_place, machine
from tests.crew import running_crew
from tests.databases import Databases
from tests.live import LiveShop, live_shop
from tests.orders.cast import stock_the_shop
from tests.soak.crashing import soak_kills, soak_restarts
from tests.soak.crew import soak_crew
from tests.soak.hostility import soak_hostile_texts, soak_injection, soak_made_up_requests
from tests.soak.repeating import soak_replays
from tests.soak.result import Result, minutes, size
from tests.soak.standing import soak_ledgers, soak_load, soak_slow_clients, soak_stop

KINDS = ("sqlite", "postgres")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
LOADS = {"sqlite": (40, 300.0, 1_000.0), "postgres": (60, 500.0, float("inf"))}
FILE = Path(__file__).parents[2] / "docs" / "figures.md"
PIECES = 10_000_000


def main() -> int:
    """Measure, print and write down; return 0 when every goal is reached."""
    seed = int(os.environ.get("SOAK_SEED", random.randrange(10**6)))
    began = time.strftime("%Y-%m-%d %H:%M")
    head = machine()
    print("\n".join([*head, f"seed {seed}"]), flush=True)
    kinds = os.environ.get("SOAK_DATABASES", " ".join(KINDS)).split()
    tables = {}
    for kind in kinds:
        with a_place(kind) as databases:
            tables[kind] = soak(kind, databases, seed)
    FILE.write_text(_document(tables, head, began, seed), encoding="utf-8")
    missed = [one for results in tables.values() for one in results if not one.good]
    print(f"written to {FILE}; {len(missed)} goals missed")
    return bool(missed)


def soak(kind: str, databases: Databases, seed: int) -> list[Result]:
    """Return what was found on one kind of database."""
    results: list[Result] = []
    rate, p99, longest = LOADS[kind]
    with live_shop(databases) as shop:
        with shop.house.app_context():
            stock_the_shop(shirts=PIECES, dresses=PIECES)
        steps: list[Callable[[LiveShop], list[Result]]] = [
            soak_slow_clients,
            lambda it: soak_load(it, per_second=rate, p99_ms=p99, max_ms=longest),
            soak_stop,
            soak_restarts,
            soak_ledgers,
        ]
        for step in steps:
            _add(results, kind, step(shop))
    # What is counted to the last one has a shop of its own.
    with live_shop(databases) as shop:
        with shop.house.app_context():
            stock_the_shop(shirts=PIECES, dresses=PIECES)
        _add(results, kind, soak_kills(shop, seed=seed))
        _add(results, kind, soak_replays(shop, seed=seed))
        _add(results, kind, soak_ledgers(shop)[:1])
    if kind == "postgres":
        with running_crew(databases) as crew:
            with crew.house.app_context():
                stock_the_shop(shirts=PIECES, dresses=PIECES)
            _add(
                results,
                kind,
                soak_crew(crew, seconds=minutes() * 60, per_second=rate // 2, p99_ms=p99),
            )
    _add(results, kind, _simulated(databases, seed))
    _add(results, kind, soak_made_up_requests(kind, seed=seed))
    _add(results, kind, soak_hostile_texts(kind))
    _add(results, kind, soak_injection(kind))
    url = databases.new_database()
    _add(results, kind, [_start_of_jobs(url)])
    databases.drop_database(url)
    return results


def _add(results: list[Result], kind: str, found: list[Result]) -> None:
    results.extend(found)
    for one in found:
        print(f"{kind}: {'ok' if one.good else 'MISSED'}: {one.what}: {one.found}", flush=True)


def _simulated(databases: Databases, seed: int) -> list[Result]:
    days = size("DAYS", 5)
    from tests.conftest import open_house

    url = databases.new_database()
    with open_house(databases, url) as house, house.app_context():
        try:
            done = list(simulate(house, seed=seed, days=days))
        except Disagrees as found:
            text, good = str(found), False
        else:
            orders = sum(day.counts.get("orders", 0) for day in done)
            text = f"{sum(day.moves for day in done)} moves, {orders} orders, all ledgers agree"
            good = True
    databases.drop_database(url)
    what = f"random trade of {days} days with repeats, races and lost answers"
    return [Result(what, "every ledger and every answer agrees", f"{text} (seed {seed})", good)]


def _start_of_jobs(url: str) -> Result:
    [found] = job_start.run(url)
    return Result(found.item, found.goal, found.found, bool(found.good))


def _document(tables: dict[str, list[Result]], head: list[str], began: str, seed: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=FILE.parent
    ).stdout.strip()
    lines = [
        "# Figures",
        "",
        "What `make soak` found, written by it. `make bench` prints the costs per operation; "
        "those measured last stand in [figures_bench.md](figures_bench.md).",
        "",
        f"- {began} UTC, commit {commit or 'unknown'}, seed {seed}",
        *(f"- {one}" for one in head),
        f"- sizes of this run: {minutes():g} minutes of load (usual: 10), "
        f"{size('KILLS', 100)} kills (100), {size('REPLAYS', 100)} replay rounds (100), "
        f"{size('DAYS', 5)} simulated days (5)",
        "- waits, rates and restart times were taken on a machine that does other work too: they "
        "are upper bounds; counts of what was lost or doubled hold as they stand",
    ]
    for kind, results in tables.items():
        lines += ["", f"## {NAMES[kind]}", "", "| what | goal | found | |", "|---|---|---|---|"]
        lines += [
            f"| {one.what} | {one.goal} | {one.found} | {'ok' if one.good else '**missed**'} |"
            for one in results
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
