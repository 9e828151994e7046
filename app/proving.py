"""Run every part's proofs: what is kept must agree with the entries behind it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from flask import current_app

from app.module import Difference, Proof

_ENOUGH = 100  # differences of one ledger; the first one is where to look


@dataclass(frozen=True)
class ProofResult:
    name: str
    differences: Sequence[Difference]
    ms: int


def prove() -> list[ProofResult]:
    """Return what each proof found; an empty list of differences means that the ledger agrees."""
    proofs: dict[str, Proof] = current_app.extensions["proofs"]
    results = []
    for name, proof in proofs.items():
        began = time.perf_counter()
        differences = list(islice(proof(), _ENOUGH))
        ms = round((time.perf_counter() - began) * 1000)
        results.append(ProofResult(name, differences, ms))
    return results
