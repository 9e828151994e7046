"""Counts of stock, posted at once."""

from typing import Annotated

from pydantic import Field

from app.access import scope
from app.api import Code, Count, In, Out, writes
from modules.stock.api.blueprint import MOST_LINES, WRITE, api, variant_ids, writable
from modules.stock.models import StockCount
from modules.stock.operations import counts
from modules.stock.queries.counts import lines_of_count
from modules.stock.queries.levels import names


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


@api.post("/stock/counts")
@api.input(CountIn, arg_name="body")
@api.output(CountOut, status_code=201)
@scope(WRITE)
@writes
def count(body: CountIn) -> tuple[CountOut, int]:
    """Count variants in a location and post the differences at once."""
    location = writable(body.location, "/location")
    ids = variant_ids([line.sku for line in body.lines])
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
