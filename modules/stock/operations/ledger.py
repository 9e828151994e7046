"""The two strokes of every change of stock: the figures of the items, and the ledger's entries."""

from collections.abc import Iterable
from datetime import datetime
from operator import add
from typing import NamedTuple

from app import clock
from app.actor import current_actor
from app.reference import Reference
from modules.stock.errors import NotEnoughStock
from modules.stock.models import MovementKind, Virtual
from modules.stock.queries.levels import shortages
from modules.stock.statements import ADD, CHANGE, MOVE
from modules.stock.values import Change


class Move(NamedTuple):
    """One entry to be: pieces of a variant go from one place to another."""

    kind: MovementKind
    variant_id: int
    quantity: int
    reason: str
    reference: Reference | None = None
    from_location_id: int | None = None
    from_virtual: Virtual | None = None
    from_unsellable: bool = False
    to_location_id: int | None = None
    to_virtual: Virtual | None = None
    to_unsellable: bool = False


def change_levels(changes: Iterable[Change]) -> None:
    """
    Change the figures of stock items that exist, all in one statement.

    :raises NotEnoughStock: somewhere more would be taken or promised than is free
    """
    summed = _summed(changes)
    if not summed:
        return
    rows = CHANGE.run((one._asdict() for one in summed), now=clock.now())
    if len(rows) == len(summed):
        return
    done = {(row.variant_id, row.location_id) for row in rows}
    short = {
        (one.variant_id, one.location_id): one.reserved + one.unsellable - one.on_hand
        for one in summed
        if (one.variant_id, one.location_id) not in done
    }
    raise NotEnoughStock(shortages(short))


def add_levels(changes: Iterable[Change]) -> None:
    """Add to the figures of stock items, opening those that are new; nothing is taken away."""
    summed = _summed(changes)
    if summed:
        assert all(one.on_hand >= 0 and one.reserved == 0 for one in summed)
        ADD.run((one._asdict() for one in summed), now=clock.now())


def write_moves(moves: Iterable[Move], *, effective_at: datetime | None = None) -> None:
    """Write entries into the ledger; what happened earlier still comes after what is written."""
    now = clock.now()
    rows = [
        {
            **one._asdict(),
            "n": place,
            "ref_kind": one.reference and one.reference.kind,
            "ref_id": one.reference and one.reference.id,
        }
        for place, one in enumerate(moves)
    ]
    if rows:
        MOVE.run(rows, now=now, effective_at=effective_at or now, actor=str(current_actor()))


def _summed(changes: Iterable[Change]) -> list[Change]:
    """Return one change per stock item, in the order in which all writers take their locks."""
    total: dict[tuple[int, int], Change] = {}
    for one in changes:
        key = one.variant_id, one.location_id
        before = total.get(key)
        total[key] = one if before is None else Change(*key, *map(add, before[2:], one[2:]))
    return [total[key] for key in sorted(total)]
