"""Cancel units that have not left: their promises are given back, their money too."""

from collections.abc import Mapping, Sequence

from app.db import session
from app.events import publish
from app.i18n import _
from modules import stock
from modules.orders import timeline
from modules.orders.allocating import choose, move
from modules.orders.deriving import derive, money_of
from modules.orders.errors import AlreadyShipped, TooMany
from modules.orders.events import OrderCancelled
from modules.orders.models import (
    BEFORE_SHIPPED,
    Allocation,
    AllocationState,
    Order,
    OrderLine,
    OrderStatus,
)
from modules.orders.operations import gift_cards
from modules.orders.operations.earning import count_when_left, take_back_points
from modules.orders.operations.fulfilling import close_what_is_complete
from modules.orders.operations.giving_back import give_back_uses
from modules.orders.operations.paying import refund_order, void_open_payments
from modules.orders.queries import (
    allocations_of,
    get_order,
    lines_of,
    units_of_lines,
)
from modules.orders.units import discount_in, worth


def cancel_order(*, order_id: int, reason: str, lines: Mapping[int, int] | None = None) -> None:
    """
    Cancel some units (order line -> count), or everything that has not left.

    Gifts go with the last of what is paid for. When nothing at all has left and nothing remains,
    the order is cancelled: open payments are voided, captured ones refunded, the delivery is not
    charged.

    :raises AlreadyShipped: all units have left
    :raises TooMany: a line has fewer units that can be cancelled
    """
    order = get_order(order_id, lock=True)
    if order.status is OrderStatus.CANCELLED:
        return
    if order.status is not OrderStatus.PLACED:
        raise AlreadyShipped(_("This order is closed. Take the goods back by a return."))
    before = {line.id: line.cancelled for line in lines_of(order_id)}
    if lines is not None and _leaves_only_gifts(lines_of(order_id), lines):
        lines = None
    chosen = choose(_latest_first(order_id), lines, BEFORE_SHIPPED)
    if not chosen:
        if lines is None:
            raise AlreadyShipped(_("All units have left. Take them back by a return."))
        raise TooMany(_("Name at least one unit to cancel."))
    parts = [(one.reservation_id, count) for one, count in chosen if one.reservation_id]
    if parts:
        stock.release_many(parts)
    touched = {one.parcel_id for one, _count in chosen if one.parcel_id is not None}
    move(chosen, AllocationState.RELEASED, keep_parcel=False)
    close_what_is_complete(touched)
    session.expire_all()
    order = get_order(order_id)
    for line in lines_of(order_id):
        if fresh := line.cancelled - before[line.id]:
            gift_cards.take_back(order, line, fresh, reason=order.number)
    _lower_totals(order, before)
    whole = all(line.cancelled == line.quantity for line in lines_of(order_id))
    timeline.record(
        order_id,
        "cancelled" if whole else "units_cancelled",
        units=sum(count for _one, count in chosen),
        reason=reason,
    )
    if whole:
        _end(order, reason)
    give_back_uses(order_id, lines_of(order_id))
    take_back_points(order)
    count_when_left(derive(order_id))
    publish(
        OrderCancelled(
            order_id=order_id,
            channel_id=order.channel_id,
            external_id=order.external_id,
            whole=whole,
            reason=reason,
        )
    )


def _leaves_only_gifts(own: Sequence[OrderLine], wanted: Mapping[int, int]) -> bool:
    """Test whether only what promotions gave would be left: nobody sends a gift by itself."""
    paid_for = [line for line in own if not line.is_free]
    return len(paid_for) < len(own) and all(
        not line.shipped and line.cancelled + wanted.get(line.id, 0) == line.quantity
        for line in paid_for
    )


def _latest_first(order_id: int) -> list[Allocation]:
    # What is least begun is cancelled first: backordered, then reserved, then what is in hands.
    rank = {state: place for place, state in enumerate(BEFORE_SHIPPED)}
    return sorted(
        (one for one in allocations_of(order_id) if one.state in rank),
        key=lambda one: (rank[one.state], -one.id),
    )


def _lower_totals(order: Order, before: Mapping[int, int]) -> None:
    """Take what the cancelled units cost out of the order; they are the highest numbers."""
    lines = lines_of(order.id)
    sold = units_of_lines([line.id for line in lines])
    for line in lines:
        fresh = line.cancelled - before[line.id]
        if not fresh:
            continue
        last = line.quantity - before[line.id]
        gross = worth(line, sold[line.id], last - fresh + 1, last)
        discount = discount_in(sold[line.id], last - fresh + 1, last)
        order.goods_minor -= gross + discount
        order.discount_minor -= discount
        order.total_minor -= gross
        order.unit_count -= fresh
    session.flush()


def _end(order: Order, reason: str) -> None:
    order.status = OrderStatus.CANCELLED
    order.total_minor -= order.shipping_minor
    order.shipping_minor = 0
    session.flush()
    void_open_payments(order_id=order.id, reason=reason)
    money = money_of(order.id, total_minor=order.total_minor)
    owed = -money.balance_minor - money.refunding_minor
    if owed > 0:
        refund_order(order_id=order.id, amount_minor=owed, reason=reason)
