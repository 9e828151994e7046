"""Price lists for programs: read, made, changed, archived, and the prices that stand on them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import url_for
from pydantic import Field, StringConstraints

from app.access import scope
from app.api import (
    AnyId,
    Code,
    Currency,
    In,
    Line,
    ListIn,
    Minor,
    Moment,
    Out,
    PageIn,
    Quantity,
    api_blueprint,
    etag,
    expected_version,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import catalog
from modules.pricing import entries, operations, queries
from modules.pricing.entries import Entry
from modules.pricing.models import PriceEntry, PriceList
from modules.pricing.queries import Standing

READ, WRITE = "prices:read", "prices:write"
MOST_AT_ONCE = 1_000

api = api_blueprint("pricing", __name__, title="Prices")

Codes = Annotated[list[Code], Field(max_length=200)]


class RuleIn(In):
    of: Literal["everything", "brand", "category"]
    word: Annotated[str, StringConstraints(max_length=250)] = ""
    """The brand or the category."""
    rate_bp: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    """So much under the company's price."""


class PriceListFactsIn(In):
    name: Line | None = None
    currency: Currency | None = None
    rank: Annotated[int, Field(ge=-1000, le=1000, strict=True)] | None = None
    channels: Codes | None = None
    stores: Codes | None = None
    groups: Codes | None = None
    customers: Annotated[list[AnyId], Field(max_length=1_000)] | None = None
    """A contract: it holds for these customers alone."""
    rules: Annotated[list[RuleIn], Field(max_length=50)] | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    active: bool | None = None


class PriceListIn(PriceListFactsIn):
    code: Code
    name: Line
    currency: Currency


class PriceListsIn(ListIn):
    q: Annotated[str, StringConstraints(max_length=120)] = ""


class EntryIn(In):
    sku: Code
    price_minor: Minor | None
    """With VAT; null takes the price off the list."""
    least_quantity: Quantity = 1
    valid_from: Moment | None = None
    valid_to: Moment | None = None


class EntriesIn(In):
    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class RuleOut(Out):
    of: str
    word: str
    rate_bp: int


class PriceListOut(Out):
    id: str
    code: str
    name: str
    currency: str
    rank: int
    channels: list[str]
    stores: list[str]
    groups: list[str]
    customers: list[str]
    rules: list[RuleOut]
    valid_from: datetime | None
    valid_to: datetime | None
    active: bool
    standing: Standing
    """Its switch and its time together."""
    version: int
    created_at: datetime
    updated_at: datetime


class PriceListsOut(Out):
    items: list[PriceListOut]
    next_cursor: str | None


class EntryOut(Out):
    sku: str
    price_minor: int
    least_quantity: int
    valid_from: datetime | None
    valid_to: datetime | None


class EntriesOut(Out):
    items: list[EntryOut]
    next_cursor: str | None


Answer = tuple[PriceListOut, int, dict[str, str]]


@api.get("/price-lists")
@api.input(PriceListsIn, location="query", arg_name="query")
@api.output(PriceListsOut)
@scope(READ)
def list_price_lists(query: PriceListsIn) -> dict[str, Any]:
    """List price lists by the moment of their last change, the archived ones too."""
    after = None
    if query.cursor:
        changed_at, key = unpack_cursor(query.cursor, datetime, int)
        after = (changed_at, key)
    found = queries.list_updated(
        q=query.q, updated_after=query.updated_after, after=after, limit=query.limit + 1
    )
    page = found[: query.limit]
    last = page[-1] if len(found) > query.limit else None
    return {
        "items": [_shown(one) for one in page],
        "next_cursor": pack_cursor(last.updated_at, last.id) if last else None,
    }


@api.post("/price-lists")
@api.input(PriceListIn, arg_name="body")
@api.output(PriceListOut, status_code=201)
@scope(WRITE)
@writes
def create_price_list(body: PriceListIn) -> Answer:
    """Make a price list; it holds for sales where `active` says so."""
    facts = _facts(body)
    record = operations.create_price_list(**facts)
    location = {"Location": url_for("pricing_api.get_price_list", price_list=record.code)}
    shown, status, headers = _answer(record, 201)
    return shown, status, headers | location


@api.get("/price-lists/<price_list>")
@api.output(PriceListOut)
@scope(READ)
def get_price_list(price_list: str) -> Answer:
    """Return a price list by code or id."""
    return _answer(_find(price_list))


@api.patch("/price-lists/<price_list>")
@api.input(PriceListFactsIn, arg_name="body")
@api.output(PriceListOut)
@scope(WRITE)
@writes
def change_price_list(price_list: str, body: PriceListFactsIn) -> Answer:
    """Change what is named of a list; null empties a moment and leaves all else as it is."""
    record = _find(price_list)
    changed = operations.update_price_list(
        price_list_id=record.id, version=expected_version(), **_facts(body)
    )
    return _answer(changed)


@api.post("/price-lists/<price_list>/archive")
@api.output(PriceListOut)
@scope(WRITE)
@writes
def archive_price_list(price_list: str) -> Answer:
    """Take a list out of use for good; orders keep their prices."""
    record = _find(price_list)
    done = operations.archive_price_list(price_list_id=record.id, version=record.version)
    return _answer(done)


@api.get("/price-lists/<price_list>/entries")
@api.input(PageIn, location="query", arg_name="query")
@api.output(EntriesOut)
@scope(READ)
def list_entries(price_list: str, query: PageIn) -> dict[str, Any]:
    """List the prices of a list, in the order in which they were written."""
    record = _find(price_list)
    after = unpack_cursor(query.cursor, int)[0] if query.cursor else 0
    found = queries.list_entries(record.id, after=after, limit=query.limit + 1)
    page = found[: query.limit]
    return {
        "items": _entries(page),
        "next_cursor": pack_cursor(page[-1].id) if len(found) > query.limit else None,
    }


@api.post("/price-lists/<price_list>/entries")
@api.input(EntriesIn, arg_name="body")
@api.output(PriceListOut)
@scope(WRITE)
@writes
def put_entries(price_list: str, body: EntriesIn) -> Answer:
    """
    Write prices onto a list: the same SKU, step and start is written anew.

    Refused as a whole: `below_minimum` where one is lower than the company sells.
    """
    record = _find(price_list)
    known = catalog.variants_for_sale([one.sku for one in body.entries])
    for place, one in enumerate(body.entries):
        if one.sku not in known:
            raise InvalidInput(
                _("There is no SKU %(sku)s.", sku=one.sku), pointer=f"/entries/{place}/sku"
            )
    wanted = [
        Entry(variant_id=known[one.sku].id, **one.model_dump(exclude={"sku"}))
        for one in body.entries
    ]
    return _answer(entries.put_prices(price_list_id=record.id, entries=wanted))


def _facts(body: PriceListFactsIn) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True)
    facts = {
        name: value
        for name, value in given.items()
        if value is not None or name in ("valid_from", "valid_to")
    }
    if "customers" in facts:
        facts["customers"] = [parse_id(one) for one in facts["customers"]]
    return facts


def _find(price_list: str) -> PriceList:
    try:
        return queries.get_price_list_by_code(price_list)
    except NotFound:
        if not price_list.isdigit():
            raise
    return queries.get_price_list(parse_id(price_list))


def _answer(record: PriceList, status: int = 200) -> Answer:
    return _shown(record), status, etag(record.version)


def _shown(one: PriceList) -> PriceListOut:
    return PriceListOut(
        id=str(one.id),
        code=one.code,
        name=one.name,
        currency=one.currency,
        rank=one.rank,
        channels=one.channels,
        stores=one.stores,
        groups=one.groups,
        customers=[str(key) for key in one.customers],
        rules=[RuleOut(**rule) for rule in one.rules],
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        active=one.active,
        standing=queries.standing_of(one),
        version=one.version,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def _entries(found: Any) -> list[EntryOut]:
    page: list[PriceEntry] = list(found)
    known = catalog.variants_by_id(one.variant_id for one in page)
    return [
        EntryOut(
            sku=known[one.variant_id].sku,
            price_minor=one.price_minor,
            least_quantity=one.least_quantity,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in page
    ]
