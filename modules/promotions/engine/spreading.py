"""Fair distribution with caps over runs of equal units, without ever expanding a unit."""

from collections.abc import Sequence


def distribute(
    total: int, counts: Sequence[int], weights: Sequence[int], caps: Sequence[int]
) -> list[int]:
    """
    Return how much of a total each run takes; a run is `count` units of one weight and one cap.

    By largest remainder, unit by unit, ties to the earliest. What a unit cannot take (its cap) is
    spread again over the others until nothing moves. What nobody can take stays untaken, so the
    sum is the total or the sum of all caps, whichever is less.
    """
    taken = [0] * len(counts)
    open_ = [at for at, cap in enumerate(caps) if cap > 0 and counts[at] > 0]
    left = min(total, sum(counts[at] * caps[at] for at in open_))
    while left > 0:
        parts = _shares(left, [(counts[at], weights[at]) for at in open_])
        left, still = 0, []
        for at, part in zip(open_, parts, strict=True):
            room = counts[at] * caps[at] - taken[at]
            if part < room:
                still.append(at)
            left += max(0, part - room)
            taken[at] += min(part, room)
        open_ = still
    return taken


def _shares(total: int, runs: Sequence[tuple[int, int]]) -> list[int]:
    """Divide a total over runs of (count, weight) by largest remainder."""
    whole = sum(count * weight for count, weight in runs)
    if not whole:
        runs = [(count, 1) for count, _weight in runs]
        whole = sum(count for count, _weight in runs)
    parts = [count * (total * weight // whole) for count, weight in runs]
    more = total - sum(parts)
    if more:
        remainders = [total * weight % whole for _count, weight in runs]
        for at in sorted(range(len(runs)), key=lambda at: (-remainders[at], at)):
            extra = min(runs[at][0], more)
            parts[at] += extra
            more -= extra
            if not more:
                break
    return parts


def evenly(total: int, count: int) -> tuple[int, int, int]:
    """Return (how many units take one more, what they take, what the others take)."""
    share, more = divmod(total, count)
    return more, share + 1, share
