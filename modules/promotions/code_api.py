"""Codes for programs: batches made, read, taken out and blocked; one code found or given away."""

from datetime import datetime
from io import BytesIO
from typing import Annotated, Any

from flask import send_file
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from app.access import scope
from app.api import (
    AnyId,
    In,
    Moment,
    Out,
    PageIn,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.errors import InvalidInput, NotFound
from app.exporting import FORMS, SHEETS
from app.i18n import _
from modules import customers
from modules.promotions import coupons
from modules.promotions.api import READ as READ
from modules.promotions.api import WRITE as WRITE
from modules.promotions.api import api as api
from modules.promotions.api import find_promotion
from modules.promotions.coupons import CodeBatch, CodeState, PromotionCode, state_of
from modules.promotions.coupons.listing import list_batches, list_codes
from modules.promotions.coupons.making import MOST

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Uses = Annotated[int, Field(ge=1, le=10**6, strict=True)]


_FILES: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The codes, how each stands, and how often it was used",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}} for media in FORMS.values()
        },
    }
}


class BatchIn(In):
    count: Annotated[int, Field(ge=1, le=MOST, strict=True)]
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    pattern: Pattern | None = None
    """Each # is drawn; or say prefix and length."""
    prefix: Annotated[str, StringConstraints(max_length=20)] = ""
    length: Annotated[int, Field(ge=6, le=24, strict=True)] = 8
    check: bool = False
    """The last drawn sign is worked out of the others, so that a slip of the pen shows."""
    uses_per_code: Uses = 1
    uses_per_customer: Uses | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class BatchOut(Out):
    id: str
    name: str
    pattern: str
    wanted: int
    made: int
    """As many as are there: a job makes them."""
    used: int
    uses_per_code: int
    uses_per_customer: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    issued_at: datetime | None
    blocked_at: datetime | None
    created_at: datetime


class BatchesOut(Out):
    items: list[BatchOut]
    next_cursor: str | None


class CodeOut(Out):
    code: str
    state: CodeState
    batch: str
    uses: int
    used: int
    customer: str | None
    reserved_until: datetime | None


class CodesOut(Out):
    items: list[CodeOut]
    next_cursor: str | None


class FileIn(In):
    form: Annotated[str, StringConstraints(pattern="^(csv|xlsx)$")] = "csv"


class BlockIn(In):
    blocked: bool = True


class GiveIn(In):
    customer: AnyId


@api.post("/promotions/<promotion>/codes")
@api.input(BatchIn, arg_name="body")
@api.output(BatchOut, status_code=201)
@scope(WRITE)
@writes
def make_codes(promotion: str, body: BatchIn) -> tuple[BatchOut, int]:
    """Make a batch of codes; a job draws them, and `made` says how many are there."""
    batch = coupons.make_batch(
        promotion_id=find_promotion(promotion).id,
        name=body.name,
        pattern=body.pattern or body.prefix + "#" * body.length,
        count=body.count,
        has_check=body.check,
        uses_per_code=body.uses_per_code,
        uses_per_customer=body.uses_per_customer,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
    )
    return _batch(batch, 0), 201


@api.get("/promotions/<promotion>/batches")
@api.output(BatchesOut)
@scope(READ)
def show_batches(promotion: str) -> dict[str, Any]:
    """List the batches of a promotion, the newest first."""
    found = list_batches(find_promotion(promotion).id)
    return {"items": [_batch(one.batch, one.used) for one in found], "next_cursor": None}


@api.get("/promotions/<promotion>/batches/<batch>/codes")
@api.input(PageIn, location="query", arg_name="query")
@api.output(CodesOut)
@scope(WRITE)
def show_codes(promotion: str, batch: str, query: PageIn) -> dict[str, Any]:
    """List the codes of a batch as they were made; whoever reads them can use them."""
    own = _of(promotion, batch)
    after = unpack_cursor(query.cursor, int) if query.cursor else None
    rows = list_codes(batch=str(own.id), after=after, limit=query.limit + 1)
    page = rows[: query.limit]
    last = page[-1].PromotionCode if len(rows) > query.limit else None
    return {
        "items": [_code(one.PromotionCode, own) for one in page],
        "next_cursor": pack_cursor(last.id) if last else None,
    }


@api.get("/promotions/<promotion>/batches/<batch>/file")
@api.doc(summary="All codes of a batch as a file: CSV or XLSX", responses=_FILES)
@api.input(FileIn, location="query", arg_name="query")
@scope(WRITE)
def download_codes(promotion: str, batch: str, query: FileIn) -> ResponseReturnValue:
    """Return all codes of a batch as a file: CSV or XLSX."""
    own = _of(promotion, batch)
    target = BytesIO()
    heads = [_("Code"), _("State"), _("Used")]
    sheet = SHEETS[query.form](target, heads, title=own.name)
    after = None
    while rows := list_codes(batch=str(own.id), after=after, limit=5_000):
        for one in rows:
            code = one.PromotionCode
            sheet.add([code.code, state_of(code, own).value, code.used])
        after = (rows[-1].PromotionCode.id,)
    sheet.close()
    target.seek(0)
    name = f"codes-{own.id}.{query.form}"
    return send_file(target, mimetype=FORMS[query.form], as_attachment=True, download_name=name)


@api.post("/promotions/<promotion>/batches/<batch>/block")
@api.input(BlockIn, arg_name="body")
@api.output(BatchOut)
@scope(WRITE)
@writes
def block_batch(promotion: str, batch: str, body: BlockIn) -> BatchOut:
    """Let nobody use the codes of a batch any more, or let them be used again."""
    own = _of(promotion, batch)
    return _batch(coupons.block_batch(batch_id=own.id, blocked=body.blocked), None)


@api.post("/promotions/<promotion>/batches/<batch>/gifts")
@api.input(GiveIn, arg_name="body")
@api.output(CodeOut, status_code=201)
@scope(WRITE)
@writes
def give_code(promotion: str, batch: str, body: GiveIn) -> tuple[CodeOut, int]:
    """Give the next free code of a batch to a customer: nobody else can use it."""
    own = _of(promotion, batch)
    try:
        customer = customers.get_customer(parse_id(body.customer))
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/customer") from None
    given = coupons.take_free_code(batch_id=own.id, customer_id=customer.id)
    return _code(given, own), 201


@api.get("/codes/<coupon>")
@api.output(CodeOut)
@scope(WRITE)
def find_code(coupon: str) -> CodeOut:
    """Return a code of a batch, however it is typed, and how it stands."""
    found = coupons.get_code(coupon)
    return _code(found, coupons.get_batch(found.batch_id))


@api.post("/codes/<coupon>/block")
@api.input(BlockIn, arg_name="body")
@api.output(CodeOut)
@scope(WRITE)
@writes
def block_code(coupon: str, body: BlockIn) -> CodeOut:
    """Let nobody use one code any more, or let it be used again."""
    found = coupons.get_code(coupon)
    changed = coupons.block_code(code_id=found.id, blocked=body.blocked)
    return _code(changed, coupons.get_batch(changed.batch_id))


def _of(promotion: str, batch: str) -> CodeBatch:
    """
    Return a batch of a promotion.

    :raises NotFound: there is none, or it is another promotion's
    """
    found = coupons.get_batch(parse_id(batch))
    if found.promotion_id != find_promotion(promotion).id:
        raise NotFound(_("There is no such batch of codes."))
    return found


def _batch(batch: CodeBatch, used: int | None) -> BatchOut:
    if used is None:
        own = list_batches(batch.promotion_id)
        used = next((one.used for one in own if one.batch.id == batch.id), 0)
    return BatchOut(
        id=str(batch.id),
        name=batch.name,
        pattern=batch.pattern,
        wanted=batch.wanted,
        made=batch.made,
        used=used,
        uses_per_code=batch.uses_per_code,
        uses_per_customer=batch.uses_per_customer,
        starts_at=batch.starts_at,
        ends_at=batch.ends_at,
        issued_at=batch.issued_at,
        blocked_at=batch.blocked_at,
        created_at=batch.created_at,
    )


def _code(code: PromotionCode, batch: CodeBatch) -> CodeOut:
    return CodeOut(
        code=code.code,
        state=state_of(code, batch),
        batch=str(batch.id),
        uses=code.uses,
        used=code.used,
        customer=None if code.customer_id is None else str(code.customer_id),
        reserved_until=code.reserved_until,
    )
