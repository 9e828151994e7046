"""What a measurement is: our cost beside its limit in the same run, and the goal."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
from sqlalchemy import Engine, event

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """
    One line of the table. CPU in milliseconds per operation: ours, and the database server's.

    `limit_ms` is the same work by hand-written SQL through the bare driver (database included).
    """

    item: str
    cpu_ms: float | None = None
    db_ms: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    limit_ms: float | None = None
    found: str = ""
    """What is measured in another unit, in words."""
    goal: str = ""
    good: bool | None = None

    @property
    def total_ms(self) -> float | None:
        return None if self.cpu_ms is None else self.cpu_ms + (self.db_ms or 0.0)

    @property
    def ratio(self) -> float | None:
        if self.total_ms is None or not self.limit_ms:
            return None
        return self.total_ms / self.limit_ms


@dataclass(frozen=True)
class Cost:
    """What one operation cost on average, and how long it took."""

    cpu_ms: float
    db_ms: float
    waits: Sequence[float]

    @property
    def total_ms(self) -> float:
        return self.cpu_ms + self.db_ms

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def figure(self, item: str, **more: Any) -> Figure:
        return Figure(
            item=item,
            cpu_ms=self.cpu_ms,
            db_ms=self.db_ms,
            p50_ms=self.percentile(0.5),
            p99_ms=self.percentile(0.99),
            **more,
        )


class Meter:
    """Measures operations on one database: CPU of this process and of the server's backends."""

    def __init__(self, engine: Engine) -> None:
        self._name = engine.url.database if engine.dialect.name == "postgresql" else None
        self.on_server = self._name is not None

    def measure(self, work: Callable[[int], Any], *, rounds: int, warm_up: int = 10) -> Cost:
        """Do the work so many times, numbered from 0, and return what one time cost."""
        for number in range(warm_up):
            work(number)
        waits = []
        backends = self._backend_seconds()
        cpu = time.process_time()
        for number in range(warm_up, warm_up + rounds):
            began = time.perf_counter()
            work(number)
            waits.append((time.perf_counter() - began) * 1000)
        cpu = time.process_time() - cpu
        return Cost(
            cpu * 1000 / rounds, (self._backend_seconds() - backends) * 1000 / rounds, waits
        )

    def _backend_seconds(self) -> float:
        """Return what the server's processes for this database have used (in clock ticks)."""
        if self._name is None:
            return 0.0
        total = 0.0
        for process in psutil.process_iter(["cmdline", "cpu_times"]):
            title = " ".join(process.info["cmdline"] or ())
            if title.startswith("postgres:") and f" {self._name} " in f"{title} ":
                times = process.info["cpu_times"]
                total += times.user + times.system
        return total


def count_statements(engine: Engine, work: Callable[[], Any]) -> int:
    """Return how many statements the work sends, without those of transactions."""
    asked: list[str] = []

    def hear(*heard: Any) -> None:
        if not heard[2].lstrip().upper().startswith(_NOT_COUNTED):
            asked.append(heard[2])

    event.listen(engine, "before_cursor_execute", hear)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return len(asked)
