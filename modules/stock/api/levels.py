"""Stock levels, to be read."""

from datetime import datetime
from typing import Annotated, Any

from flask import request
from pydantic import Field

from app.access import scope
from app.api import Code, ListIn, Out, pack_cursor, unpack_cursor
from app.bodies import may_repeat
from app.errors import InvalidInput
from app.i18n import _
from modules.stock.api.blueprint import READ, api, location_of
from modules.stock.queries.items import list_levels

MOST_SKUS = 200


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


@api.get("/stock")
@api.input(StockIn, location="query", arg_name="query")
@api.output(LevelsOut)
@scope(READ)
@may_repeat("sku")
def list_stock(query: StockIn) -> dict[str, Any]:
    """List stock levels: of some SKUs, of all, or what changed. Every store sees all of them."""
    skus = request.args.getlist("sku")
    if len(skus) > MOST_SKUS or any(len(one) > 64 for one in skus):
        raise InvalidInput(
            _("Ask for at most %(most)s SKUs at once.", most=MOST_SKUS), pointer="/sku"
        )
    rows = list_levels(
        skus=skus,
        location_ids=[location_of(query.location, "/location").id] if query.location else None,
        updated_after=query.updated_after,
        after=_place_of(query),
        limit=query.limit + 1,
    )
    page = rows[: query.limit]
    cursor = None
    if len(rows) > query.limit:
        last = page[-1]
        stamp = [last.updated_at] if query.updated_after else []
        cursor = pack_cursor(*stamp, last.variant_id, last.location_id)
    return {"items": [LevelOut.model_validate(row) for row in page], "next_cursor": cursor}


def _place_of(query: StockIn) -> tuple[Any, ...] | None:
    if not query.cursor:
        return None
    if query.updated_after is None:
        return unpack_cursor(query.cursor, int, int)
    return unpack_cursor(query.cursor, datetime, int, int)
