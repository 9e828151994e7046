"""
Promises of goods: made all at once or not at all, given back, kept by issuing the goods.

`reserved` of a stock item is the sum of its held reservations; both change in the same unit of
work, by a number of statements that does not depend on how many lines an order has.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from app import clock
from app.db import session
from app.events import publish
from app.reference import Reference
from modules.stock.errors import ReservationClosed
from modules.stock.events import AvailabilityChanged
from modules.stock.models import IS_HELD, MovementKind, Reservation, ReservationState, Virtual
from modules.stock.operations.ledger import Move, change_levels, write_moves
from modules.stock.statements import CLOSE, CLOSED_PART, HOLD
from modules.stock.values import Change, Wanted

_AT_ONCE = 500


def reserve_many(wanted: Sequence[Wanted], *, expires_at: datetime | None = None) -> list[int]:
    """
    Promise goods, all of them or none, and return the reservations' ids in the order of `wanted`.

    Two statements whatever the count. The refusal must reach the edge, which rolls back: some of
    the figures may have been raised before the one that was short.

    :raises NotEnoughStock: less can be promised than is wanted of some goods
    """
    assert all(one.quantity > 0 for one in wanted), wanted
    if not wanted:
        return []
    change_levels(Change(one.variant_id, one.location_id, reserved=one.quantity) for one in wanted)
    ids = _hold(wanted, expires_at=expires_at)
    _announce(one.variant_id for one in wanted)
    return ids


def release_many(parts: Sequence[tuple[int, int]]) -> None:
    """
    Give promised pieces back, as (reservation, quantity); the goods stay where they lie.

    Of a part only that many pieces are given back, kept as a released row of their own.

    :raises ReservationClosed: one of them was released or issued before, or holds fewer
    """
    closed = _close(parts, ReservationState.RELEASED)
    change_levels(Change(one.variant_id, one.location_id, reserved=-one.quantity) for one in closed)
    _announce(one.variant_id for one in closed)


def issue_many(
    parts: Sequence[tuple[int, int]], *, reference: Reference, reason: str = "ship"
) -> None:
    """
    Let promised pieces, as (reservation, quantity), leave for the customer.

    What can be promised stays as it was, so nobody is told.

    :raises ReservationClosed: one of them was released or issued before, or holds fewer
    """
    issue_to(
        parts,
        kind=MovementKind.SHIP,
        to_virtual=Virtual.CUSTOMER,
        reference=reference,
        reason=reason,
    )


def issue_to(
    parts: Sequence[tuple[int, int]],
    *,
    kind: MovementKind,
    to_virtual: Virtual,
    reference: Reference,
    reason: str,
) -> None:
    """
    Let promised pieces leave their location for a virtual place.

    :raises ReservationClosed: one of them was released or issued before, or holds fewer
    """
    closed = _close(parts, ReservationState.ISSUED)
    change_levels(
        Change(one.variant_id, one.location_id, on_hand=-one.quantity, reserved=-one.quantity)
        for one in closed
    )
    write_moves(
        Move(
            kind=kind,
            variant_id=one.variant_id,
            quantity=one.quantity,
            from_location_id=one.location_id,
            to_virtual=to_virtual,
            reference=reference,
            reason=reason,
        )
        for one in closed
    )


def split_reservation(reservation_id: int, quantity: int, *, reference: Reference) -> int:
    """
    Let a part of a reservation be held for another reference, and return the new one's id.

    :raises ReservationClosed: it is not held any more, or nothing would be left of it
    """
    assert quantity > 0, quantity
    left = session.execute(
        update(Reservation)
        .where(
            Reservation.id == reservation_id,
            Reservation.state == ReservationState.HELD,
            Reservation.quantity > quantity,
        )
        .values(quantity=Reservation.quantity - quantity)
        .returning(Reservation.variant_id, Reservation.location_id, Reservation.expires_at)
        .execution_options(synchronize_session=False)
    ).first()
    if left is None:
        raise ReservationClosed([reservation_id])
    part = Wanted(
        variant_id=left.variant_id,
        location_id=left.location_id,
        quantity=quantity,
        reference=reference,
    )
    return _hold([part], expires_at=left.expires_at)[0]


def expire_reservations() -> int:
    """Give back what was promised for a time that is over, some hundreds at once; say how many."""
    due = session.execute(
        select(Reservation.id, Reservation.quantity)
        .where(
            IS_HELD,
            Reservation.expires_at.is_not(None),
            Reservation.expires_at <= clock.now(),
        )
        .order_by(Reservation.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if due:
        release_many([(row.id, row.quantity) for row in due])
    return len(due)


def _hold(wanted: Sequence[Wanted], *, expires_at: datetime | None) -> list[int]:
    made = HOLD.run(
        (
            {
                "n": place,
                "variant_id": one.variant_id,
                "location_id": one.location_id,
                "quantity": one.quantity,
                "ref_kind": one.reference.kind,
                "ref_id": one.reference.id,
            }
            for place, one in enumerate(wanted)
        ),
        now=clock.now(),
        expires_at=expires_at,
    )
    return sorted(row.id for row in made)


def _close(parts: Sequence[tuple[int, int]], state: ReservationState) -> list[Wanted]:
    """Take pieces out of held reservations and return what they were promised for."""
    asked: dict[int, int] = {}
    for reservation_id, quantity in parts:
        assert quantity > 0, quantity
        asked[reservation_id] = asked.get(reservation_id, 0) + quantity
    if not asked:
        return []
    now = clock.now()
    rows = CLOSE.run(
        ({"id": one, "quantity": asked[one]} for one in sorted(asked)), state=state.value, now=now
    )
    if missing := asked.keys() - {row.id for row in rows}:
        raise ReservationClosed(sorted(missing))
    rows = sorted(rows, key=lambda row: row.id)
    taken = [
        Wanted(
            variant_id=row.variant_id,
            location_id=row.location_id,
            quantity=asked[row.id],
            reference=Reference(row.ref_kind, row.ref_id),
        )
        for row in rows
    ]
    in_part = [one for one, row in zip(taken, rows, strict=True) if row.state != state.value]
    if in_part:
        CLOSED_PART.run(
            (
                {
                    "n": place,
                    "variant_id": one.variant_id,
                    "location_id": one.location_id,
                    "quantity": one.quantity,
                    "ref_kind": one.reference.kind,
                    "ref_id": one.reference.id,
                }
                for place, one in enumerate(in_part)
            ),
            state=state.value,
            now=now,
        )
    return taken


def _announce(variant_ids: Iterable[int]) -> None:
    if changed := tuple(sorted(set(variant_ids))):
        publish(AvailabilityChanged(variant_ids=changed))
