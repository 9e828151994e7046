"""Orders, parcels and returns for the search over everything, and for scanned numbers."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import or_, select

from app.actor import current_actor
from app.db import session
from app.i18n import _, language
from app.look import day
from app.module import Found
from app.money import format_money
from modules.orders.listing import queue, seen_by
from modules.orders.models import Order, Parcel, Return
from modules.orders.numbers import parcel_id_of, return_id_of

VIEW = "orders.view"
_MOST = 10


def find(text: str) -> Iterator[Found]:
    """Yield what a number, a name, a phone or a tracking number means among orders."""
    actor = current_actor()
    if not actor.may(VIEW):
        return
    stores = actor.stores(VIEW)
    mine = seen_by(stores)
    for row in queue(stores=stores, text=text, limit=_MOST):
        yield _order(row.order, _("Orders"))
    parcels = select(Parcel, Order).join(Order, Order.id == Parcel.order_id)
    number = parcel_id_of(text)
    parcels = parcels.where(
        or_(
            Parcel.tracking_number == text.strip(),
            Parcel.id == (number if number is not None else -1),
        )
    )
    if mine is not None:
        parcels = parcels.where(mine)
    for parcel, order in session.execute(parcels.order_by(Parcel.id.desc()).limit(_MOST)):
        yield Found(
            kind=_("Parcels"),
            title=parcel.number,
            detail=_parts(parcel.tracking_number, order.number, order.buyer.get("name")),
            url=url_for("orders.card", order=order.id),
            icon="package",
        )
    if (return_id := return_id_of(text)) is not None:
        returns = select(Return, Order).join(Order, Order.id == Return.order_id)
        returns = returns.where(Return.id == return_id)
        if mine is not None:
            returns = returns.where(mine)
        for wanted, order in session.execute(returns):
            yield Found(
                kind=_("Returns"),
                title=wanted.number,
                detail=_parts(order.number, order.buyer.get("name")),
                url=url_for("orders.card", order=order.id, _anchor="returns"),
                icon="arrow-back-up",
            )


def _order(order: Order, kind: str) -> Found:
    total = format_money(order.total_minor, order.currency, language())
    return Found(
        kind=kind,
        title=order.number,
        detail=_parts(order.buyer.get("name"), day(order.placed_at), total),
        url=url_for("orders.card", order=order.id),
        icon="inbox",
    )


def _parts(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
