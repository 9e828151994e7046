"""The inserts of an order's intake: lines, units, promises of stock, holds; one statement each."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from app import clock
from app.actor import current_actor
from app.db import session
from app.reference import Reference
from modules import stock
from modules.orders.given import OrderedLine
from modules.orders.models import Allocation, AllocationState, Hold, HoldKind, OrderLine, SoldUnit
from modules.orders.quoting import Quote, split_into_units
from modules.orders.routing import Portion

# RETURNING lets many rows travel in one statement; what comes back is matched by its own words,
# since asking for the order of the rows would send them one by one on SQLite.
# They name tables, not classes: the same statement by way of the ORM costs twice the time.
_LINES: Any = OrderLine.__table__
_UNITS: Any = SoldUnit.__table__
_ALLOCATIONS: Any = Allocation.__table__
_HOLDS: Any = Hold.__table__
_INSERT_LINES = insert(_LINES).returning(_LINES.c.id, _LINES.c.position)
_INSERT_UNITS = insert(_UNITS).returning(_UNITS.c.id)
_INSERT_ALLOCATIONS = insert(_ALLOCATIONS).returning(
    _ALLOCATIONS.c.id, _ALLOCATIONS.c.order_line_id, _ALLOCATIONS.c.location_id
)
_INSERT_HOLDS = insert(_HOLDS).returning(_HOLDS.c.id, _HOLDS.c.kind, _HOLDS.c.reason)


def insert_lines(
    order_id: int,
    ordered: Sequence[OrderedLine],
    prices: Quote,
    variants: Mapping[str, Any],
    portions: Sequence[Sequence[Portion]],
) -> list[OrderLine]:
    """Write the lines in one statement and return them with their keys."""
    rows = []
    for place, (line, price) in enumerate(zip(ordered, prices.lines, strict=True)):
        variant = variants.get(line.sku)
        reserved = sum(p.quantity for p in portions[place] if p.location_id is not None)
        rows.append(
            {
                "order_id": order_id,
                "position": place + 1,
                "variant_id": variant.id if variant else None,
                "sku": line.sku,
                "name": variant.name if variant else line.name or line.sku,
                "label": variant.label if variant else "",
                "quantity": line.quantity,
                "per": variant.per if variant else 1,
                "unit_price_minor": price.unit_price_minor,
                "price_list": price.price_list or None,
                "gross_minor": price.total_minor,
                "discount_minor": price.discount_minor,
                "tax_class_id": variant.tax_class_id if variant else None,
                "rate_bp": price.rate_bp,
                "is_gift_card": variant.is_gift_card if variant else False,
                "is_free": price.is_free,
                "cancelled": 0,
                "backordered": line.quantity - reserved,
                "reserved": reserved,
                "picking": 0,
                "picked": 0,
                "packed": 0,
                "shipped": 0,
                "delivered": 0,
                "return_requested": 0,
                "returned": 0,
            }
        )
    keys: dict[Any, int] = {place: key for key, place in session.execute(_INSERT_LINES, rows)}
    return [OrderLine(id=keys[row["position"]], **row) for row in rows]


def insert_units(lines: Sequence[OrderLine], variants: Mapping[str, Any], prices: Quote) -> None:
    """Freeze what each unit costs, as ranges of equal ones."""
    rows = []
    for line, price in zip(lines, prices.lines, strict=True):
        variant = variants.get(line.sku)
        ranges = price.units or split_into_units(
            quantity=line.quantity,
            per=line.per,
            gross_minor=line.gross_minor,
            discount_minor=line.discount_minor,
        )
        rows += [
            {
                "order_line_id": line.id,
                "first": one.first,
                "last": one.last,
                "gross_minor": one.gross_minor,
                "discount_minor": one.discount_minor,
                "rate_bp": line.rate_bp,
                "cost_minor": variant.cost_minor if variant else None,
            }
            for one in ranges
        ]
    session.execute(_INSERT_UNITS, rows)


def reserve(
    order_id: int,
    lines: Sequence[OrderLine],
    portions: Sequence[Sequence[Portion]],
) -> list[Allocation]:
    """
    Promise the goods to the order: stock reserves, allocations point at the promises.

    Return the allocations in the order of their keys; of a line, no two are at one location.
    """
    reference = Reference("order", order_id)
    parts = [(line, part) for line, own in zip(lines, portions, strict=True) for part in own]
    wanted = [
        stock.Wanted(
            variant_id=line.variant_id,
            location_id=part.location_id,
            quantity=part.quantity,
            reference=reference,
        )
        for line, part in parts
        if line.variant_id is not None and part.location_id is not None
    ]
    keys = iter(stock.reserve_many(wanted) if wanted else ())
    rows: list[dict[str, Any]] = [
        {
            "order_id": order_id,
            "order_line_id": line.id,
            "variant_id": line.variant_id,
            "quantity": part.quantity,
            "state": (
                AllocationState.BACKORDERED
                if part.location_id is None
                else AllocationState.RESERVED
            ),
            "location_id": part.location_id,
            "reservation_id": None if part.location_id is None else next(keys),
            "parcel_id": None,
        }
        for line, part in parts
    ]
    made = {(line, place): key for key, line, place in session.execute(_INSERT_ALLOCATIONS, rows)}
    allocations = [
        Allocation(id=made[row["order_line_id"], row["location_id"]], **row) for row in rows
    ]
    return sorted(allocations, key=lambda one: one.id)


def open_holds(order_id: int, holds: Sequence[tuple[HoldKind, str]]) -> list[Hold]:
    """Open the holds that the order comes in with, in one statement if there are any."""
    if not holds:
        return []
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "order_id": order_id,
            "kind": kind,
            "reason": reason,
            "owner": None,
            "due_at": None,
            "opened_at": now,
            "opened_by": str(current_actor()),
            "released_at": None,
            "released_by": None,
        }
        for kind, reason in holds
    ]
    keys = {(kind, why): key for key, kind, why in session.execute(_INSERT_HOLDS, rows)}
    return [Hold(id=keys[row["kind"], row["reason"]], **row) for row in rows]
