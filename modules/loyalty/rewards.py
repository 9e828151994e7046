"""Points that pay for an order: whole steps only, and never more than it costs."""

from typing import NamedTuple


class PointsPaid(NamedTuple):
    points: int
    amount_minor: int


def points_for_payment(
    order_minor: int, *, points: int, step_points: int, value_per_point_minor: int
) -> PointsPaid:
    """
    Return how many points are used and what they are worth.

    A step that is worth more than what is left to pay is not used: nobody pays 10.00 with points
    for a rest of 3.00.
    """
    step_minor = step_points * value_per_point_minor
    if step_minor <= 0:
        return PointsPaid(0, 0)
    steps = max(0, min(points // step_points, order_minor // step_minor))
    return PointsPaid(steps * step_points, steps * step_minor)
