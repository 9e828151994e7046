"""The lowest price of 30 days, told by whoever keeps the history of prices."""

from collections.abc import Mapping, Sequence

from flask import current_app


def lowest_of(variant_ids: Sequence[int], channel: str = "") -> Mapping[int, int]:
    """
    Return the price that the law wants beside a reduction, by variant; none where unknown.

    A channel has its own prices; without one it is told of the company's.
    """
    found: dict[int, int] = {}
    for filler in current_app.extensions["slots"].get("catalog.lowest", ()):
        found |= filler(variant_ids=variant_ids, channel=channel)
    return found
