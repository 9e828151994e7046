"""Counters and histograms of this process, in the text form that Prometheus reads."""

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_lock = threading.Lock()
Labels = tuple[str, ...]
# From a scan to what nobody waits for any more, in seconds.
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MOST = 2_000
"""Rows of one family: whoever makes up words makes no memory of ours full."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """Figures of one name, told apart by labels."""

    name: str
    help: str
    kind: str = "gauge"
    labels: Sequence[str] = ()
    rows: Mapping[Labels, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        for values, figure in sorted(self.rows.items()):
            yield f"{self.name}{_said(self.labels, values)} {figure:g}"


class Counter:
    """Something that is only counted up."""

    def __init__(self, name: str, help_text: str, *labels: str) -> None:
        self._name, self._help, self._labels = name, help_text, labels
        self._rows: dict[Labels, float] = defaultdict(float)

    def add(self, *values: str, by: float = 1.0) -> None:
        with _lock:
            if values in self._rows or len(self._rows) < _MOST:
                self._rows[values] += by

    def lines(self) -> Iterator[str]:
        with _lock:
            rows = dict(self._rows)
        if not rows and not self._labels:
            rows[()] = 0.0
        told = Family(
            name=self._name, help=self._help, kind="counter", labels=self._labels, rows=rows
        )
        yield from told.lines()


class Histogram:
    """How long something takes: how often within each bound, and all of it together."""

    def __init__(self, name: str, help_text: str, *labels: str) -> None:
        self._name, self._help, self._labels = name, help_text, labels
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = defaultdict(float)

    def observe(self, seconds: float, *values: str) -> None:
        with _lock:
            if values not in self._counts:
                if len(self._counts) >= _MOST:
                    return
                self._counts[values] = [0] * (len(_BOUNDS) + 1)
            self._counts[values][bisect_left(_BOUNDS, seconds)] += 1
            self._sums[values] += seconds

    def lines(self) -> Iterator[str]:
        with _lock:
            counts = {values: list(row) for values, row in self._counts.items()}
            sums = dict(self._sums)
        if not counts and not self._labels:
            counts[()], sums[()] = [0] * (len(_BOUNDS) + 1), 0.0
        yield f"# HELP {self._name} {self._help}"
        yield f"# TYPE {self._name} histogram"
        for values, row in sorted(counts.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), row, strict=True):
                total += count
                labels = _said((*self._labels, "le"), (*values, bound))
                yield f"{self._name}_bucket{labels} {total}"
            yield f"{self._name}_sum{_said(self._labels, values)} {sums[values]:.6f}"
            yield f"{self._name}_count{_said(self._labels, values)} {total}"


REQUESTS = Counter("verso_requests_total", "Requests answered.", "method", "endpoint", "status")
LATENCY = Histogram(
    "verso_request_seconds", "How long answers took, by kind of route.", "route", "status"
)
REFUSALS = Counter("verso_refusals_total", "What the rules refused, by code.", "code")
DOOR = Counter("verso_sign_in_failures_total", "Sign-ins that were refused.")
GATE = Histogram("verso_gate_wait_seconds", "How long writers waited for the gate of SQLite.")
_OWN: Sequence[Counter | Histogram] = (REQUESTS, LATENCY, REFUSALS, DOOR, GATE)


def count_request(method: str, endpoint: str, route: str, status: int, seconds: float) -> None:
    """Count an answer; `route` is one of a few kinds: `page`, `api`, `file`, `sign`."""
    REQUESTS.add(method, endpoint, str(status))
    LATENCY.observe(seconds, route, f"{status // 100}xx")


def exposition(families: Iterable[Family]) -> str:
    """Return everything that is counted here, and the figures that the caller asked for."""
    lines = [line for own in _OWN for line in own.lines()]
    lines += [line for asked in families for line in asked.lines()]
    return "\n".join(lines) + "\n"


def _said(names: Sequence[str], values: Sequence[str]) -> str:
    if not names:
        return ""
    pairs = ",".join(
        f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True)
    )
    return f"{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
