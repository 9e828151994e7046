"""Orders, parcels and returns for the search over everything, and for scanned numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select

from app.actor import current_actor
from app.db import session
from app.fields import free_text
from app.i18n import _, language
from app.look import day
from app.module import Found
from app.money import format_money
from modules.orders.listing import queue, seen_by
from modules.orders.models import Order, Parcel, Return
from modules.orders.numbers import ids_ending_with, parcel_id_of, return_id_of

VIEW = "orders.view"
_MOST = 10
_FEWEST, _MOST_DIGITS = 3, 12
_MOST_ENDING = 5


def find(text: str) -> Iterator[Found]:
    """Yield what a number, a name, a phone or a tracking number means among orders."""
    actor = current_actor()
    if not actor.may(VIEW):
        return
    stores = actor.stores(VIEW)
    mine = seen_by(stores)
    words = text.strip()
    shown: set[int] = set()
    for order, exact in _numbered(words, mine):
        shown.add(order.id)
        yield _order(order, exact=exact)
    rows = queue(stores=stores, text=text, limit=_MOST + 1)
    all_of_them = url_for("orders.index", q=words, lane="all") if len(rows) > _MOST else ""
    for row in rows[:_MOST]:
        if row.order.id not in shown:
            found = _order(row.order, exact=_is_whole(row.order, words))
            yield replace(found, all_url=all_of_them)
    yield from _parcels(words, mine)
    if (return_id := return_id_of(text)) is not None:
        returns = select(Return, Order).join(Order, Order.id == Return.order_id)
        returns = returns.where(Return.id == return_id)
        if mine is not None:
            returns = returns.where(mine)
        for wanted, order in session.execute(returns):
            yield Found(
                kind=_("Returns"),
                title=wanted.number,
                detail=_parts(order.number, free_text(order.buyer.get("name"))),
                url=url_for("orders.card", order=order.id, _anchor="returns"),
                icon="arrow-back-up",
                exact=True,
            )


def names(order_ids: Sequence[int]) -> Mapping[int, Found]:
    """Return how orders are called, by their keys, without those that this person may not see."""
    actor = current_actor()
    if not actor.may(VIEW):
        return {}
    found = select(Order).where(Order.id.in_(order_ids))
    mine = seen_by(actor.stores(VIEW))
    if mine is not None:
        found = found.where(mine)
    return {one.id: _order(one) for one in session.scalars(found)}


def _numbered(words: str, mine: ColumnElement[bool] | None) -> list[tuple[Order, bool]]:
    """Return the orders whose number these digits are, or end: the newest of them."""
    if not (words.isascii() and words.isdigit() and _FEWEST <= len(words) <= _MOST_DIGITS):
        return []
    newest = session.scalar(select(func.max(Order.id)))
    if newest is None:
        return []
    keys = ids_ending_with(words, newest=newest, limit=_MOST_ENDING)
    found = select(Order).where(Order.id.in_(keys))
    if mine is not None:
        found = found.where(mine)
    orders = session.scalars(found.order_by(Order.id.desc()))
    return [(one, one.number.endswith("-" + words)) for one in orders]


def _is_whole(order: Order, words: str) -> bool:
    buyer = order.buyer
    whole = {order.number, order.external_id, buyer.get("email")}
    return words.casefold() in {one.casefold() for one in whole if one}


def _parcels(words: str, mine: ColumnElement[bool] | None) -> Iterator[Found]:
    number = parcel_id_of(words)
    parcels = select(Parcel, Order).join(Order, Order.id == Parcel.order_id)
    parcels = parcels.where(
        or_(
            Parcel.tracking_number == words,
            Parcel.id == (number if number is not None else -1),
        )
    )
    if mine is not None:
        parcels = parcels.where(mine)
    for parcel, order in session.execute(parcels.order_by(Parcel.id.desc()).limit(_MOST)):
        yield Found(
            kind=_("Parcels"),
            title=parcel.number,
            detail=_parts(parcel.tracking_number, order.number, free_text(order.buyer.get("name"))),
            url=url_for("orders.card", order=order.id),
            icon="package",
            exact=True,
        )


def _order(order: Order, *, exact: bool = False) -> Found:
    total = format_money(order.total_minor, order.currency, language())
    return Found(
        kind=_("Orders"),
        title=order.number,
        detail=_parts(free_text(order.buyer.get("name")), day(order.placed_at), total),
        url=url_for("orders.card", order=order.id),
        icon="inbox",
        exact=exact,
    )


def _parts(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
