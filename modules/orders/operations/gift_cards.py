"""Gift cards that an order sells: issued once it is paid, taken back while nothing was spent."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.db import session
from app.i18n import _
from modules import catalog, organization, payments
from modules.orders import timeline
from modules.orders.deriving import reference_of
from modules.orders.errors import WrongState
from modules.orders.models import Order, OrderLine, PaymentStatus
from modules.orders.queries import units_of_lines

_PAID = (PaymentStatus.PAID, PaymentStatus.OVERPAID)


def issue_when_paid(order: Order) -> None:
    """Issue a card for each unit of an order's gift cards once the order is paid; each once."""
    if order.payment_status not in _PAID or order.imported:
        return
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.is_gift_card, OrderLine.per == 1)
        .order_by(OrderLine.position)
    ).all()
    if lines:
        issue_for(order, lines)


def issue_for(order: Order, lines: Sequence[OrderLine]) -> None:
    """Issue the cards of these lines of a paid order."""
    known = {
        one.client_id.removeprefix("sold:") for one in payments.sold_gift_cards(_unit(order.id))
    }
    sold = units_of_lines([line.id for line in lines])
    products = catalog.variants_by_id(one.variant_id for one in lines if one.variant_id)
    count = total = 0
    for line in lines:
        product = products.get(line.variant_id or 0)
        ends = _ends_on(product.gift_card_months if product else None)
        for part in sold[line.id]:
            worth = part.gross_minor + part.discount_minor
            for number in range(part.first, min(part.last, line.quantity - line.cancelled) + 1):
                unit = _unit(order.id, line.id, number)
                if worth <= 0 or unit in known:
                    continue
                payments.sell_gift_card(
                    unit=unit,
                    amount_minor=worth,
                    currency=order.currency,
                    store_id=order.store_id,
                    expires_on=ends,
                    sold_for=reference_of(order.id),
                    reason=order.number,
                )
                count, total = count + 1, total + worth
    if count:
        timeline.record(
            order.id,
            "gift_cards_issued",
            units=count,
            amount_minor=total,
            currency=order.currency,
        )


def take_back(order: Order, line: OrderLine, count: int, *, reason: str) -> None:
    """
    Block so many cards of a line that goes back; nothing where none was issued.

    :raises WrongState: fewer of them are unused
    """
    if not line.is_gift_card:
        return
    cards = payments.sold_gift_cards(_unit(order.id, line.id, None))
    if not cards:
        return
    unused = [one.id for one in reversed(cards) if payments.is_unused_gift_card(one)]
    taken = len(unused) >= count and payments.take_gift_cards_back(
        card_ids=unused[:count], reason=reason, reference=reference_of(order.id)
    )
    if not taken:
        raise WrongState(
            _(
                "Of these gift cards %(have)s can come back: one that was used does not.",
                have=len(unused),
            )
        )


def _unit(order_id: int, line_id: int | None = None, number: int | None = None) -> str:
    """Return the name of a unit, or how the names of all units of a line or an order begin."""
    parts = [str(one) for one in (order_id, line_id, number) if one is not None]
    return "order:" + ":".join(parts) + (":" if number is None else "")


def _ends_on(months: int | None) -> date | None:
    """Return the first day on which a card of today no longer pays; None: it always does."""
    if months is None:
        return None
    today = organization.today()
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return None
