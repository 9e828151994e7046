"""Codes that nobody has: each is a guess, and who guesses too often waits."""

from app import tries
from app.actor import current_actor

_STEP = "coupon"
_FREE = {"token": 100}
_FREE_OF_PERSON = 20
"""A program asks for all its shoppers, of whom some mistype one."""


def refuse_guessing() -> None:
    """
    Let codes be looked at.

    :raises TooManyTries: the caller named too many that nobody has, of late
    """
    free = _FREE.get(current_actor().kind, _FREE_OF_PERSON)
    tries.refuse_guessing(who=_who(), step=_STEP, free=free)


def note_guesses(count: int) -> None:
    """Write down that so many codes were named that nobody has, in a unit of work of its own."""
    for _one in range(min(count, 10)):
        tries.note_wrong(who=_who(), step=_STEP)


def _who() -> str:
    return f"coupons by {current_actor().tag}"
