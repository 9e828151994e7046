"""The list of gift cards and store credit: what it can be asked, page by page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app import clock
from app.db import session
from app.i18n import lazy
from app.lists import Sort
from app.reference import Reference
from modules import organization
from modules.payments.giftcards import secrets
from modules.payments.giftcards.models import GiftCard, GiftCardEntry

SOON = timedelta(days=30)
_NEVER: ColumnElement[bool] = GiftCard.id.is_(None)

NEWEST_FIRST = Sort(
    code="newest",
    title=lazy("Newest first"),
    by=(GiftCard.id,),
    kinds=(int,),
    place=lambda row: (row.id,),
    down=True,
)
OLDEST_FIRST = Sort(
    code="oldest",
    title=lazy("Oldest first"),
    by=(GiftCard.id,),
    kinds=(int,),
    place=lambda row: (row.id,),
)


class Sought(NamedTuple):
    """What is typed into the search of the list, and what it may mean."""

    text: str = ""
    customers: Collection[int] = ()
    reference: Reference | None = None


def find_cards(
    *,
    sought: Sought,
    standing: str = "",
    kind: str = "",
    stores: Collection[int] | None = None,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[GiftCard]:
    """Return cards of these stores (None: all), page by page."""
    found = _asked(select(GiftCard), sought, standing, kind, stores)
    if up_to is not None:
        found = found.where(GiftCard.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def count_cards(
    *,
    sought: Sought,
    standing: str = "",
    kind: str = "",
    stores: Collection[int] | None = None,
    cap: int,
) -> int:
    found = _asked(select(GiftCard.id), sought, standing, kind, stores).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_card() -> int:
    return session.scalar(select(func.max(GiftCard.id))) or 0


def cards_by_key(card_ids: Collection[int]) -> Mapping[int, GiftCard]:
    found = session.scalars(select(GiftCard).where(GiftCard.id.in_(card_ids)))
    return {one.id: one for one in found}


def cards_sold_with(reference: Reference) -> Sequence[GiftCard]:
    """Return the cards that were sold with a thing, or given for it, in their order."""
    return session.scalars(
        select(GiftCard)
        .where(GiftCard.sold_ref_kind == reference.kind, GiftCard.sold_ref_id == reference.id)
        .order_by(GiftCard.id)
        .execution_options(populate_existing=True)
    ).all()


def _asked(
    found: Select[Any],
    sought: Sought,
    standing: str,
    kind: str,
    stores: Collection[int] | None,
) -> Select[Any]:
    if stores is not None:
        found = found.where(GiftCard.store_id.in_(stores))
    if sought.text:
        found = found.where(or_(*_meant(sought)))
    if kind:
        has_number = GiftCard.code_mark.is_not(None)
        found = found.where(has_number if kind == "card" else ~has_number)
    if standing:
        found = found.where(_standing(standing, organization.day_of(clock.now())))
    return found


def _meant(sought: Sought) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = [_NEVER]
    signs = secrets.normal(sought.text)
    if len(signs) == secrets.LENGTH and (key := secrets.key_or_none()):
        parts.append(GiftCard.code_mark == secrets.mark_of_code(key, signs))
    if len(signs) == 4:
        parts.append(GiftCard.last_four == signs)
    if sought.customers:
        parts.append(GiftCard.customer_id.in_(sought.customers))
    if thing := sought.reference:
        moved = exists().where(
            GiftCardEntry.card_id == GiftCard.id,
            GiftCardEntry.ref_kind == thing.kind,
            GiftCardEntry.ref_id == thing.id,
        )
        parts.append(moved)
    return parts


def _standing(standing: str, today: date) -> ColumnElement[bool]:
    over = and_(GiftCard.expires_on.is_not(None), GiftCard.expires_on <= today)
    match standing:
        case "blocked":
            return GiftCard.blocked_at.is_not(None)
        case "expired":
            return and_(GiftCard.blocked_at.is_(None), over)
        case "soon":
            soon = GiftCard.expires_on.between(today + timedelta(days=1), today + SOON)
            return and_(GiftCard.balance_minor > 0, soon, GiftCard.blocked_at.is_(None))
        case "spent":
            good = or_(GiftCard.expires_on.is_(None), GiftCard.expires_on > today)
            return and_(GiftCard.balance_minor == 0, GiftCard.blocked_at.is_(None), good)
    good = or_(GiftCard.expires_on.is_(None), GiftCard.expires_on > today)
    return and_(GiftCard.balance_minor > 0, GiftCard.blocked_at.is_(None), good)
