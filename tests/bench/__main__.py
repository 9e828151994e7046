"""
`python -m tests.bench [NAME…] [--database sqlite|postgres] [--keep]`: the figures promised.

`--keep` renews them in `docs/figures_bench.md`, where they are committed.
"""

import argparse
import importlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.keeping import FILE, keep
from tests.databases import Databases
from tests.postgres import running_server

SCRIPTS = (
    "orders",
    "order_list",
    "scan",
    "job_start",
    "import_catalog",
    "invoices",
    "demo",
    "large",
    "promotions",
    "codes",
    "points",
    "prices",
)
KINDS = ("sqlite", "postgres")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table; return 0 when every goal is reached."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SCRIPTS, []], metavar="NAME")
    parser.add_argument("--database", choices=KINDS, action="append")
    parser.add_argument("--keep", action="store_true", help=f"write them to {FILE.name} too")
    chosen = parser.parse_args(arguments)
    print("\n".join(machine()), flush=True)
    missed = 0
    for kind in chosen.database or KINDS:
        with a_place(kind) as databases:
            for name in chosen.names or SCRIPTS:
                figures = measure(name, databases)
                print(f"\n{kind}: {name}\n{table(figures)}", flush=True)
                if chosen.keep:
                    keep(f"{kind}: {name}", machine(), table(figures))
                missed += sum(one.good is False for one in figures)
    print(f"\n{missed} goals missed" if missed else "\nevery goal reached")
    return bool(missed)


def machine() -> list[str]:
    """Return what the figures depend on, without naming the machine."""
    crowd = os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "Flask", "psycopg"))
    return [
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        packages,
        f"a loop of ten million additions takes {_pace():.2f} s of CPU here and now",
        f"load {crowd:.1f} then ({time.strftime('%Y-%m-%d %H:%M')}): CPU and ratios "
        "hold on a shared machine, waits (p50, p99) and rates do not",
    ]


def _pace() -> float:
    """Return what plain Python costs here: by it, figures of two machines can be compared."""
    began, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


@contextmanager
def a_place(kind: str) -> Iterator[Databases]:
    """Hold a place for databases of one kind; PostgreSQL with all its safety on."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="verso-bench-")))
        server = held.enter_context(running_server(fast=False)) if kind == "postgres" else None
        yield Databases(folder, server)


def measure(name: str, databases: Databases) -> list[Figure]:
    """Run one script on a database of its own."""
    url = databases.new_database()
    try:
        return _as_figures(importlib.import_module(f"tests.bench.{name}").run(url))
    finally:
        databases.drop_database(url)


def _as_figures(found: Any) -> list[Figure]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        return [_of_import(found)]
    return [
        Figure(
            item="invoice of 10 lines as PDF",
            cpu_ms=found.draw_ms,
            found=f"{found.per_second:.0f}/s/core",
            goal=">= 45/s/core",
            good=found.per_second >= 45,
        ),
        Figure(
            item="issue of an invoice",
            cpu_ms=found.issue_ms,
            found=f"{found.statements} statements",
            goal="<= 4 statements",
            good=found.statements <= 4,
        ),
    ]


def _of_import(found: dict[str, Any]) -> Figure:
    item = "import of fashion.csv"
    if "skipped" in found:
        return Figure(item=item, found=f"left out: {found['skipped']}")
    return Figure(
        item=item,
        cpu_ms=found["cpu_seconds"] * 1000,
        limit_ms=found["cpu_seconds"] * 1000 / found["times_the_driver"],
        found=f"{found['seconds']} s, {found['variants']} variants, "
        f"{found['variants_per_cpu_second']} variants per CPU second",
        goal="< 20 s",
        good=found["good"],
    )


_HEADS = ("work item", "cpu", "db cpu", "p50", "p99", "limit", "ratio", "found", "goal", "")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of a Markdown table; times in milliseconds."""
    rows = [_HEADS, *(_row(one) for one in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADS))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _row(one: Figure) -> tuple[str, ...]:
    def ms(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"

    reached = {None: "", True: "ok", False: "MISSED"}[one.good]
    ratio = "" if one.ratio is None else f"{one.ratio:.1f}"
    return (
        *(one.item, ms(one.cpu_ms), ms(one.db_ms) if one.db_ms else ""),
        *(ms(one.p50_ms), ms(one.p99_ms), ms(one.limit_ms), ratio, one.found, one.goal, reached),
    )


if __name__ == "__main__":
    sys.exit(main())
