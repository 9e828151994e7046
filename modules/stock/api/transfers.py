"""Transfers between our own locations: requested, shipped, received, cancelled."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.access import scope
from app.api import (
    Code,
    Count,
    In,
    ListIn,
    Out,
    Quantity,
    Words,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.errors import NotFound
from app.i18n import _
from modules.stock.api.blueprint import (
    MOST_LINES,
    READ,
    WRITE,
    api,
    body_may_be_missing,
    check_writable,
    location_of,
    own_locations,
    variant_ids,
    writable,
)
from modules.stock.models import Transfer, TransferState
from modules.stock.operations import transfers
from modules.stock.queries.levels import names
from modules.stock.queries.transfers import get_transfer, lines_of_transfer, list_transfers
from modules.stock.values import TransferLineWanted


class Named(Out):
    """What has a field that Python cannot name: it is sent by its alias."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, serialize_by_alias=True)


class TransferLineIn(In):
    sku: Code
    quantity: Quantity


class TransferIn(In):
    source: Annotated[Code, Field(alias="from")]
    to: Code
    note: Words = ""
    lines: Annotated[list[TransferLineIn], Field(min_length=1, max_length=MOST_LINES)]


class ArrivedLineIn(In):
    sku: Code
    quantity: Count


class ArrivalIn(In):
    lines: Annotated[list[ArrivedLineIn], Field(max_length=MOST_LINES)] | None = None
    reason: Words = ""


class TransferLineOut(Out):
    sku: str
    quantity: int
    received: int | None


class TransferOut(Named):
    id: str
    number: str
    source: Annotated[str, Field(alias="from")]
    to: str
    state: str
    note: str
    reason: str
    shipped_at: datetime | None
    closed_at: datetime | None
    lines: list[TransferLineOut]


class ListedTransferOut(Named):
    id: str
    number: str
    source: Annotated[str, Field(alias="from")]
    to: str
    state: str
    note: str
    pieces: int


class TransfersOut(Out):
    items: list[ListedTransferOut]
    next_cursor: str | None


class TransfersIn(ListIn):
    state: TransferState | None = None


@api.get("/stock/transfers")
@api.input(TransfersIn, location="query", arg_name="query")
@api.output(TransfersOut)
@scope(READ)
def list_all_transfers(query: TransfersIn) -> dict[str, Any]:
    """List the transfers that leave or reach the token's stores, newest first."""
    rows = list_transfers(
        location_ids=own_locations(READ),
        states=[query.state] if query.state else [],
        updated_after=query.updated_after,
        after=unpack_cursor(query.cursor, int) if query.cursor else None,
        limit=query.limit + 1,
    )
    page = rows[: query.limit]
    _skus, codes = names(
        (), {one.from_location_id for one in page} | {one.to_location_id for one in page}
    )
    items = [
        ListedTransferOut(
            id=str(one.id),
            number=one.number,
            source=codes[one.from_location_id],
            to=codes[one.to_location_id],
            state=one.state.value,
            note=one.note,
            pieces=one.pieces,
        )
        for one in page
    ]
    more = len(rows) > query.limit
    return {"items": items, "next_cursor": pack_cursor(page[-1].id) if more else None}


@api.get("/stock/transfers/<transfer_id>")
@api.output(TransferOut)
@scope(READ)
def show_transfer(transfer_id: str) -> TransferOut:
    """Return one transfer with its lines."""
    transfer = get_transfer(parse_id(transfer_id))
    own = own_locations(READ)
    if own is not None and not {transfer.from_location_id, transfer.to_location_id} & set(own):
        raise NotFound(_("There is no transfer %(number)s.", number=transfer_id))
    return _transfer_out(transfer)


@api.post("/stock/transfers")
@api.input(TransferIn, arg_name="body")
@api.output(TransferOut, status_code=201)
@scope(WRITE)
@writes
def request_transfer(body: TransferIn) -> tuple[TransferOut, int]:
    """Ask for goods to go to another location; they are held at the source from now on."""
    source, target = writable(body.source, "/from"), location_of(body.to, "/to")
    ids = variant_ids([line.sku for line in body.lines])
    transfer = transfers.request_transfer(
        from_location_id=source.id,
        to_location_id=target.id,
        note=body.note,
        lines=[
            TransferLineWanted(variant_id=ids[line.sku], quantity=line.quantity)
            for line in body.lines
        ],
    )
    return _transfer_out(transfer), 201


@api.post("/stock/transfers/<transfer_id>/ship")
@api.output(TransferOut)
@scope(WRITE)
@writes
def ship_transfer(transfer_id: str) -> TransferOut:
    """Let the goods leave the source."""
    transfer = get_transfer(parse_id(transfer_id))
    check_writable(transfer.from_location_id)
    return _transfer_out(transfers.ship_transfer(transfer_id=transfer.id))


@api.post("/stock/transfers/<transfer_id>/receive")
@body_may_be_missing
@api.input(ArrivalIn, arg_name="body")
@api.output(TransferOut)
@scope(WRITE)
@writes
def receive_transfer(transfer_id: str, body: ArrivalIn) -> TransferOut:
    """Take the goods in at the target: all of them, or what was counted, with a reason."""
    transfer = get_transfer(parse_id(transfer_id))
    check_writable(transfer.to_location_id)
    lines = None
    if body.lines is not None:
        ids = variant_ids([line.sku for line in body.lines])
        lines = [
            TransferLineWanted(variant_id=ids[line.sku], quantity=line.quantity)
            for line in body.lines
        ]
    return _transfer_out(
        transfers.receive_transfer(transfer_id=transfer.id, lines=lines, reason=body.reason)
    )


@api.post("/stock/transfers/<transfer_id>/cancellation")
@api.output(TransferOut)
@scope(WRITE)
@writes
def cancel_transfer(transfer_id: str) -> TransferOut:
    """Give up a transfer that has not left; its goods are free again."""
    transfer = get_transfer(parse_id(transfer_id))
    check_writable(transfer.from_location_id)
    return _transfer_out(transfers.cancel_transfer(transfer_id=transfer.id))


def _transfer_out(transfer: Transfer) -> TransferOut:
    lines = lines_of_transfer(transfer.id)
    skus, codes = names(
        {line.variant_id for line in lines}, {transfer.from_location_id, transfer.to_location_id}
    )
    return TransferOut(
        id=str(transfer.id),
        number=transfer.number,
        source=codes[transfer.from_location_id],
        to=codes[transfer.to_location_id],
        state=transfer.state.value,
        note=transfer.note,
        reason=transfer.difference_reason,
        shipped_at=transfer.shipped_at,
        closed_at=transfer.closed_at,
        lines=[
            TransferLineOut(
                sku=skus[line.variant_id], quantity=line.quantity, received=line.received
            )
            for line in lines
        ],
    )
