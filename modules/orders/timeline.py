"""Write what happened to an order. The timeline is only ever added to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from app import clock
from app.actor import current_actor
from app.db import session
from modules.orders.models import OrderEvent

_EVENTS: Any = OrderEvent.__table__
_ADD = insert(_EVENTS).returning(_EVENTS.c.id)

# kind -> (icon, tone) of the page; a kind that is not here is a programmer's error.
KINDS: Mapping[str, tuple[str, str]] = {
    "placed": ("inbox", ""),
    "imported": ("file-import", ""),
    "promotions_applied": ("discount", ""),
    "gifts_added": ("gift", ""),
    "discount_given": ("discount", ""),
    "gift_cards_issued": ("gift", "ok"),
    "points_earned": ("star", "ok"),
    "points_spent": ("star", ""),
    "points_returned": ("star", "back"),
    "routed": ("route", ""),
    "backordered": ("hourglass-low", "wait"),
    "backorder_filled": ("package-import", "ok"),
    "hold_opened": ("lock", "wait"),
    "hold_released": ("lock-open", "ok"),
    "parcel_opened": ("package", ""),
    "picking_started": ("scan", "run"),
    "picked": ("scan", "run"),
    "short_picked": ("barcode-off", "bad"),
    "packed": ("package", "run"),
    "parcel_cancelled": ("package-off", ""),
    "label_asked": ("printer", ""),
    "label_made": ("printer", "ok"),
    "label_failed": ("printer-off", "bad"),
    "shipped": ("truck-delivery", "ok"),
    "delivered": ("circle-check", "ok"),
    "payment_added": ("receipt-2", ""),
    "payment_captured": ("receipt-2", "ok"),
    "payment_voided": ("receipt-off", ""),
    "refunded": ("arrow-back-up", "back"),
    "refund_failed": ("arrow-back-up", "bad"),
    "approval_asked": ("hourglass-low", "wait"),
    "approval_given": ("shield-check", "ok"),
    "approval_refused": ("forbid", "bad"),
    "approval_withdrawn": ("x", ""),
    "invoice_issued": ("file-invoice", ""),
    "correction_issued": ("file-invoice", "back"),
    "units_cancelled": ("x", ""),
    "cancelled": ("x", ""),
    "return_requested": ("arrow-back-up", "back"),
    "return_received": ("arrow-back-up", "back"),
    "return_cancelled": ("x", ""),
    "closed": ("circle-check", "ok"),
    "reopened": ("rotate", ""),
    "note": ("message-2", ""),
}


def record(order_id: int, kind: str, **data: Any) -> None:
    """Add one event to an order's timeline."""
    record_many([(order_id, kind, data)])


def record_many(events: list[tuple[int, str, dict[str, Any]]]) -> None:
    """Add several events in one statement, in their order."""
    actor, now = str(current_actor()), clock.now()
    rows = []
    for order_id, kind, data in events:
        assert kind in KINDS, kind
        rows.append({"order_id": order_id, "kind": kind, "actor": actor, "at": now, "data": data})
    session.execute(_ADD, rows)
