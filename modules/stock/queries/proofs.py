"""The proof of stock: every figure is the sum of the entries behind it, and nothing is lost."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from app.db import session
from app.module import Difference

# Each entry counts twice: it leaves one place and comes to another. One pass over the ledger.
_LEDGER = text(
    """
    WITH entry AS (
      SELECT variant_id, from_location_id AS location_id, -quantity AS pieces,
        CASE WHEN from_unsellable THEN -quantity ELSE 0 END AS aside
      FROM stock_movement WHERE from_location_id IS NOT NULL
      UNION ALL
      SELECT variant_id, to_location_id, quantity,
        CASE WHEN to_unsellable THEN quantity ELSE 0 END
      FROM stock_movement WHERE to_location_id IS NOT NULL
      UNION ALL
      SELECT variant_id, location_id, -on_hand, -unsellable FROM stock_item
    )
    SELECT variant_id, location_id, SUM(pieces) AS pieces, SUM(aside) AS aside FROM entry
    GROUP BY variant_id, location_id HAVING SUM(pieces) <> 0 OR SUM(aside) <> 0
    ORDER BY variant_id, location_id LIMIT 100
    """
)
_PROMISES = text(
    """
    WITH entry AS (
      SELECT variant_id, location_id, quantity AS pieces
      FROM stock_reservation WHERE state = 'held'
      UNION ALL
      SELECT variant_id, location_id, -reserved FROM stock_item WHERE reserved <> 0
    )
    SELECT variant_id, location_id, SUM(pieces) AS pieces FROM entry
    GROUP BY variant_id, location_id HAVING SUM(pieces) <> 0
    ORDER BY variant_id, location_id LIMIT 100
    """
)
_IMPOSSIBLE = text(
    """
    SELECT variant_id, location_id, on_hand, unsellable, reserved, incoming FROM stock_item
    WHERE reserved < 0 OR unsellable < 0 OR incoming < 0 OR on_hand < unsellable + reserved
    ORDER BY variant_id, location_id LIMIT 100
    """
)
# What is in transit by the ledger is what the open transfers have sent, variant by variant.
_TRANSIT = text(
    """
    WITH entry AS (
      SELECT ref_id, variant_id, quantity AS pieces FROM stock_movement
      WHERE to_virtual = 'transit'
      UNION ALL
      SELECT ref_id, variant_id, -quantity FROM stock_movement WHERE from_virtual = 'transit'
      UNION ALL
      SELECT line.transfer_id, line.variant_id, -line.quantity FROM stock_transfer_line AS line
      JOIN stock_transfer AS one ON one.id = line.transfer_id WHERE one.state = 'in_transit'
    )
    SELECT ref_id, variant_id, SUM(pieces) AS pieces FROM entry
    GROUP BY ref_id, variant_id HAVING SUM(pieces) <> 0
    ORDER BY ref_id, variant_id LIMIT 100
    """
)
_INCOMING = text(
    """
    WITH entry AS (
      SELECT line.variant_id, one.to_location_id AS location_id, line.quantity AS pieces
      FROM stock_transfer_line AS line
      JOIN stock_transfer AS one ON one.id = line.transfer_id WHERE one.state = 'in_transit'
      UNION ALL
      SELECT variant_id, location_id, -incoming FROM stock_item WHERE incoming <> 0
    )
    SELECT variant_id, location_id, SUM(pieces) AS pieces FROM entry
    GROUP BY variant_id, location_id HAVING SUM(pieces) <> 0
    ORDER BY variant_id, location_id LIMIT 100
    """
)
_FIGURES = text(
    "SELECT on_hand, unsellable, reserved, incoming FROM stock_item "
    "WHERE variant_id = :variant_id AND location_id = :location_id"
)


def prove_stock() -> Iterator[Difference]:
    """
    Yield each stock item whose figures differ from the entries behind them.

    On hand and set aside are the sums of the movements, reserved that of the held reservations,
    incoming that of the transfers on their way; nothing is negative; what left on a transfer has
    come, is lost with a reason, or is in transit.
    """
    for row in session.execute(_LEDGER).all():
        on_hand, unsellable, *_rest = _figures(row)
        if row.pieces:
            yield _difference("on hand", row, expected=on_hand + int(row.pieces), found=on_hand)
        if row.aside:
            expected = unsellable + int(row.aside)
            yield _difference("unsellable", row, expected=expected, found=unsellable)
    for row in session.execute(_PROMISES).all():
        reserved = _figures(row)[2]
        yield _difference("reserved", row, expected=reserved + int(row.pieces), found=reserved)
    for row in session.execute(_IMPOSSIBLE).all():
        found = f"{row.on_hand} on hand, {row.unsellable} unsellable, {row.reserved} reserved"
        yield _difference("available", row, expected="0 or more", found=found)
    for row in session.execute(_TRANSIT).all():
        yield Difference(
            ledger="stock",
            entry=f"transit of transfer {row.ref_id}, variant {row.variant_id}",
            expected=0,
            found=int(row.pieces),
        )
    for row in session.execute(_INCOMING).all():
        incoming = _figures(row)[3]
        yield _difference("incoming", row, expected=incoming + int(row.pieces), found=incoming)


def _figures(row: Any) -> list[int]:
    key = {"variant_id": row.variant_id, "location_id": row.location_id}
    found = session.execute(_FIGURES, key).first()
    return list(found) if found else [0, 0, 0, 0]


def _difference(figure: str, row: Any, *, expected: object, found: object) -> Difference:
    entry = f"{figure} of variant {row.variant_id} in location {row.location_id}"
    return Difference(ledger="stock", entry=entry, expected=expected, found=found)
