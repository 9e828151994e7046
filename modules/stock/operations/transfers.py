"""
Goods on their way between our own locations.

A requested transfer holds its goods at the source like an order does; shipped, they are in
transit and incoming at the target; received, they lie there. What is missing goes to loss, with
a reason: the transit is empty once the transfer is closed.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import delete, select, update

from app import clock
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.stock.errors import AlreadyClosed, NothingToPost, ReasonMissing, SamePlace
from modules.stock.events import AvailabilityChanged, GoodsArrived
from modules.stock.models import MovementKind, Transfer, TransferLine, TransferState, Virtual
from modules.stock.operations.ledger import Move, add_levels, change_levels, write_moves
from modules.stock.operations.reservations import issue_to, release_many, reserve_many
from modules.stock.queries.transfers import get_transfer, lines_of_transfer
from modules.stock.values import Change, TransferLineWanted, Wanted

REFERENCE = "transfer"


def start_transfer(*, from_location_id: int, to_location_id: int, note: str = "") -> Transfer:
    """
    Open a transfer that is filled piece by piece; it holds nothing before it is requested.

    :raises SamePlace: source and target are one
    """
    if from_location_id == to_location_id:
        raise SamePlace
    transfer = Transfer(
        from_location_id=from_location_id,
        to_location_id=to_location_id,
        note=note,
        actor=str(current_actor()),
    )
    session.add(transfer)
    session.flush()
    return transfer


def put_on_transfer(*, transfer_id: int, variant_id: int, quantity: int) -> None:
    """
    Add pieces of a variant to a transfer that is not requested yet.

    :raises AlreadyClosed: it is requested
    """
    assert quantity > 0, quantity
    _hold(transfer_id, TransferState.DRAFT)
    more = session.scalar(
        update(TransferLine)
        .where(TransferLine.transfer_id == transfer_id, TransferLine.variant_id == variant_id)
        .values(quantity=TransferLine.quantity + quantity)
        .returning(TransferLine.id)
        .execution_options(synchronize_session=False)
    )
    if more is None:
        session.add(TransferLine(transfer_id=transfer_id, variant_id=variant_id, quantity=quantity))
        session.flush()


def set_on_transfer(*, transfer_id: int, variant_id: int, quantity: int) -> None:
    """
    Say how many pieces of a variant are to go; 0 takes the line away.

    :raises AlreadyClosed: the transfer is requested
    """
    _hold(transfer_id, TransferState.DRAFT)
    session.execute(
        delete(TransferLine)
        .where(TransferLine.transfer_id == transfer_id, TransferLine.variant_id == variant_id)
        .execution_options(synchronize_session=False)
    )
    if quantity:
        session.add(TransferLine(transfer_id=transfer_id, variant_id=variant_id, quantity=quantity))
        session.flush()


def request_transfer(
    *,
    from_location_id: int,
    to_location_id: int,
    lines: Sequence[TransferLineWanted],
    note: str = "",
) -> Transfer:
    """
    Ask for goods to be sent to another location, and hold them at the source.

    :raises SamePlace: source and target are one
    :raises NothingToPost: there is no line
    :raises NotEnoughStock: the source has less to give
    """
    transfer = start_transfer(
        from_location_id=from_location_id, to_location_id=to_location_id, note=note
    )
    asked: dict[int, int] = {}
    for line in lines:
        asked[line.variant_id] = asked.get(line.variant_id, 0) + line.quantity
    session.add_all(
        TransferLine(transfer_id=transfer.id, variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in asked.items()
    )
    session.flush()
    return confirm_transfer(transfer_id=transfer.id)


def confirm_transfer(*, transfer_id: int) -> Transfer:
    """
    Request a transfer that has been filled: from now on its goods are held at the source.

    :raises AlreadyClosed: it was requested before
    :raises NothingToPost: it has no line
    :raises NotEnoughStock: the source has less to give
    """
    transfer = _hold(transfer_id, TransferState.DRAFT)
    lines = lines_of_transfer(transfer_id)
    if not lines:
        raise NothingToPost
    held = reserve_many(
        [
            Wanted(
                variant_id=line.variant_id,
                location_id=transfer.from_location_id,
                quantity=line.quantity,
                reference=Reference(REFERENCE, transfer.id),
            )
            for line in lines
        ]
    )
    for line, reservation_id in zip(lines, held, strict=True):
        line.reservation_id = reservation_id
    transfer.state = TransferState.REQUESTED
    transfer.requested_at = clock.now()
    session.flush()
    return transfer


def cancel_transfer(*, transfer_id: int) -> Transfer:
    """
    Give up a transfer that has not left; its goods are free again.

    :raises AlreadyClosed: it has left, or is closed
    """
    transfer = _hold(transfer_id, TransferState.DRAFT, TransferState.REQUESTED)
    if transfer.state is TransferState.REQUESTED:
        release_many([(line.held(), line.quantity) for line in lines_of_transfer(transfer_id)])
    transfer.state = TransferState.CANCELLED
    transfer.closed_at = clock.now()
    session.flush()
    return transfer


def ship_transfer(*, transfer_id: int) -> Transfer:
    """
    Let the goods of a requested transfer leave the source.

    :raises AlreadyClosed: it is not requested, or has left before
    """
    transfer = _hold(transfer_id, TransferState.REQUESTED)
    lines = lines_of_transfer(transfer_id)
    issue_to(
        [(line.held(), line.quantity) for line in lines],
        kind=MovementKind.TRANSFER_OUT,
        to_virtual=Virtual.TRANSIT,
        reference=Reference(REFERENCE, transfer.id),
        reason=transfer.note,
    )
    add_levels(
        Change(line.variant_id, transfer.to_location_id, incoming=line.quantity) for line in lines
    )
    transfer.state = TransferState.IN_TRANSIT
    transfer.shipped_at = clock.now()
    session.flush()
    return transfer


def receive_transfer(
    *, transfer_id: int, lines: Sequence[TransferLineWanted] | None = None, reason: str = ""
) -> Transfer:
    """
    Take in what a transfer brought: all of it, or what was counted of each variant.

    A variant that `lines` does not name did not come.

    :raises AlreadyClosed: it is not on its way
    :raises InvalidInput: a variant is not on the transfer
    :raises ReasonMissing: what came differs from what was sent, and nobody says why
    """
    transfer = _hold(transfer_id, TransferState.IN_TRANSIT)
    sent = lines_of_transfer(transfer_id)
    came = {line.variant_id: line.quantity for line in sent}
    if lines is not None:
        came = dict.fromkeys(came, 0)
        for place, counted in enumerate(lines):
            if counted.variant_id not in came:
                raise InvalidInput(
                    _("This variant is not on the transfer."), pointer=f"/lines/{place}/sku"
                )
            came[counted.variant_id] += counted.quantity
    differs = any(came[line.variant_id] != line.quantity for line in sent)
    if differs and not reason.strip():
        raise ReasonMissing
    place_id = transfer.to_location_id
    change_levels(
        Change(line.variant_id, place_id, on_hand=came[line.variant_id], incoming=-line.quantity)
        for line in sent
    )
    write_moves(move for line in sent for move in _arrival(transfer, line, came, reason))
    for line in sent:
        line.received = came[line.variant_id]
    transfer.state = TransferState.RECEIVED
    transfer.difference_reason = reason if differs else ""
    transfer.closed_at = clock.now()
    session.flush()
    arrived_ids = tuple(sorted(one for one, quantity in came.items() if quantity))
    if arrived_ids:
        publish(AvailabilityChanged(variant_ids=arrived_ids))
        publish(GoodsArrived(location_id=place_id, variant_ids=arrived_ids))
    return transfer


def _arrival(
    transfer: Transfer, line: TransferLine, came: dict[int, int], reason: str
) -> Iterator[Move]:
    """Empty the transit of a line: what came lies at the target, what did not is a loss."""
    arrived, sent = came[line.variant_id], line.quantity
    move = partial(Move, variant_id=line.variant_id, reference=Reference(REFERENCE, transfer.id))
    if both := min(arrived, sent):
        yield move(
            kind=MovementKind.TRANSFER_IN,
            quantity=both,
            from_virtual=Virtual.TRANSIT,
            to_location_id=transfer.to_location_id,
            reason=transfer.note,
        )
    if arrived < sent:
        yield move(
            kind=MovementKind.ADJUST,
            quantity=sent - arrived,
            from_virtual=Virtual.TRANSIT,
            to_virtual=Virtual.LOSS,
            reason=reason,
        )
    if arrived > sent:
        yield move(
            kind=MovementKind.ADJUST,
            quantity=arrived - sent,
            from_virtual=Virtual.LOSS,
            to_location_id=transfer.to_location_id,
            reason=reason,
        )


_NOT_NOW = {
    TransferState.DRAFT: lambda: _("This transfer is not requested yet. Request it first."),
    TransferState.REQUESTED: lambda: _("This transfer has not left yet. Ship it first."),
    TransferState.IN_TRANSIT: lambda: _("This transfer is on its way. Receive it at its target."),
    TransferState.RECEIVED: lambda: _("This transfer has been received. Start a new one."),
    TransferState.CANCELLED: lambda: _("This transfer was cancelled. Start a new one."),
}


def _hold(transfer_id: int, *states: TransferState) -> Transfer:
    session.execute(select(Transfer.id).where(Transfer.id == transfer_id).with_for_update())
    transfer = get_transfer(transfer_id)
    if transfer.state not in states:
        raise AlreadyClosed(_NOT_NOW[transfer.state]())
    return transfer
