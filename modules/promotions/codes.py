"""Codes in bulk: all different by how they are drawn, and not to be guessed."""

from secrets import SystemRandom

from modules.promotions.errors import TooManyCodes

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without 0, O, 1 and I: people read codes aloud."""


def generate_codes(
    count: int, *, length: int, prefix: str = "", alphabet: str = ALPHABET
) -> list[str]:
    """
    Return so many different codes.

    Distinct numbers are drawn and written in the alphabet, so none has to be thrown away however
    few are left.

    :raises TooManyCodes: the alphabet does not give so many of this length
    """
    letters = "".join(dict.fromkeys(alphabet))
    base = len(letters)
    possible = base**length
    if count > possible:
        raise TooManyCodes(count, possible)
    return [prefix + _written(number, letters, length) for number in _drawn(possible, count)]


def _drawn(possible: int, count: int) -> list[int]:
    """Return distinct numbers below `possible`; a range of more than a machine word is no list."""
    random = SystemRandom()
    if possible <= 2**62:
        return random.sample(range(possible), count)
    found: dict[int, None] = {}
    while len(found) < count:
        found[random.randrange(possible)] = None
    return list(found)


def _written(number: int, letters: str, length: int) -> str:
    base, text = len(letters), []
    for _place in range(length):
        number, rest = divmod(number, base)
        text.append(letters[rest])
    return "".join(text)
