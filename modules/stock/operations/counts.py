"""
Counting goods while the shop sells.

A counted line remembers where the ledger of that variant stood at that moment: the difference is
what was counted less what the ledger said there, whatever is sold before the count is posted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from app import clock
from app.actor import current_actor
from app.db import session
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.stock.errors import AlreadyClosed, NothingToPost
from modules.stock.events import AvailabilityChanged, GoodsArrived
from modules.stock.limits import check_correction
from modules.stock.models import (
    CountState,
    MovementKind,
    StockCount,
    StockCountLine,
    StockMovement,
    Virtual,
)
from modules.stock.operations.ledger import Move, add_levels, change_levels, write_moves
from modules.stock.queries.counts import get_count, lines_of_count
from modules.stock.queries.levels import available_for
from modules.stock.values import Change, Level

REFERENCE = "stock_count"


@dataclass(frozen=True, kw_only=True)
class CountedLine:
    """What somebody counted of a variant."""

    variant_id: int
    counted: int


def start_count(*, location_id: int) -> StockCount:
    """Begin to count a location; several people may write on one count."""
    counting = StockCount(location_id=location_id, actor=str(current_actor()))
    session.add(counting)
    session.flush()
    return counting


def count(*, location_id: int, lines: Sequence[CountedLine]) -> StockCount:
    """
    Count variants in a location and post the differences at once.

    :raises NothingToPost: there is no line
    :raises NotEnoughStock: fewer pieces lie there than are promised
    """
    counting = start_count(location_id=location_id)
    for line in sorted(lines, key=lambda line: line.variant_id):
        put_on_count(
            count_id=counting.id, variant_id=line.variant_id, counted=line.counted, more=True
        )
    return post_count(count_id=counting.id)


def put_on_count(*, count_id: int, variant_id: int, counted: int, more: bool = False) -> None:
    """
    Write down what was counted of a variant, at the present position of the ledger.

    With `more` it is added to what this count has of it: a scan is one piece more.

    :raises AlreadyClosed: the count is posted
    """
    assert counted >= 0, counted
    counting = _hold_open(count_id)
    position, expected = _ledger_position(variant_id, counting.location_id)
    line = session.scalar(
        select(StockCountLine)
        .where(StockCountLine.count_id == count_id, StockCountLine.variant_id == variant_id)
        .execution_options(populate_existing=True)
    )
    if line is None:
        line = StockCountLine(count_id=count_id, variant_id=variant_id, counted=0)
        session.add(line)
    line.counted = line.counted + counted if more else counted
    line.position, line.expected = position, expected
    line.counted_at, line.actor = clock.now(), str(current_actor())
    session.flush()


def take_off_count(*, count_id: int, variant_id: int) -> None:
    """
    Take a line off a count, as if the variant had not been counted.

    :raises AlreadyClosed: the count is posted
    """
    _hold_open(count_id)
    line = session.scalar(
        select(StockCountLine).where(
            StockCountLine.count_id == count_id, StockCountLine.variant_id == variant_id
        )
    )
    if line is not None:
        session.delete(line)
        session.flush()


def post_count(*, count_id: int) -> StockCount:
    """
    Enter the differences of a count into the ledger.

    :raises AlreadyClosed: it was posted before
    :raises NothingToPost: nothing was counted
    :raises NotEnoughStock: fewer pieces lie there than are promised
    :raises NeedsSecondPerson: it is more than the caller corrects alone
    """
    counting = _hold_open(count_id)
    lines = lines_of_count(count_id)
    if not lines:
        raise NothingToPost
    check_correction(
        counting.location_id, {line.variant_id: abs(line.difference) for line in lines}
    )
    place = counting.location_id
    found = [line for line in lines if line.difference > 0]
    gone = [line for line in lines if line.difference < 0]
    # All rows in one order first: the two statements below would take them in two.
    levels = available_for([line.variant_id for line in lines], [place], lock=True)
    aside = _missing_of_set_aside(gone, levels)
    add_levels(Change(line.variant_id, place, on_hand=line.difference) for line in found)
    change_levels(
        Change(line.variant_id, place, on_hand=line.difference, unsellable=-aside[line.variant_id])
        for line in gone
    )
    write_moves(_moves(counting, found, gone, aside))
    counting.state = CountState.POSTED
    counting.closed_at = clock.now()
    session.flush()
    if changed := tuple(sorted(line.variant_id for line in [*found, *gone])):
        publish(AvailabilityChanged(variant_ids=changed))
    if more := tuple(sorted(line.variant_id for line in found)):
        publish(GoodsArrived(location_id=place, variant_ids=more))
    return counting


def _missing_of_set_aside(
    gone: Sequence[StockCountLine], levels: Sequence[Level]
) -> Mapping[int, int]:
    """
    Return per variant how many of the lost pieces are of those that had been set aside.

    First those that a picker had not found, then free ones, then the rest: what lies there
    damaged is counted like the others.
    """
    known = {level.variant_id: level for level in levels}
    unfound = _set_aside_unfound([level for level in levels if level.unsellable])
    lost: dict[int, int] = {}
    for line in gone:
        level = known[line.variant_id]
        more_than_free = -line.difference - max(0, level.available)
        lost[line.variant_id] = min(
            level.unsellable, -line.difference, max(unfound.get(line.variant_id, 0), more_than_free)
        )
    return lost


def _set_aside_unfound(levels: Sequence[Level]) -> Mapping[int, int]:
    """Return how many pieces pickers did not find that were neither put back nor lost since."""
    if not levels:
        return {}
    entry = StockMovement
    unfound = case(
        ((entry.kind == MovementKind.SET_ASIDE) & (entry.ref_kind == "parcel"), entry.quantity),
        (entry.from_unsellable, -entry.quantity),
        else_=0,
    )
    found = (
        select(entry.variant_id, func.sum(unfound))
        .where(
            entry.variant_id.in_([level.variant_id for level in levels]),
            or_(
                entry.to_location_id == levels[0].location_id,
                entry.from_location_id == levels[0].location_id,
            ),
        )
        .group_by(entry.variant_id)
    )
    return {variant_id: int(pieces) for variant_id, pieces in session.execute(found)}


def _moves(
    counting: StockCount,
    found: Sequence[StockCountLine],
    gone: Sequence[StockCountLine],
    aside: Mapping[int, int],
) -> Iterator[Move]:
    place, reference = counting.location_id, Reference(REFERENCE, counting.id)
    for line in found:
        yield Move(
            kind=MovementKind.COUNT,
            variant_id=line.variant_id,
            quantity=line.difference,
            from_virtual=Virtual.LOSS,
            to_location_id=place,
            reason="count",
            reference=reference,
        )
    for line in gone:
        unsellable = aside[line.variant_id]
        for quantity, is_aside in ((-line.difference - unsellable, False), (unsellable, True)):
            if quantity:
                yield Move(
                    kind=MovementKind.COUNT,
                    variant_id=line.variant_id,
                    quantity=quantity,
                    from_location_id=place,
                    from_unsellable=is_aside,
                    to_virtual=Virtual.LOSS,
                    reason="count",
                    reference=reference,
                )


def cancel_count(*, count_id: int) -> None:
    """
    Give a count up; the ledger stays as it is.

    :raises AlreadyClosed: it was posted before
    """
    counting = _hold_open(count_id)
    counting.state = CountState.CANCELLED
    counting.closed_at = clock.now()
    session.flush()


def _ledger_position(variant_id: int, location_id: int) -> tuple[int, int]:
    # Whoever moves these goods holds the item's row until his commit: under its lock the last
    # entry and the figure belong together.
    found = available_for([variant_id], [location_id], lock=True)
    here = or_(
        StockMovement.from_location_id == location_id, StockMovement.to_location_id == location_id
    )
    last = session.scalar(
        select(func.max(StockMovement.id)).where(StockMovement.variant_id == variant_id, here)
    )
    return last or 0, found[0].on_hand if found else 0


def _hold_open(count_id: int) -> StockCount:
    session.execute(select(StockCount.id).where(StockCount.id == count_id).with_for_update())
    counting = get_count(count_id)
    if counting.state is not CountState.COUNTING:
        raise AlreadyClosed(_("This count is closed. Start a new one."))
    return counting
