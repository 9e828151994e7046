"""Counters of this process, in the text form that Prometheus reads."""

import threading
from collections import defaultdict
from collections.abc import Mapping

_lock = threading.Lock()
_requests: dict[tuple[str, str, int], int] = defaultdict(int)
_seconds: dict[tuple[str, str], float] = defaultdict(float)


def count_request(method: str, endpoint: str, status: int, seconds: float) -> None:
    with _lock:
        _requests[method, endpoint, status] += 1
        _seconds[method, endpoint] += seconds


def exposition(jobs: Mapping[str, int]) -> str:
    """Return all counters; `jobs` are the job table's rows by state."""
    lines = ["# TYPE verso_requests_total counter"]
    with _lock:
        for (method, endpoint, status), count in sorted(_requests.items()):
            labels = f'method="{method}",endpoint="{endpoint}",status="{status}"'
            lines.append(f"verso_requests_total{{{labels}}} {count}")
        lines.append("# TYPE verso_request_seconds_total counter")
        for (method, endpoint), total in sorted(_seconds.items()):
            labels = f'method="{method}",endpoint="{endpoint}"'
            lines.append(f"verso_request_seconds_total{{{labels}}} {total:.6f}")
    lines.append("# TYPE verso_jobs gauge")
    lines += [f'verso_jobs{{state="{state}"}} {count}' for state, count in sorted(jobs.items())]
    return "\n".join(lines) + "\n"
