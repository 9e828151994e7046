"""The ledger of a variant, and the promises that are open on it."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.db import session
from modules.stock.models import IS_HELD, Reservation, StockMovement


def list_movements(
    variant_id: int,
    *,
    location_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[StockMovement]:
    """Return the entries of a variant's ledger, newest first, in one location or in all."""
    found = select(StockMovement).where(StockMovement.variant_id == variant_id)
    if location_id is not None:
        found = found.where(
            or_(
                StockMovement.from_location_id == location_id,
                StockMovement.to_location_id == location_id,
            )
        )
    if before_id is not None:
        found = found.where(StockMovement.id < before_id)
    return session.scalars(found.order_by(StockMovement.id.desc()).limit(limit)).all()


def list_held(
    variant_id: int, *, location_id: int | None = None, limit: int = 50
) -> Sequence[Reservation]:
    """Return the promises that are open on a variant, the oldest first."""
    found = select(Reservation).where(Reservation.variant_id == variant_id, IS_HELD)
    if location_id is not None:
        found = found.where(Reservation.location_id == location_id)
    return session.scalars(found.order_by(Reservation.id).limit(limit)).all()
