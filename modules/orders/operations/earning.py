"""Orders of members: they earn and spend points, and what comes back takes its points along."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import InvalidInput
from app.i18n import _
from modules import loyalty, organization
from modules.orders import timeline
from modules.orders.deriving import Derived, reference_of
from modules.orders.given import PlaceOrder
from modules.orders.models import Order, OrderLine, OrderStatus
from modules.orders.queries import lines_of, units_of_lines
from modules.orders.quoting import Quote
from modules.orders.units import worth

Story = tuple[int, str, dict[str, Any]]


def points_of(
    given: PlaceOrder, customer_id: int | None, *, currency: str, on: Any
) -> loyalty.PointsWanted | None:
    """
    Return the points that shall make an order cheaper.

    Only whoever is named by a card, or chosen by whoever sells, spends them: an e-mail that
    somebody typed proves nothing.

    :raises InvalidInput: nobody was chosen, or no programme of his takes so many points on orders
    :raises NotEnoughPoints: there are fewer
    """
    if not given.points:
        return None
    if customer_id is None or given.buyer.get("customer_id") is None:
        text = _("To spend points, scan the card or choose the customer.")
        raise InvalidInput(text, field="points", pointer="/points")
    return loyalty.points_wanted(
        customer_id=customer_id, points=given.points, currency=currency, on=on
    )


def bought_of(
    prices: Quote,
    variants: Mapping[str, Any],
    *,
    order_id: int,
    keys: Sequence[int],
    customer_id: int,
    **where: Any,
) -> loyalty.Bought:
    """Return what is bought as loyalty takes it; gift cards, gifts and delivery are no goods."""
    goods = []
    for key, line in zip(keys, prices.lines, strict=True):
        variant = variants.get(line.sku)
        if line.is_free or (variant is not None and variant.is_gift_card):
            continue
        goods.append(
            loyalty.BoughtLine(
                line=key,
                sku=line.sku,
                category=variant.category if variant else None,
                quantity=line.quantity,
                paid_minor=line.total_minor,
                before_minor=line.total_minor + line.discount_minor,
            )
        )
    return loyalty.Bought(
        reference=reference_of(order_id), customer_id=customer_id, lines=goods, **where
    )


def award(
    order: Order,
    lines: Sequence[OrderLine],
    prices: Quote,
    variants: Mapping[str, Any],
    wanted: loyalty.PointsWanted | None,
    **where: Any,
) -> list[Story]:
    """
    Spend what was asked for, and let the rest earn; return what the timeline tells of it.

    One statement where the customer is in no programme, none where nobody knows him.

    :raises NotEnoughPoints: somebody spent them meanwhile
    """
    if order.customer_id is None:
        return []
    story: list[Story] = []
    if wanted:
        loyalty.spend(
            member_id=wanted.member_id,
            points=wanted.points,
            reference=reference_of(order.id),
            key=f"order:{order.id}",
            on=where["on"],
        )
        told = {
            "points": wanted.points,
            "amount_minor": wanted.amount_minor,
            "currency": order.currency,
        }
        story.append((order.id, "points_spent", told))
    earned = loyalty.record_purchase(
        bought_of(
            prices,
            variants,
            order_id=order.id,
            keys=[line.id for line in lines],
            customer_id=order.customer_id,
            currency=order.currency,
            is_paid=order.paid_minor >= order.total_minor,
            **where,
        )
    )
    if earned:
        story.append((order.id, "points_earned", {"points": earned}))
    return story


def take_back_points(order: Order) -> None:
    """Take back what cancelled and returned goods earned, and give back the points they cost."""
    if order.customer_id is None:
        return
    lines = [one for one in lines_of(order.id) if one.is_taxed]
    sold = units_of_lines([line.id for line in lines])
    kept = {}
    for line in lines:
        last = line.quantity - line.cancelled
        paid = worth(line, sold[line.id], line.returned + 1, last) if last > line.returned else 0
        kept[line.id] = loyalty.Kept(last - line.returned, paid)
    reference, today = reference_of(order.id), organization.today()
    gone = sum(line.cancelled + line.returned for line in lines)
    taken = loyalty.keep_of_purchase(
        reference=reference, kept=kept, on=today, key=f"order:{order.id}:{gone}"
    )
    whole = sum(line.gross_minor for line in lines)
    share, of = sum(one.paid_minor for one in kept.values()), whole
    if not whole:  # the points paid for all of it
        share = sum(one.quantity for one in kept.values())
        of = sum(line.quantity for line in lines)
    given = loyalty.give_back_share(reference=reference, kept=share, whole=of, on=today)
    if taken or given:
        timeline.record(order.id, "points_returned", taken=taken, given=given)


def count_when_paid(derived: Derived) -> None:
    """Let the points of an order count from now where they only waited for the money."""
    order = derived.order
    paid = derived.money.balance_minor <= 0
    if order.customer_id is not None and paid and order.status is not OrderStatus.CANCELLED:
        loyalty.count_purchase(
            reference=reference_of(order.id), on=organization.today(), has_left=False
        )


def count_when_left(derived: Derived) -> None:
    """Let the points of an order begin to count once the last of its goods has left."""
    order, units = derived.order, derived.units
    left = units.shipped > 0 and units.shipped + units.cancelled >= units.quantity
    if order.customer_id is not None and left and order.status is not OrderStatus.CANCELLED:
        loyalty.count_purchase(reference=reference_of(order.id), on=organization.today())
