"""What was done since a form was opened: a form that is sent twice acts once."""

from sqlalchemy import func, select

from app.db import session
from app.i18n import _
from modules import payments
from modules.orders.deriving import reference_of
from modules.orders.errors import MovedMeanwhile
from modules.orders.models import Order
from modules.orders.numbers import order_number
from modules.orders.queries import get_order


def check_payments(*, order_id: int, seen: int | None) -> None:
    """
    Make sure that no payment was written down since `seen` of them were shown.

    :raises MovedMeanwhile: one was
    """
    get_order(order_id, lock=True)  # of two that come at once the second sees the first
    if seen is not None and len(payments.list_payments(reference_of(order_id))) != seen:
        raise MovedMeanwhile(
            _(
                "A payment was written down since you opened this. Look at the money of the order; "
                "send it again only if this is another payment."
            )
        )


def check_refundable(*, order_id: int, seen: int | None) -> None:
    """
    Make sure that as much can go back as was shown.

    :raises MovedMeanwhile: money went back, or came in
    """
    get_order(order_id, lock=True)
    if seen is not None and refundable_minor(order_id) != seen:
        raise MovedMeanwhile(
            _(
                "Money of this order moved since you opened this. Look at what was given back; "
                "send it again only if this is another refund."
            )
        )


def refundable_minor(order_id: int) -> int:
    return sum(
        one.captured_minor - one.refunded_minor - one.refunding_minor
        for one in payments.list_payments(reference_of(order_id))
    )


def newest_order() -> int:
    """Return the key of the order placed last; 0 where there is none."""
    return session.scalar(select(func.max(Order.id))) or 0


def check_order(*, seen: int | None, channel_id: int, name: str, total_minor: int) -> None:
    """
    Make sure that the same person's order of the same sum was not placed since `seen` was newest.

    :raises MovedMeanwhile: there is one
    """
    if seen is None:
        return
    since = select(Order).where(
        Order.id > seen, Order.channel_id == channel_id, Order.total_minor == total_minor
    )
    for order in session.scalars(since):
        if order.buyer.get("name", "") == name:
            raise MovedMeanwhile(
                _(
                    "Order %(number)s for %(name)s over the same sum was placed since you opened "
                    "this. Place this one only if it is another order.",
                    number=order_number(order.id),
                    name=name,
                )
            )
