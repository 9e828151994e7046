"""What the soak found of one promise."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One promise, its goal, what was found, and whether that is good."""

    what: str
    goal: str
    found: str
    good: bool
    seconds: float = 0.0


def size(name: str, usual: int) -> int:
    """Return how much of something is done: `SOAK_KILLS=20` does less than usual."""
    return int(os.environ.get(f"SOAK_{name}", usual))


def minutes() -> float:
    return float(os.environ.get("SOAK_MINUTES", "10"))
