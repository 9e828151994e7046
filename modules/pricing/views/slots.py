"""What the pages of the catalogue are told of prices: the lowest of 30 days, and the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from app.actor import current_actor
from app.db import session
from modules import catalog, organization
from modules.pricing import minimums, prior
from modules.pricing.models import PricePeriod
from modules.pricing.places import place_words
from modules.pricing.price_list_list import VIEW
from modules.pricing.queries import price_lists_by_id
from modules.pricing.views.blueprint import may_manage

_MOST = 12


class Told(NamedTuple):
    """A price that some variants of a product had together."""

    price_minor: int | None
    prior_minor: int | None
    currency: str
    place: str
    source: str
    since: datetime
    until: datetime | None
    together: int


def lowest_of(*, variant_ids: Sequence[int], channel: str) -> Mapping[int, int]:
    """Return the price that stands beside a reduction in a channel; without one, the company's."""
    return prior.lowest_30_days(variant_ids, place=channel)


def prices_of_product(*, product_id: int, variant_ids: Sequence[int]) -> Markup | str:
    """Return the card of a product's prices: the lowest, the minimum, and what was presented."""
    if not current_actor().may(VIEW) or not variant_ids:
        return ""
    code = next(
        iter(session.scalars(select(catalog.Product.code).where(catalog.Product.id == product_id)))
    )
    lowest = sorted(set(prior.lowest_30_days(variant_ids).values()))
    least = sorted(set(minimums.minimums_of(variant_ids).values()))
    return render_template(
        "pricing/_of_product.html",
        code=code,
        lowest=lowest,
        least=least,
        currency=organization.get_company().currency,
        history=_history(variant_ids),
        places=place_words(),
        variants=len(variant_ids),
        may_manage=may_manage(),
    )


def _history(variant_ids: Sequence[int]) -> list[Told]:
    """Return the last periods, those that variants have in common as one, newest first."""
    rows = session.scalars(
        select(PricePeriod)
        .where(PricePeriod.variant_id.in_(variant_ids))
        .order_by(PricePeriod.valid_from.desc(), PricePeriod.id.desc())
        .limit(_MOST * max(len(variant_ids), 1))
    ).all()
    lists = price_lists_by_id([one.price_list_id for one in rows if one.price_list_id])
    found: dict[tuple[object, ...], Told] = {}
    for one in rows:
        if one.valid_to == one.valid_from:
            continue
        record = lists.get(one.price_list_id or 0)
        told = Told(
            one.price_minor,
            one.prior_minor,
            one.currency,
            one.place,
            record.name if record else ("promotion" if one.ref_kind else ""),
            one.valid_from,
            one.valid_to,
            1,
        )
        known = found.get(told[:-1])
        found[told[:-1]] = told if known is None else known._replace(together=known.together + 1)
    return list(found.values())[:_MOST]
