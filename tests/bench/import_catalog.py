"""How long a real catalogue takes to come in, beside the same rows by the driver alone."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, insert, select

from app import outbox
from app.db import session, transact
from modules.catalog.importing import source
from modules.catalog.importing.job import summary_of
from modules.catalog.importing.operations import start_import, undo_import
from modules.catalog.models import Variant
from wsgi import make_app

MOST_SECONDS = 20


def fashion() -> Path:
    """Return the real file: 5,024 rows, 997 products, 3,676 variants."""
    beside = Path(__file__).parents[2].parent / "shared" / "data"
    return Path(os.environ.get("VERSO_TEST_DATA") or beside) / "shopify" / "fashion.csv"


def run(database_url: str) -> dict[str, Any]:
    """Measure on a database that stands as after `db upgrade`; it is left as it was found."""
    if not fashion().is_file():
        return {"skipped": f"no {fashion()}; set VERSO_TEST_DATA"}
    with TemporaryDirectory() as folder:
        house = make_app({"DATABASE_URL": database_url, "DATA_DIR": folder, "TESTING": True})
        with house.app_context():
            figures = _measure(Path(house.config["DATA_DIR"]))
        house.extensions["database"].engine.dispose()
    return figures


def _measure(folder: Path) -> dict[str, Any]:
    with fashion().open("rb") as file:
        sha256 = source.keep_file(file, folder / "imports")
    job = transact(lambda: start_import(file_name="fashion.csv", sha256=sha256))
    wall, cpu = _timed(lambda: outbox.run_due())
    figures = summary_of(job.id)
    driver_cpu = _by_the_driver()
    undo_wall, _cpu = _timed(lambda: transact(lambda: undo_import(import_id=job.id)))
    return {
        "rows": figures["rows"],
        "variants": figures["variants"],
        "seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "variants_per_cpu_second": round(figures["variants"] / cpu),
        "driver_cpu_seconds": round(driver_cpu, 3),
        "times_the_driver": round(cpu / driver_cpu, 1),
        "undo_seconds": round(undo_wall, 2),
        "good": wall < MOST_SECONDS and figures["rows"] == 5024,
    }


def _by_the_driver() -> float:
    """Write the same variants again under other names, in the same batches, and nothing else."""
    table: Any = Variant.__table__
    rows = [dict(row) for row in session.execute(select(table)).mappings()]
    for row in rows:
        row |= {"id": None, "sku": f"bench {row['sku']}", "cell": f"bench {row['cell']}"}
        del row["id"]

    def write() -> None:
        for start in range(0, len(rows), 200):
            batch = rows[start : start + 200]
            transact(lambda batch=batch: session.execute(insert(table), batch))  # type: ignore[misc]

    _wall, cpu = _timed(write)
    transact(lambda: session.execute(delete(table).where(table.c.sku.startswith("bench "))))
    return cpu


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.monotonic(), time.process_time()
    work()
    return time.monotonic() - wall, time.process_time() - cpu
