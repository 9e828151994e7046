"""
Goods that come in: on a receipt that is filled by scanning and then posted, or all at once.

Posting is set-based: the number of statements does not depend on the number of lines.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from app import clock
from app.actor import current_actor
from app.db import session
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.stock.errors import AlreadyClosed, GoodsMovedSince, NotEnoughStock, NothingToPost
from modules.stock.events import AvailabilityChanged, GoodsArrived
from modules.stock.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    MovementKind,
    ReceiptState,
    Virtual,
)
from modules.stock.operations.ledger import Move, add_levels, change_levels, write_moves
from modules.stock.queries.receipts import get_receipt
from modules.stock.statements import LINES
from modules.stock.values import Change, ReceiptLine

REFERENCE = "goods_receipt"


def receive(
    *,
    location_id: int,
    reference: str,
    lines: Sequence[ReceiptLine],
    effective_at: datetime | None = None,
    source: Reference | None = None,
) -> GoodsReceipt:
    """
    Receive goods from outside: write the receipt, raise the figures, enter the ledger.

    `effective_at` says when they really came; the entries are still written now. `source` names
    what they came with (an import), so that it can be taken back with it.

    :raises NothingToPost: there is no line
    """
    if not lines:
        raise NothingToPost
    receipt = _open(location_id=location_id, reference=reference, source=source)
    LINES.run(
        {
            "n": place,
            "receipt_id": receipt.id,
            "variant_id": line.variant_id,
            "quantity": line.quantity,
            "unit_cost_minor": line.unit_cost_minor,
        }
        for place, line in enumerate(lines)
    )
    _post(receipt, lines, effective_at=effective_at)
    return receipt


def start_receipt(*, location_id: int, reference: str) -> GoodsReceipt:
    """Open a receipt that is filled piece by piece; nothing is in stock before it is posted."""
    return _open(location_id=location_id, reference=reference, source=None)


def put_on_receipt(*, receipt_id: int, variant_id: int, quantity: int) -> None:
    """
    Add pieces of a variant to an open receipt: a scan is one piece more.

    :raises AlreadyClosed: the receipt is posted
    """
    assert quantity > 0, quantity
    _hold_open(receipt_id)
    more = session.scalar(
        update(GoodsReceiptLine)
        .where(GoodsReceiptLine.receipt_id == receipt_id, GoodsReceiptLine.variant_id == variant_id)
        .values(quantity=GoodsReceiptLine.quantity + quantity)
        .returning(GoodsReceiptLine.id)
        .execution_options(synchronize_session=False)
    )
    if more is None:
        session.add(
            GoodsReceiptLine(receipt_id=receipt_id, variant_id=variant_id, quantity=quantity)
        )
        session.flush()


def set_on_receipt(*, receipt_id: int, variant_id: int, quantity: int) -> None:
    """
    Say how many pieces of a variant an open receipt has; 0 takes the line away.

    :raises AlreadyClosed: the receipt is posted
    """
    _hold_open(receipt_id)
    session.execute(
        delete(GoodsReceiptLine)
        .where(GoodsReceiptLine.receipt_id == receipt_id, GoodsReceiptLine.variant_id == variant_id)
        .execution_options(synchronize_session=False)
    )
    if quantity:
        session.add(
            GoodsReceiptLine(receipt_id=receipt_id, variant_id=variant_id, quantity=quantity)
        )
        session.flush()


def post_receipt(*, receipt_id: int) -> GoodsReceipt:
    """
    Take what is on an open receipt into stock.

    :raises AlreadyClosed: it is posted
    :raises NothingToPost: it has no line
    """
    _hold_open(receipt_id)
    rows = session.execute(
        select(
            GoodsReceiptLine.variant_id,
            GoodsReceiptLine.quantity,
            GoodsReceiptLine.unit_cost_minor,
        )
        .where(GoodsReceiptLine.receipt_id == receipt_id)
        .order_by(GoodsReceiptLine.id)
    )
    lines = [
        ReceiptLine(variant_id=row[0], quantity=row[1], unit_cost_minor=row[2]) for row in rows
    ]
    if not lines:
        raise NothingToPost
    receipt = get_receipt(receipt_id)
    _post(receipt, lines, effective_at=None)
    return receipt


def discard_receipt(*, receipt_id: int) -> None:
    """
    Throw away a receipt that was never posted.

    :raises AlreadyClosed: it is posted
    """
    _hold_open(receipt_id)
    session.execute(
        delete(GoodsReceiptLine)
        .where(GoodsReceiptLine.receipt_id == receipt_id)
        .execution_options(synchronize_session=False)
    )
    session.delete(get_receipt(receipt_id))
    session.flush()


def take_back_receipts(*, source: Reference) -> None:
    """
    Undo what was received because of something that is itself undone.

    :raises GoodsMovedSince: some of the goods are sold, promised or moved by now
    """
    receipts = session.scalars(
        select(GoodsReceipt)
        .where(
            GoodsReceipt.source_kind == source.kind,
            GoodsReceipt.source_id == source.id,
            GoodsReceipt.state == ReceiptState.POSTED,
        )
        .order_by(GoodsReceipt.id)
        .with_for_update()
    ).all()
    for receipt in receipts:
        _reverse(receipt)


def _open(*, location_id: int, reference: str, source: Reference | None) -> GoodsReceipt:
    receipt = GoodsReceipt(
        location_id=location_id,
        reference=reference,
        source_kind=source and source.kind,
        source_id=source and source.id,
        actor=str(current_actor()),
    )
    session.add(receipt)
    session.flush()
    return receipt


def _hold_open(receipt_id: int) -> None:
    # Two scanners may write on one receipt: they take turns at its row.
    found = session.execute(
        select(GoodsReceipt.state).where(GoodsReceipt.id == receipt_id).with_for_update()
    ).scalar()
    if found is not ReceiptState.DRAFT:
        raise AlreadyClosed(_("This receipt is posted already. Start a new one for more goods."))


def _post(
    receipt: GoodsReceipt, lines: Sequence[ReceiptLine], *, effective_at: datetime | None
) -> None:
    assert all(line.quantity > 0 for line in lines)
    now = clock.now()
    place = receipt.location_id
    receipt.state = ReceiptState.POSTED
    receipt.posted_at = now
    receipt.effective_at = effective_at or now
    session.flush()
    add_levels(Change(line.variant_id, place, on_hand=line.quantity) for line in lines)
    write_moves(
        (
            Move(
                kind=MovementKind.RECEIVE,
                variant_id=line.variant_id,
                quantity=line.quantity,
                from_virtual=Virtual.SUPPLIER,
                to_location_id=place,
                reason=receipt.reference,
                reference=Reference(REFERENCE, receipt.id),
            )
            for line in lines
        ),
        effective_at=effective_at,
    )
    arrived = tuple(sorted({line.variant_id for line in lines}))
    publish(AvailabilityChanged(variant_ids=arrived))
    publish(GoodsArrived(location_id=place, variant_ids=arrived))


def _reverse(receipt: GoodsReceipt) -> None:
    lines = session.execute(
        select(GoodsReceiptLine.variant_id, GoodsReceiptLine.quantity)
        .where(GoodsReceiptLine.receipt_id == receipt.id)
        .order_by(GoodsReceiptLine.id)
    ).all()
    place = receipt.location_id
    try:
        change_levels(Change(variant_id, place, on_hand=-number) for variant_id, number in lines)
    except NotEnoughStock as short:
        # The refusal leaves the unit of work, so nothing of this receipt is taken back.
        raise GoodsMovedSince(
            _(
                "These goods were sold, promised or moved since they came in. %(goods)s",
                goods=str(short),
            ),
            details=short.details,
        ) from None
    write_moves(
        Move(
            kind=MovementKind.REVERSE,
            variant_id=variant_id,
            quantity=number,
            from_location_id=place,
            to_virtual=Virtual.SUPPLIER,
            reason=receipt.reference,
            reference=Reference(REFERENCE, receipt.id),
        )
        for variant_id, number in lines
    )
    receipt.state = ReceiptState.CORRECTED
    session.flush()
    gone = tuple(sorted({variant_id for variant_id, _number in lines}))
    publish(AvailabilityChanged(variant_ids=gone))
