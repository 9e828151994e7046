"""What the company still owes on gift cards and store credit: in all, by month, and what ends."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, or_, select

from app import clock
from app.db import session
from modules import organization
from modules.payments.giftcards.models import GiftCard

_NEXT = 10


class Owed(NamedTuple):
    """Open money of one currency: so much on so many cards, and of it on blocked ones."""

    currency: str
    cards: int
    total_minor: int
    credit_minor: int
    """Of it store credit."""
    blocked_minor: int
    """Of it on cards that pay nothing until somebody lets them."""


class Month(NamedTuple):
    """What ends in one month (None: never)."""

    begins: date | None
    currency: str
    cards: int
    total_minor: int


class Liability(NamedTuple):
    owed: Sequence[Owed]
    months: Sequence[Month]
    next_to_end: Sequence[GiftCard]


def liability(stores: Collection[int] | None) -> Liability:
    """Return what is owed on the cards that these stores (None: all) issued."""
    today = organization.day_of(clock.now())
    return Liability(
        owed=[
            Owed(currency, *(int(value) for value in amounts))
            for currency, *amounts in session.execute(_totals(stores, today))
        ],
        months=_months(stores, today),
        next_to_end=session.scalars(
            _open(select(GiftCard), stores, today)
            .where(GiftCard.expires_on.is_not(None), GiftCard.blocked_at.is_(None))
            .order_by(GiftCard.expires_on, GiftCard.id)
            .limit(_NEXT)
        ).all(),
    )


def _totals(stores: Collection[int] | None, today: date) -> Select[Any]:
    balance = GiftCard.balance_minor
    found = select(
        GiftCard.currency,
        func.count(),
        func.sum(balance),
        func.sum(case((GiftCard.code_mark.is_(None), balance), else_=0)),
        func.sum(case((GiftCard.blocked_at.is_not(None), balance), else_=0)),
    )
    narrowed: Select[Any] = _open(found, stores, today)
    return narrowed.group_by(GiftCard.currency).order_by(GiftCard.currency)


def _months(stores: Collection[int] | None, today: date) -> list[Month]:
    days = _open(
        select(GiftCard.expires_on, GiftCard.currency, func.count(), func.sum(_BALANCE)),
        stores,
        today,
    ).group_by(GiftCard.expires_on, GiftCard.currency)
    found: dict[tuple[date | None, str], list[int]] = {}
    for day, currency, cards, total in session.execute(days):
        last = day - timedelta(days=1) if day else None  # people read the last day on which it pays
        own = found.setdefault((last.replace(day=1) if last else None, currency), [0, 0])
        own[0] += cards
        own[1] += int(total)
    order = sorted(found, key=lambda one: (one[0] or date.max, one[1]))
    return [Month(*key, *found[key]) for key in order]


_BALANCE = GiftCard.balance_minor


def _open(found: Any, stores: Collection[int] | None, today: date) -> Any:
    """Narrow to cards with money on them whose time is not over."""
    found = found.where(
        _BALANCE > 0, or_(GiftCard.expires_on.is_(None), GiftCard.expires_on > today)
    )
    return found if stores is None else found.where(GiftCard.store_id.in_(stores))
