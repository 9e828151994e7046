"""What is kept of how an order's price came about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from app.db import session
from modules.orders.models import LineAdjustment, OrderLine, PriceTrace
from modules.orders.quoting import Judged, Quote

_ADJUSTMENTS: Any = LineAdjustment.__table__
_TRACES: Any = PriceTrace.__table__


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
