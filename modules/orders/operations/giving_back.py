"""What an order used of promotions goes back to them once nothing of it is left with the buyer."""

from collections.abc import Sequence

from modules import promotions
from modules.orders.deriving import reference_of
from modules.orders.models import OrderLine


def give_back_uses(order_id: int, lines: Sequence[OrderLine]) -> None:
    """Give back uses, codes and budgets where every unit was cancelled or has come back."""
    if all(line.cancelled + line.returned >= line.quantity for line in lines):
        promotions.give_back_uses(reference_of(order_id))
