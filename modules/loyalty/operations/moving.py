"""Points that move to another member, with their age, expiry and what they were earned for."""

from datetime import date

from app.db import session
from modules.loyalty.models import EntryKind, LotRow
from modules.loyalty.operations import ledger


def move_all(*, from_member: int, to_member: int, wallet_id: int, on: date, key: str) -> int:
    """Move what is left of a member's lots, and what he owes, to another; return how many."""
    pairs = [(from_member, wallet_id), (to_member, wallet_id)]
    opened = ledger.lock_many(pairs, on=on)
    source, target = opened[pairs[0]], opened[pairs[1]]
    moved = {lot: lot.remaining for lot in source.lots}
    if moved:
        ledger.take(source, EntryKind.TRANSFER, moved, key=f"{key}:out")
    for lot, points in moved.items():
        _put_like(target, lot, points, key=f"{key}:in:{lot.id}")
    if owed := source.account.debt:
        ledger.move(source.account, EntryKind.TRANSFER, debt=-owed, key=f"{key}:debt:out")
        ledger.move(target.account, EntryKind.TRANSFER, debt=owed, key=f"{key}:debt:in")
    ledger.settle(target)
    session.flush()
    return sum(moved.values())


def _put_like(target: ledger.Open, lot: LotRow, points: int, *, key: str) -> None:
    ledger.put(
        target,
        EntryKind.TRANSFER,
        points,
        key=key,
        reference=ledger.reference_of(lot),
        active_on=lot.active_on,
        expires_on=lot.expires_on,
        earned_on=lot.earned_on,
    )
