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
    return steps_for_payment(
        order_minor,
        points=points,
        step_points=step_points,
        step_minor=step_points * value_per_point_minor,
    )


def steps_for_payment(
    order_minor: int, *, points: int, step_points: int, step_minor: int
) -> PointsPaid:
    """Return the same where a step of points has its own worth: 1,000 points are 10.00."""
    if step_minor <= 0 or step_points <= 0:
        return PointsPaid(0, 0)
    steps = max(0, min(points // step_points, order_minor // step_minor))
    return PointsPaid(steps * step_points, steps * step_minor)
