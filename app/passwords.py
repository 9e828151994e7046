"""Passwords that are easy to guess: what everybody tries first, and what is made of our names."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.errors import InvalidInput
from app.i18n import _

_LIST = Path(__file__).parent / "common_passwords.txt"
# What people put for a letter so that it looks harder; those who guess know it too.
_LETTERS = str.maketrans("013457@$!|", "oieastasil")
_SHORTEST_OWN = 4  # letters that a name must leave over


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def refuse_guessable(
    password: str, *, own: Sequence[str] = (), of_shop: Sequence[str] = ()
) -> None:
    """
    Let a password be taken. `own` are words of the person, `of_shop` those of the house.

    :raises InvalidInput: it is among those that are tried first
    """
    folded = password.casefold()
    if any(len(word) > 3 and word.casefold() in folded for word in own):
        raise InvalidInput(
            _("This password is easy to guess. Take one without your name."), field="password"
        )
    if len(set(folded)) < 4 or _is_common(folded) or _is_name_of_shop(folded, of_shop):
        raise InvalidInput(
            _("This password is easy to guess: others try it first. Take some words of your own."),
            field="password",
        )


def _is_common(folded: str) -> bool:
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    tried = {folded, bare, folded.translate(_LETTERS), bare.translate(_LETTERS)}
    # "abcabcabc" is "abc".
    tried |= {one[:size] for one in (folded, bare) for size in _periods(one)}
    return not tried.isdisjoint(_common())


def _periods(text: str) -> list[int]:
    return [
        size
        for size in range(2, len(text) // 2 + 1)
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text
    ]


def _is_name_of_shop(folded: str, words: Sequence[str]) -> bool:
    letters = re.sub(r"[\W\d_]", "", folded)
    left = letters
    for word in sorted(("verso", *(part.casefold() for one in words for part in _parts(one)))):
        left = left.replace(word, "")
    return left != letters and len(left) < _SHORTEST_OWN


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\W\d_]+", name) if len(part) > 2]
