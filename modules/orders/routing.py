"""From where the goods of an order come: one place that has all, else as few as the ranks allow."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Need(NamedTuple):
    variant_id: int | None
    quantity: int


class Portion(NamedTuple):
    """Some units of a line from one location; None: there is no such goods now (backorder)."""

    location_id: int | None
    quantity: int


def route(
    needs: Sequence[Need], free: Mapping[tuple[int, int], int], ranked: Sequence[int]
) -> list[list[Portion]]:
    """
    Return for each line its portions, which sum to what is needed.

    The first location by rank that has everything serves all; if none has, each line takes from
    the locations in their rank, so that what is split is split as late as possible.
    """
    left = dict(free)
    if whole := next((place for place in ranked if _has_all(place, needs, left)), None):
        return [[Portion(whole, need.quantity)] for need in needs]
    return [_from_ranks(need, left, ranked) for need in needs]


def _has_all(place: int, needs: Sequence[Need], free: Mapping[tuple[int, int], int]) -> bool:
    asked: dict[int, int] = {}
    for need in needs:
        if need.variant_id is None:
            return False
        asked[need.variant_id] = asked.get(need.variant_id, 0) + need.quantity
    return all(free.get((variant, place), 0) >= count for variant, count in asked.items())


def _from_ranks(
    need: Need, left: dict[tuple[int, int], int], ranked: Sequence[int]
) -> list[Portion]:
    missing, portions = need.quantity, []
    if need.variant_id is not None:
        for place in ranked:
            taken = min(missing, max(0, left.get((need.variant_id, place), 0)))
            if taken:
                left[need.variant_id, place] -= taken
                portions.append(Portion(place, taken))
                missing -= taken
    if missing:
        portions.append(Portion(None, missing))
    return portions
