"""Fair distribution with caps over runs of equal units, without ever expanding a unit."""

from collections.abc import Sequence
from operator import le, mul


def distribute(
    total: int, counts: Sequence[int], weights: Sequence[int], caps: Sequence[int]
) -> list[int]:
    """
    Return how much of a total each run takes; a run is `count` units of one weight and one cap.

    By largest remainder, unit by unit, ties to the earliest. What a unit cannot take (its cap) is
    spread again over the others until nothing moves. What nobody can take stays untaken, so the
    sum is the total or the sum of all caps, whichever is less.
    """
    if total <= 0:
        return [0] * len(counts)
    if min(caps, default=1) <= 0:  # who can take nothing has no share either
        weights = [weight if cap > 0 else 0 for weight, cap in zip(weights, caps, strict=True)]
    parts = _shares(total, counts, weights)
    if parts is not None and all(map(le, parts, map(mul, counts, caps))):
        return parts
    return _capped(total, counts, weights, caps)


def _capped(
    total: int, counts: Sequence[int], weights: Sequence[int], caps: Sequence[int]
) -> list[int]:
    taken = [0] * len(counts)
    open_ = [at for at, cap in enumerate(caps) if cap > 0 and counts[at] > 0]
    left = min(total, sum(counts[at] * caps[at] for at in open_))
    while left > 0:
        here = [counts[at] for at in open_]
        parts = _shares(left, here, [weights[at] for at in open_])
        if parts is None:  # nothing is left of what they weigh: they share evenly
            parts = _shares(left, here, [1] * len(open_)) or []
        left, still = 0, []
        for at, part in zip(open_, parts, strict=True):
            room = counts[at] * caps[at] - taken[at]
            if part < room:
                still.append(at)
            left += max(0, part - room)
            taken[at] += min(part, room)
        open_ = still
    return taken


def _shares(total: int, counts: Sequence[int], weights: Sequence[int]) -> list[int] | None:
    """Divide a total over runs by largest remainder; None where they weigh nothing."""
    whole = sum(map(mul, counts, weights))
    if not whole:
        return None
    parts = [
        count * (total * weight // whole) for count, weight in zip(counts, weights, strict=True)
    ]
    more = total - sum(parts)
    if more:
        remainders = [total * weight % whole for weight in weights]
        # The sort is stable also when it is turned: of equal remainders the earliest comes first.
        for at in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True):
            extra = min(counts[at], more)
            parts[at] += extra
            more -= extra
            if not more:
                break
    return parts


def evenly(total: int, count: int) -> tuple[int, int, int]:
    """Return (how many units take one more, what they take, what the others take)."""
    share, more = divmod(total, count)
    return more, share + 1, share
