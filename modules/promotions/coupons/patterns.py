"""How codes look: fixed signs, drawn ones, and a last one that betrays a slip of the pen."""

import re
from collections.abc import Sequence

from app.errors import InvalidInput
from app.i18n import _
from modules.promotions.codes import ALPHABET, generate_codes
from modules.promotions.engine.cart import normalized
from modules.promotions.errors import TooManyCodes

DRAWN = "#"
LONGEST = 32
LEAST_DRAWN = 6
ROOM = 1_000
"""Of so many codes that could be, at most one is: so that nobody guesses one."""
_PATTERN = re.compile(r"[A-Z0-9#-]{1,32}")


def plain_pattern(pattern: str, *, has_check: bool, count: int) -> str:
    """
    Return a pattern as it is kept.

    :raises InvalidInput: it holds other signs, or so few drawn ones that codes could be guessed
    :raises TooManyCodes: it does not give so many codes
    """
    plain = normalized(pattern)
    if not _PATTERN.fullmatch(plain):
        raise _refused(
            _("A pattern has capitals, digits, - and #, 32 signs at most. Each # is drawn.")
        )
    drawn = plain.count(DRAWN) - has_check
    possible = len(ALPHABET) ** max(0, drawn)
    if count > possible:
        raise TooManyCodes(count, possible)
    if drawn < LEAST_DRAWN or possible < count * ROOM:
        raise _refused(
            _(
                "Such codes could be guessed. Write more # into the pattern: six at least, and "
                "more for many codes."
            )
        )
    return plain


def codes_like(pattern: str, *, has_check: bool, count: int) -> list[str]:
    """Return so many different codes of a pattern."""
    drawn = pattern.count(DRAWN) - has_check
    pieces = pattern.split(DRAWN)
    return [
        _filled(pieces, signs + check_sign(signs) if has_check else signs)
        for signs in generate_codes(count, length=drawn)
    ]


def check_sign(signs: Sequence[str]) -> str:
    """Return the sign that stands last (Luhn modulo N): one wrong sign, or two swapped, show."""
    base, total = len(ALPHABET), 0
    for place, sign in enumerate(reversed(signs)):
        value = ALPHABET.index(sign) * (1 if place % 2 else 2)
        total += value // base + value % base
    return ALPHABET[-total % base]


def _filled(pieces: Sequence[str], signs: str) -> str:
    return "".join(piece + sign for piece, sign in zip(pieces, [*signs, ""], strict=True))


def _refused(text: str) -> InvalidInput:
    return InvalidInput(text, pointer="/pattern", field="pattern")
