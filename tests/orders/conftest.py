"""What only the order tests need."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import outbox


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Run all jobs that are due, as a worker would."""

    def run() -> None:
        outbox.run_due()

    return run
