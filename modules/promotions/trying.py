"""What would be published if a draft were: for who tries a promotion before buyers meet it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.db import session
from modules import organization
from modules.promotions.currency import in_its_currency
from modules.promotions.definition import read_promotion
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.promotion import Limits, Promotion, Schedule
from modules.promotions.models import PromotionRecord, PromotionState, PromotionVersion
from modules.promotions.published import Label, Published, engine_groups, published
from modules.promotions.queries import draft_of, get_promotion, newest_versions
from modules.promotions.shelf import shelf_of


def published_with(promotion_id: int) -> Published:
    """
    Return what is published with the draft of a promotion in the place of what applies of it.

    Without a draft it is the promotion as it applies, or as it last applied.
    """
    known, wanted = published(), get_promotion(promotion_id)
    version = tried_version(promotion_id)
    tried = in_its_currency(
        read_promotion(version.definition, key=promotion_id, version=version.number),
        organization.get_company().currency,
    )
    others = {at: one for at, one in known.parsed.items() if at[0] != promotion_id}
    parsed = {**others, (promotion_id, version.number, False): (version.definition, tried)}
    # By key, as the book of what applies: among equal priorities the older comes first.
    promotions = [parsed[at][1] for at in sorted(parsed)]
    return Published(
        mark=f"{known.mark}+{promotion_id}",
        book=compile_book(promotions, engine_groups()),
        shelf=shelf_of(promotions),
        labels={**known.labels, promotion_id: Label(wanted.code, version.name)},
        limits={int(one.id): one.limits for one in promotions if one.limits != Limits()},
        parsed=parsed,
    )


def tried_version(promotion_id: int) -> PromotionVersion:
    """Return the draft of a promotion, else the version that it is known by."""
    return draft_of(promotion_id) or newest_versions([promotion_id])[promotion_id]


def read_version(definition: Mapping[str, Any], *, key: int, number: int) -> Promotion:
    """Return a version as carts meet it: the amounts that it names are the company's money."""
    said = read_promotion(definition, key=key, version=number)
    return in_its_currency(said, organization.get_company().currency)


def without_span(schedule: Schedule) -> Schedule:
    """Return the weekdays and hours of a schedule, on any day there is."""
    return replace(schedule, starts_at=None, ends_at=None)


def list_drafts(*, limit: int) -> Sequence[tuple[str, str]]:
    """Return the codes and names of promotions that have something unpublished, newest first."""
    rows = session.execute(
        select(PromotionRecord.code, PromotionVersion.name)
        .join(PromotionVersion, PromotionVersion.promotion_id == PromotionRecord.id)
        .where(
            PromotionVersion.published_at.is_(None),
            PromotionRecord.state != PromotionState.ARCHIVED,
        )
        .order_by(PromotionVersion.id.desc())
        .limit(limit)
    )
    return [(code, name) for code, name in rows]
