"""Receipts of goods, to be written."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.access import scope
from app.api import Code, In, Line, Minor, Moment, Out, Quantity, writes
from modules.stock.api.blueprint import MOST_LINES, WRITE, api, variant_ids, writable
from modules.stock.models import GoodsReceipt
from modules.stock.operations import receipts
from modules.stock.queries.levels import names
from modules.stock.queries.receipts import lines_of_receipt
from modules.stock.values import ReceiptLine


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


@api.post("/stock/receipts")
@api.input(ReceiptIn, arg_name="body")
@api.output(ReceiptOut, status_code=201)
@scope(WRITE)
@writes
def receive(body: ReceiptIn) -> tuple[ReceiptOut, int]:
    """Receive goods that came from outside."""
    location = writable(body.location, "/location")
    ids = variant_ids([line.sku for line in body.lines])
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
