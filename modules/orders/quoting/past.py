"""What a buyer has bought before, as far as promotions ask for it."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.db import session
from modules.orders.models import Order, OrderStatus

_PAST = select(func.count(), func.max(Order.placed_at)).where(
    Order.customer_id == bindparam("customer_id"),
    Order.status.in_((OrderStatus.PLACED, OrderStatus.CLOSED)),
)


def orders_of(customer_id: int) -> tuple[int, datetime | None]:
    """Return how many orders a customer has placed and not cancelled, and when the last one."""
    count, last = session.execute(_PAST, {"customer_id": customer_id}).one()
    return count, last
