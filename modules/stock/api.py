"""Stock for programs: levels to read, receipts, transfers and counts to write."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from flask import request
from pydantic import ConfigDict, Field

from app.access import check_store, scope
from app.actor import current_actor
from app.api import (
    Code,
    Count,
    In,
    Line,
    ListIn,
    Minor,
    Moment,
    Out,
    Quantity,
    Words,
    api_blueprint,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import catalog, organization
from modules.organization import Location
from modules.stock.models import GoodsReceipt, StockCount, Transfer, TransferState
from modules.stock.operations import counts, receipts, transfers
from modules.stock.queries.counts import lines_of_count
from modules.stock.queries.items import list_levels
from modules.stock.queries.levels import names
from modules.stock.queries.receipts import lines_of_receipt
from modules.stock.queries.transfers import get_transfer, lines_of_transfer, list_transfers
from modules.stock.values import ReceiptLine, TransferLineWanted

READ, WRITE = "stock:read", "stock:write"
View = TypeVar("View", bound=Callable[..., Any])
MOST_LINES = 2_000
MOST_SKUS = 200

api = api_blueprint("stock", __name__, title="Stock")


def body_may_be_missing(view: View) -> View:
    """Read a call without a body as one with an empty object."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not request.get_data():
            request._cached_json = ({}, {})
        return view(*args, **kwargs)

    return cast(View, answer)


# --- shapes -----------------------------------------------------------------------------------


class StockIn(ListIn):
    sku: Annotated[str, Field(max_length=64, description="May stand several times.")] | None = None
    location: Code | None = None


class LevelOut(Out):
    sku: str
    location: str
    on_hand: int
    reserved: int
    unsellable: int
    incoming: int
    available: int
    updated_at: datetime


class LevelsOut(Out):
    items: list[LevelOut]
    next_cursor: str | None


class ReceiptLineIn(In):
    sku: Code
    quantity: Quantity
    unit_cost_minor: Minor | None = None


class ReceiptIn(In):
    location: Code
    reference: Line
    effective_at: Moment | None = None
    lines: Annotated[list[ReceiptLineIn], Field(min_length=1, max_length=MOST_LINES)]


class ReceiptLineOut(Out):
    sku: str
    quantity: int
    unit_cost_minor: int | None


class ReceiptOut(Out):
    id: str
    number: str
    location: str
    reference: str
    state: str
    posted_at: datetime | None
    effective_at: datetime | None
    lines: list[ReceiptLineOut]


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


class CountedLineIn(In):
    sku: Code
    counted: Count


class CountIn(In):
    location: Code
    lines: Annotated[list[CountedLineIn], Field(min_length=1, max_length=MOST_LINES)]


class CountedLineOut(Out):
    sku: str
    counted: int
    expected: int
    difference: int


class CountOut(Out):
    id: str
    number: str
    location: str
    state: str
    lines: list[CountedLineOut]


# --- levels -----------------------------------------------------------------------------------


@api.get("/stock")
@api.input(StockIn, location="query", arg_name="query")
@api.output(LevelsOut)
@scope(READ)
def list_stock(query: StockIn) -> dict[str, Any]:
    """List stock levels: of some SKUs, of all, or what changed. Every store sees all of them."""
    skus = request.args.getlist("sku")
    if len(skus) > MOST_SKUS or any(len(one) > 64 for one in skus):
        raise InvalidInput(
            _("Ask for at most %(most)s SKUs at once.", most=MOST_SKUS), pointer="/sku"
        )
    rows = list_levels(
        skus=skus,
        location_ids=[_location(query.location, "/location").id] if query.location else None,
        updated_after=query.updated_after,
        after=_place_of(query),
        limit=query.limit + 1,
    )
    page = rows[: query.limit]
    cursor = None
    if len(rows) > query.limit:
        last = page[-1]
        stamp = [last.updated_at.isoformat()] if query.updated_after else []
        cursor = pack_cursor(*stamp, last.variant_id, last.location_id)
    return {"items": [LevelOut.model_validate(row) for row in page], "next_cursor": cursor}


def _place_of(query: StockIn) -> tuple[Any, ...] | None:
    if not query.cursor:
        return None
    if query.updated_after is None:
        return unpack_cursor(query.cursor, int, int)
    stamp, *rest = unpack_cursor(query.cursor, str, int, int)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(_("This cursor is not one of ours."), pointer="/cursor")
    return (moment, *rest)


# --- receipts ---------------------------------------------------------------------------------


@api.post("/stock/receipts")
@api.input(ReceiptIn, arg_name="body")
@api.output(ReceiptOut, status_code=201)
@scope(WRITE)
@writes
def receive(body: ReceiptIn) -> tuple[ReceiptOut, int]:
    """Receive goods that came from outside."""
    location = _writable(body.location, "/location")
    ids = _variant_ids([line.sku for line in body.lines])
    receipt = receipts.receive(
        location_id=location.id,
        reference=body.reference,
        effective_at=body.effective_at,
        lines=[
            ReceiptLine(
                variant_id=ids[line.sku],
                quantity=line.quantity,
                unit_cost_minor=line.unit_cost_minor,
            )
            for line in body.lines
        ],
    )
    return _receipt_out(receipt, location.code), 201


def _receipt_out(receipt: GoodsReceipt, location: str) -> ReceiptOut:
    lines = [*reversed(lines_of_receipt(receipt.id))]
    skus, _codes = names({line.variant_id for line in lines}, ())
    return ReceiptOut(
        id=str(receipt.id),
        number=receipt.number,
        location=location,
        reference=receipt.reference,
        state=receipt.state.value,
        posted_at=receipt.posted_at,
        effective_at=receipt.effective_at,
        lines=[
            ReceiptLineOut(
                sku=skus[line.variant_id],
                quantity=line.quantity,
                unit_cost_minor=line.unit_cost_minor,
            )
            for line in lines
        ],
    )


# --- transfers --------------------------------------------------------------------------------


@api.get("/stock/transfers")
@api.input(TransfersIn, location="query", arg_name="query")
@api.output(TransfersOut)
@scope(READ)
def list_all_transfers(query: TransfersIn) -> dict[str, Any]:
    """List the transfers that leave or reach the token's stores, newest first."""
    rows = list_transfers(
        location_ids=_own_locations(READ),
        states=[query.state] if query.state else [],
        updated_after=query.updated_after,
        before_id=unpack_cursor(query.cursor, int)[0] if query.cursor else None,
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
    own = _own_locations(READ)
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
    source, target = _writable(body.source, "/from"), _location(body.to, "/to")
    ids = _variant_ids([line.sku for line in body.lines])
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
    _check_writable(transfer.from_location_id)
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
    _check_writable(transfer.to_location_id)
    lines = None
    if body.lines is not None:
        ids = _variant_ids([line.sku for line in body.lines])
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
    _check_writable(transfer.from_location_id)
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


# --- counts -----------------------------------------------------------------------------------


@api.post("/stock/counts")
@api.input(CountIn, arg_name="body")
@api.output(CountOut, status_code=201)
@scope(WRITE)
@writes
def count(body: CountIn) -> tuple[CountOut, int]:
    """Count variants in a location and post the differences at once."""
    location = _writable(body.location, "/location")
    ids = _variant_ids([line.sku for line in body.lines])
    done = counts.count(
        location_id=location.id,
        lines=[
            counts.CountedLine(variant_id=ids[line.sku], counted=line.counted)
            for line in body.lines
        ],
    )
    return _count_out(done, location.code), 201


def _count_out(done: StockCount, location: str) -> CountOut:
    lines = lines_of_count(done.id)
    skus, _codes = names({line.variant_id for line in lines}, ())
    return CountOut(
        id=str(done.id),
        number=done.number,
        location=location,
        state=done.state.value,
        lines=[
            CountedLineOut(
                sku=skus[line.variant_id],
                counted=line.counted,
                expected=line.expected,
                difference=line.difference,
            )
            for line in lines
        ],
    )


# --- what the calls share ---------------------------------------------------------------------


def _location(code: str, pointer: str) -> Location:
    """
    Return the location of a code.

    :raises InvalidInput: there is none
    """
    try:
        return organization.get_location(code)
    except NotFound as unknown:
        raise InvalidInput(str(unknown), pointer=pointer) from None


def _writable(code: str, pointer: str) -> Location:
    """
    Return a location at which this program may write.

    :raises InvalidInput: there is none of that code
    :raises NotFound: it belongs to a store of others
    """
    location = _location(code, pointer)
    check_store(WRITE, location.store_id)
    return location


def _check_writable(location_id: int) -> None:
    check_store(WRITE, organization.location_by_id(location_id).store_id)


def _own_locations(needed: str) -> list[int] | None:
    """Return the locations of the token's stores; None = it is bound to none."""
    stores = current_actor().stores(needed)
    if stores is None:
        return None
    return [one.id for one in organization.list_locations() if one.store_id in stores]


def _variant_ids(skus: Sequence[str]) -> dict[str, int]:
    """
    Return the keys of variants by SKU.

    :raises InvalidInput: a SKU is unknown; each is pointed at
    """
    known = catalog.variants_for_sale([*dict.fromkeys(skus)])
    unknown = [(place, sku) for place, sku in enumerate(skus) if sku not in known]
    if unknown:
        words = [_("There is no variant %(sku)s.", sku=sku) for _place, sku in unknown]
        refusal = InvalidInput(" ".join(words), pointer=f"/lines/{unknown[0][0]}/sku")
        refusal.details = [
            {"pointer": f"/lines/{place}/sku", "code": refusal.code, "message": word}
            for (place, _sku), word in zip(unknown, words, strict=True)
        ]
        raise refusal
    return {sku: known[sku].id for sku in known}
