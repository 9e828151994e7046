"""Questions about promotions: lists, one of them, its versions, and how it stands now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app import clock
from app.db import session
from app.errors import NotFound
from app.feeds import settled
from app.i18n import _, lazy
from app.lists import Sort
from app.search import fold
from modules.promotions.models import (
    LIVE,
    PromotionGroup,
    PromotionRecord,
    PromotionState,
    PromotionVersion,
)


class Standing(StrEnum):
    """How a promotion stands at a moment: its state, and what its schedule makes of it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


NEWEST_FIRST = Sort(
    code="newest",
    title=lazy("Newest first"),
    by=(PromotionRecord.id,),
    kinds=(int,),
    place=lambda row: (row.id,),
    down=True,
)
BY_NAME = Sort(
    code="name",
    title=lazy("By name"),
    by=(PromotionRecord.name, PromotionRecord.id),
    kinds=(str, int),
    place=lambda row: (row.name, row.id),
)


def standing_of(record: PromotionRecord, at: datetime | None = None) -> Standing:
    """Return how a promotion stands at a moment, or now."""
    at = at or clock.now()
    if record.state in LIVE and record.ends_at is not None and record.ends_at <= at:
        return Standing.ENDED
    if record.state is not PromotionState.ACTIVE:
        return Standing(record.state.value)
    if record.starts_at is not None and record.starts_at > at:
        return Standing.SCHEDULED
    return Standing.RUNNING


def list_promotions(
    *,
    q: str = "",
    standing: str = "",
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[PromotionRecord]:
    """Return promotions page by page; without `standing` all that are not archived."""
    found = _asked(select(PromotionRecord), q=q, standing=standing)
    if up_to is not None:
        found = found.where(PromotionRecord.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def count_promotions(*, q: str = "", standing: str = "", cap: int) -> int:
    found = _asked(select(PromotionRecord.id), q=q, standing=standing).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_promotion() -> int:
    return session.scalar(select(func.max(PromotionRecord.id))) or 0


def list_updated(
    *,
    standing: str = "",
    q: str = "",
    updated_after: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int,
) -> Sequence[PromotionRecord]:
    """Return promotions in the order in which they changed, for programs."""
    found = _asked(select(PromotionRecord), q=q, standing=standing, all_of_them=True)
    if updated_after is not None:
        last_change = PromotionRecord.updated_at
        found = found.where(last_change > updated_after, settled(last_change))
    if after is not None:
        moment, key = after
        found = found.where(
            or_(
                PromotionRecord.updated_at > moment,
                and_(PromotionRecord.updated_at == moment, PromotionRecord.id > key),
            )
        )
    order = (PromotionRecord.updated_at, PromotionRecord.id)
    return session.scalars(found.order_by(*order).limit(limit)).all()


def get_promotion(promotion_id: int) -> PromotionRecord:
    """
    Return one promotion.

    :raises NotFound: there is none with that id
    """
    record = session.get(PromotionRecord, promotion_id)
    if record is None:
        raise NotFound(_("There is no such promotion here."))
    return record


def get_promotion_by_code(code: str) -> PromotionRecord:
    """
    Return the promotion of a code.

    :raises NotFound: there is none
    """
    record = session.scalar(select(PromotionRecord).where(PromotionRecord.code == code))
    if record is None:
        raise NotFound(_("There is no promotion %(code)s.", code=code[:64]))
    return record


def list_versions(promotion_id: int) -> Sequence[PromotionVersion]:
    """Return the versions of a promotion, the newest first."""
    return session.scalars(
        select(PromotionVersion)
        .where(PromotionVersion.promotion_id == promotion_id)
        .order_by(PromotionVersion.number.desc())
    ).all()


def newest_versions(promotion_ids: Sequence[int]) -> Mapping[int, PromotionVersion]:
    """Return the version that each promotion is known by: that in force, else its draft."""
    if not promotion_ids:
        return {}
    shown = func.coalesce(PromotionRecord.live_number, 1)
    rows = session.scalars(
        select(PromotionVersion)
        .join(PromotionRecord, PromotionRecord.id == PromotionVersion.promotion_id)
        .where(PromotionRecord.id.in_(promotion_ids), PromotionVersion.number == shown)
    )
    return {one.promotion_id: one for one in rows}


def draft_of(promotion_id: int) -> PromotionVersion | None:
    """Return what is not published yet of a promotion."""
    return drafts_of([promotion_id]).get(promotion_id)


def drafts_of(promotion_ids: Sequence[int]) -> Mapping[int, PromotionVersion]:
    """Return what is not published yet of some promotions, by the promotion."""
    if not promotion_ids:
        return {}
    rows = session.scalars(
        select(PromotionVersion).where(
            PromotionVersion.promotion_id.in_(promotion_ids),
            PromotionVersion.published_at.is_(None),
        )
    )
    return {one.promotion_id: one for one in rows}


def list_groups() -> Sequence[PromotionGroup]:
    return session.scalars(select(PromotionGroup).order_by(PromotionGroup.id)).all()


def names_of(promotion_ids: Sequence[int]) -> Mapping[int, PromotionRecord]:
    if not promotion_ids:
        return {}
    rows = session.scalars(select(PromotionRecord).where(PromotionRecord.id.in_(promotion_ids)))
    return {one.id: one for one in rows}


def _asked(found: Select[Any], *, q: str, standing: str, all_of_them: bool = False) -> Select[Any]:
    if q:
        found = found.where(PromotionRecord.search.contains(fold(q), autoescape=True))
    if standing in set(Standing):
        return found.where(_stands(Standing(standing), clock.now()))
    if all_of_them:
        return found
    return found.where(PromotionRecord.state != PromotionState.ARCHIVED)


def _stands(standing: Standing, at: datetime) -> ColumnElement[bool]:
    """Return what is true of the rows that stand so, as `standing_of` says it of one."""
    state, starts, ends = PromotionRecord.state, PromotionRecord.starts_at, PromotionRecord.ends_at
    is_over = and_(state.in_(LIVE), ends.is_not(None), ends <= at)
    not_over = or_(ends.is_(None), ends > at)
    match standing:
        case Standing.ENDED:
            return or_(state == PromotionState.ENDED, is_over)
        case Standing.SCHEDULED:
            return and_(state == PromotionState.ACTIVE, not_over, starts.is_not(None), starts > at)
        case Standing.RUNNING:
            return and_(
                state == PromotionState.ACTIVE, not_over, or_(starts.is_(None), starts <= at)
            )
        case Standing.PAUSED:
            return and_(state == PromotionState.PAUSED, not_over)
        case _:
            return state == PromotionState(standing.value)
