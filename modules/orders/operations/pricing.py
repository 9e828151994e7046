"""What is kept of how an order's price came about."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from app.db import LostRace, may_lose, session
from modules import promotions
from modules.orders.deriving import reference_of
from modules.orders.models import LineAdjustment, Order, OrderLine, PriceTrace
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
                "code_id": one.code_id,
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


REFUSED_FOR = frozenset(
    {
        promotions.Reason.CODE_UNKNOWN,
        promotions.Reason.CODE_OF_OTHER_CUSTOMER,
        promotions.Reason.CODE_BLOCKED,
        promotions.Reason.CODE_RESERVED,
        promotions.Reason.CUSTOMER_UNKNOWN,
        promotions.Reason.USAGE_LIMIT_REACHED,
        promotions.Reason.CUSTOMER_LIMIT_REACHED,
        promotions.Reason.BUDGET_EXHAUSTED,
        promotions.Reason.NOT_STARTED,
        promotions.Reason.EXPIRED,
        promotions.Reason.PAUSED,
    }
)
"""Who gave such a code expects a price that the order would not have; one whose conditions are not
met is kept, and gives nothing."""


def refuse_coupons(typed: Sequence[str], prices: Quote) -> None:
    """
    Make sure that each code that was given can be used.

    :raises UsedUp: one cannot
    """
    places = {code: place for place, code in enumerate(promotions.plain_codes(typed))}
    for one in prices.judged:
        if one.coupon and one.reason in REFUSED_FOR:
            raise promotions.UsedUp(
                promotions.Reason(one.reason),
                coupon=one.coupon,
                pointer=f"/coupons/{places.get(one.coupon, 0)}",
            )


def count_uses(prices: Quote, order: Order, *, zone: str, checkout: str) -> None:
    """
    Count what promotions were used; nothing is asked where none counts.

    :raises LostRace: somebody else took the last of it meanwhile: priced anew, one sees that
    :raises UsedUp: the same, and there is no time to try again
    """
    try:
        promotions.redeem(
            prices.uses,
            reference=reference_of(order.id),
            on=order.placed_at.astimezone(ZoneInfo(zone)).date(),
            customer_id=order.customer_id,
            checkout=checkout,
        )
    except promotions.UsedUp as error:
        if may_lose():
            raise LostRace from error
        raise


def applied_story(prices: Quote, currency: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what the timeline tells of promotions: nothing where none applied."""
    told: list[tuple[str, dict[str, Any]]] = []
    amount = sum(one.amount_minor for one in prices.adjustments)
    applied = [one for one in prices.judged if one.applied]
    if names := [one.name for one in applied if one.amount_minor or not one.free_units]:
        data = {"names": names, "amount_minor": amount, "currency": currency}
        told.append(("promotions_applied", data))
    if units := sum(line.quantity for line in prices.lines if line.is_free):
        names = [one.name for one in applied if one.free_units]
        told.append(("gifts_added", {"names": names, "units": units}))
    return told


def _written(one: Judged) -> dict[str, Any]:
    """Return one judgement as it is kept; what says nothing is left out."""
    return {name: value for name, value in one._asdict().items() if value not in (None, "", 0)}
