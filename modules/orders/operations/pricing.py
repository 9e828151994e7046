"""The price of an order that comes in, and what is kept of how it came about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.db import session
from modules import organization, promotions
from modules.orders.given import PlaceOrder
from modules.orders.models import LineAdjustment, OrderLine, PriceTrace
from modules.orders.quoting import Cart, CartLine, Facts, Judged, Quote, quote

_ADJUSTMENTS: Any = LineAdjustment.__table__
_TRACES: Any = PriceTrace.__table__


def price_order(
    given: PlaceOrder,
    variants: Mapping[str, Any],
    *,
    at: datetime,
    currency: str,
    channel: organization.IntakeChannel,
    store: str,
    method: organization.IntakeMethod,
    rates: Mapping[int, int],
) -> Quote:
    """
    Return what an order costs; where the channel gave prices, they are what was agreed.

    :raises NoPrice: a line has no price in the order's currency
    :raises TooMuch: a line or all of it costs more than any column of ours holds
    :raises TooMuchOff: more is taken off by hand than the goods cost
    """
    lines = []
    for line in given.lines:
        variant = variants.get(line.sku)
        lines.append(
            CartLine(
                sku=line.sku,
                quantity=line.quantity,
                rate_bp=rates[variant.tax_class_id] if variant else max(rates.values()),
                list_price_minor=variant.price_minor if variant else None,
                given_price_minor=line.unit_price_minor,
                per=variant.per if variant else 1,
                brand=variant.brand if variant else None,
                category=variant.category if variant else None,
                cost_minor=variant.cost_minor if variant else None,
            )
        )
    is_given = any(line.unit_price_minor is not None for line in given.lines)
    address = given.shipping_address or given.billing_address or {}
    return quote(
        Cart(
            currency=currency,
            list_currency=channel.company_currency,
            lines=lines,
            net=given.net,
            shipping_minor=given.shipping_minor,
            shipping_rate_bp=method.delivery_rate_bp,
            discount_minor=given.discount_minor,
            facts=Facts(
                moment=at,
                channel=given.channel,
                store=store,
                payment_method=given.payment.method if given.payment else "",
                shipping_method=given.shipping_method,
                country=address.get("country") or "PL",
            ),
        ),
        None if is_given else promotions.published(),
    )


def keep_discounts(order_id: int, lines: Sequence[OrderLine], prices: Quote) -> None:
    """Freeze what promotions took off which units, and why others did not."""
    if prices.adjustments:
        rows = [
            {
                "order_id": order_id,
                "order_line_id": None if one.line is None else lines[one.line].id,
                "promotion_id": one.promotion_id,
                "promotion_version": one.version,
                "amount_minor": one.amount_minor,
                "sequence": one.sequence,
                "unit_from": one.unit_from,
                "unit_to": one.unit_to,
            }
            for one in prices.adjustments
        ]
        session.execute(insert(_ADJUSTMENTS), rows)
    if prices.judged:
        judged = [_written(one) for one in prices.judged]
        session.execute(insert(_TRACES), {"order_id": order_id, "judged": judged})


def applied_story(prices: Quote, currency: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what the timeline tells of promotions: nothing where none applied."""
    applied = [one for one in prices.judged if one.applied]
    if not applied:
        return []
    amount = sum(one.amount_minor for one in prices.adjustments)
    names = [one.name for one in applied]
    data = {"names": names, "amount_minor": amount, "currency": currency}
    return [("promotions_applied", data)]


def _written(one: Judged) -> dict[str, Any]:
    """Return one judgement as it is kept; what says nothing is left out."""
    return {name: value for name, value in one._asdict().items() if value not in (None, "", 0)}
