"""
What a purchase earns, from the terms of its day and what is kept of its lines. Pure.

Both are plain values as they are stored, so that a return months later works it out again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modules.loyalty.earning import EarnedLine, EarningRule, points_for

POINTS = "points"
"""The key of the wallet of points among the earnings; other wallets are named by their own."""


def earned(terms: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return what the kept lines earn, by wallet; what nothing is kept of earns nothing."""
    kept = [line for line in lines if line["kept"] > 0]
    if not kept:
        return {}
    by_ratio = points_for(
        EarningRule(
            per_minor=terms["per_minor"],
            points=terms["points"],
            least_order_minor=terms["least_order_minor"],
        ),
        [
            EarnedLine(paid_minor=line["paid_minor"], multiplier_bp=line["bp"], earns=line["earns"])
            for line in kept
        ],
        tier_multiplier_bp=terms["tier_bp"],
        paid_with_points_minor=min(
            terms["by_points_minor"], sum(line["paid_minor"] for line in kept)
        ),
    )
    found = {POINTS: by_ratio}
    for wallet, points in terms["events"]:
        found[wallet] = found.get(wallet, 0) + points
    for line in kept:
        for wallet, points in line["fixed"]:
            found[wallet] = found.get(wallet, 0) + points * line["kept"]
    most = terms["most_points"]
    if most is not None:
        found[POINTS] = min(found[POINTS], most)
    return {wallet: points for wallet, points in found.items() if points > 0}


def spent(lines: Sequence[Mapping[str, Any]]) -> int:
    """Return what was paid for the goods that are kept."""
    return sum(line["paid_minor"] for line in lines if line["kept"] > 0)
