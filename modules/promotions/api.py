"""Promotions for programs: read, write down, change, publish, pause, resume, end."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from flask import url_for
from pydantic import Field, StringConstraints

from app.access import scope
from app.api import (
    Code,
    In,
    Line,
    ListIn,
    Out,
    api_blueprint,
    etag,
    expected_version,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.errors import NotFound
from modules.promotions import operations, queries
from modules.promotions.checking.asking import Check, check_promotion
from modules.promotions.checking.meeting import Together
from modules.promotions.definition import schema_of_promotion
from modules.promotions.models import PromotionRecord, PromotionState, PromotionVersion
from modules.promotions.queries import Standing

READ, WRITE = "promotions:read", "promotions:write"
MOST_GOODS_OF_API = 1_000
"""So many goods are looked at while the house waits for a program's publication."""

api = api_blueprint("promotions", __name__, title="Promotions")

Definition = Annotated[dict[str, Any], Field(json_schema_extra=schema_of_promotion())]


class PromotionIn(In):
    code: Code
    name: Line
    definition: Definition


class PromotionChangeIn(In):
    name: Line | None = None
    definition: Definition | None = None


class PromotionsIn(ListIn):
    q: Annotated[str, StringConstraints(max_length=120)] = ""
    standing: Standing | None = None


class VersionOut(Out):
    number: int
    name: str
    definition: dict[str, Any]
    published_at: datetime | None


class PromotionOut(Out):
    id: str
    code: str
    name: str
    state: PromotionState
    standing: Standing
    """Its state and its schedule together."""
    starts_at: datetime | None
    ends_at: datetime | None
    live: VersionOut | None
    """What applies; it never changes."""
    draft: VersionOut | None
    """What was not published yet."""
    version: int
    created_at: datetime
    updated_at: datetime


class MetOut(Out):
    promotion: str
    how: Together


class BelowCostOut(Out):
    sku: str
    price_minor: int
    lowest_minor: int
    """With VAT, and with the other promotions that it meets."""
    cost_minor: int
    """With VAT, as it compares with prices."""


class WarningsOut(Out):
    """What publishing means; `more_…` count what is not told one by one."""

    meets: list[MetOut]
    more_met: int
    below_cost: list[BelowCostOut]
    more_below_cost: int
    goods_looked_at: int
    goods_without_cost: int
    is_cut: bool
    """There are more goods than were looked at."""


class PublishedOut(PromotionOut):
    warnings: WarningsOut


class PromotionsOut(Out):
    items: list[PromotionOut]
    next_cursor: str | None


@api.get("/promotions")
@api.input(PromotionsIn, location="query", arg_name="query")
@api.output(PromotionsOut)
@scope(READ)
def list_promotions(query: PromotionsIn) -> dict[str, Any]:
    """List promotions by the moment of their last change, stable under writes."""
    after = None
    if query.cursor:
        changed_at, key = unpack_cursor(query.cursor, datetime, int)
        after = (changed_at, key)
    found = queries.list_updated(
        q=query.q,
        standing=query.standing or "",
        updated_after=query.updated_after,
        after=after,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    last = page[-1] if len(found) > query.limit else None
    return {
        "items": _shown(page),
        "next_cursor": pack_cursor(last.updated_at, last.id) if last else None,
    }


@api.post("/promotions")
@api.input(PromotionIn, arg_name="body")
@api.output(PromotionOut, status_code=201)
@scope(WRITE)
@writes
def create_promotion(body: PromotionIn) -> tuple[PromotionOut, int, dict[str, str]]:
    """Write a promotion down as a draft; no cart knows of it before it is published."""
    record = operations.draft_promotion(code=body.code, name=body.name, definition=body.definition)
    location = {"Location": url_for("promotions_api.get_promotion", promotion=record.code)}
    shown, status, headers = _answer(record, 201)
    return shown, status, headers | location


@api.get("/promotions/<promotion>")
@api.output(PromotionOut)
@scope(READ)
def get_promotion(promotion: str) -> tuple[PromotionOut, int, dict[str, str]]:
    """Return a promotion by code or id, with what applies and what is not published yet."""
    return _answer(find_promotion(promotion))


@api.patch("/promotions/<promotion>")
@api.input(PromotionChangeIn, arg_name="body")
@api.output(PromotionOut)
@scope(WRITE)
@writes
def change_promotion(
    promotion: str, body: PromotionChangeIn
) -> tuple[PromotionOut, int, dict[str, str]]:
    """Change the draft, or begin one beside what applies; a definition is replaced whole."""
    record = find_promotion(promotion)
    known = queries.draft_of(record.id) or queries.newest_versions([record.id])[record.id]
    changed = operations.revise_promotion(
        promotion_id=record.id,
        version=expected_version(),
        name=known.name if body.name is None else body.name,
        definition=known.definition if body.definition is None else body.definition,
    )
    return _answer(changed)


@api.get("/promotions/<promotion>/warnings")
@api.output(WarningsOut)
@scope(READ)
def get_warnings(promotion: str) -> WarningsOut:
    """Return what publishing would mean: which promotions it meets, what it may sell below cost."""
    return _warnings(check_promotion(find_promotion(promotion).id))


@api.post("/promotions/<promotion>/publish")
@api.output(PublishedOut)
@scope(WRITE)
@writes
def publish_promotion(promotion: str) -> tuple[PublishedOut, int, dict[str, str]]:
    """Put the draft in force; from now on it never changes. The answer carries warnings."""
    check = check_promotion(find_promotion(promotion).id, most_goods=MOST_GOODS_OF_API)
    shown, status, headers = _act(operations.publish_promotion, promotion)
    return PublishedOut(**dict(shown), warnings=_warnings(check)), status, headers


@api.post("/promotions/<promotion>/pause")
@api.output(PromotionOut)
@scope(WRITE)
@writes
def pause_promotion(promotion: str) -> tuple[PromotionOut, int, dict[str, str]]:
    """Stop a promotion until it is resumed."""
    return _act(operations.pause_promotion, promotion)


@api.post("/promotions/<promotion>/resume")
@api.output(PromotionOut)
@scope(WRITE)
@writes
def resume_promotion(promotion: str) -> tuple[PromotionOut, int, dict[str, str]]:
    """Let a paused promotion apply again."""
    return _act(operations.resume_promotion, promotion)


@api.post("/promotions/<promotion>/end")
@api.output(PromotionOut)
@scope(WRITE)
@writes
def end_promotion(promotion: str) -> tuple[PromotionOut, int, dict[str, str]]:
    """End a promotion for good; orders that had it keep it."""
    return _act(operations.end_promotion, promotion)


def _warnings(check: Check) -> WarningsOut:
    return WarningsOut(
        meets=[MetOut(promotion=one.label.code, how=one.how) for one in check.met],
        more_met=check.more_met,
        below_cost=[
            BelowCostOut(
                sku=one.sku,
                price_minor=one.fallen.price_minor,
                lowest_minor=one.fallen.lowest,
                cost_minor=one.fallen.cost_minor,
            )
            for one in check.below_cost
        ],
        more_below_cost=check.more_below,
        goods_looked_at=check.looked_at,
        goods_without_cost=check.without_cost,
        is_cut=check.is_cut,
    )


def _act(
    operation: Callable[..., PromotionRecord], promotion: str
) -> tuple[PromotionOut, int, dict[str, str]]:
    record = find_promotion(promotion)
    return _answer(operation(promotion_id=record.id, version=record.version))


def find_promotion(promotion: str) -> PromotionRecord:
    """Return the promotion that a program names, by code or id."""
    try:
        return queries.get_promotion_by_code(promotion)
    except NotFound:
        if not promotion.isdigit():
            raise
    return queries.get_promotion(parse_id(promotion))


def _answer(record: PromotionRecord, status: int = 200) -> tuple[PromotionOut, int, dict[str, str]]:
    return _shown([record])[0], status, etag(record.version)


def _shown(records: Any) -> list[PromotionOut]:
    keys = [one.id for one in records]
    live, drafts = queries.newest_versions(keys), queries.drafts_of(keys)
    return [
        PromotionOut(
            id=str(one.id),
            code=one.code,
            name=one.name,
            state=one.state,
            standing=queries.standing_of(one),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            live=_version(live[one.id]) if one.live_number is not None else None,
            draft=_version(drafts[one.id]) if one.id in drafts else None,
            version=one.version,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )
        for one in records
    ]


def _version(one: PromotionVersion) -> VersionOut:
    return VersionOut.model_validate(one)
