"""Passwords of the tests cost little; what a real one costs is tried in tests/app."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from app import accounts

REAL = accounts.HASHER
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def passwords_that_cost_little() -> Iterator[None]:
    """Let a hash take a millisecond instead of fifty: hundreds of tests sign somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", CHEAP)
        # That of nobody costs as much as that of somebody.
        patch.setattr(accounts, "_NOBODY", CHEAP.hash("nobody"))
        yield
