"""Lists of orders by key: for programs by their last change, for people by lane and time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from app import walking
from app.db import session
from app.errors import InvalidInput
from app.feeds import settled
from app.fields import PERSONAL, in_a_name, sees
from app.folding import in_one_of
from app.i18n import _, lazy
from app.lists import CAP as CAP
from app.lists import Sort
from app.reference import Reference
from app.search import contains, fold
from modules.orders.models import (
    Allocation,
    Hold,
    Lane,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    PaymentStatus,
    Return,
)
from modules.orders.numbers import order_id_of
from modules.organization import Channel, Location, ShippingMethod, Store


class ListedOrder(NamedTuple):
    """An order with the codes that a list shows."""

    order: Order
    channel: str
    store: str
    channel_kind: str
    channel_name: str
    shipping_method: str
    shipping_kind: str
    store_name: str


_ROW: Any = (
    select(
        Order,
        Channel.code,
        Store.code,
        Channel.kind,
        Channel.name,
        ShippingMethod.name,
        ShippingMethod.kind,
        Store.name,
    )
    .join(Channel, Channel.id == Order.channel_id)
    .join(Store, Store.id == Order.store_id)
    .join(ShippingMethod, ShippingMethod.id == Order.shipping_method_id)
)


_PLACE: Any = {
    "by": (Order.placed_at, Order.id),
    "kinds": (datetime, int),
    "place": lambda row: (row.order.placed_at, row.order.id),
}
NEWEST_FIRST = Sort(code="newest", title=lazy("Newest first"), down=True, **_PLACE)
OLDEST_FIRST = Sort(code="oldest", title=lazy("Oldest first"), **_PLACE)


_CONTACTS = ("email", "phone")
# What an order is found by, of that which everybody sees; goods stand on its lines.
_NAMES: tuple[Any, ...] = (
    Order.buyer["name"].as_string(),
    Order.buyer["company"].as_string(),
    Order.shipping_address["name"].as_string(),
    Order.billing_address["name"].as_string(),
)


def seen_by(stores: Iterable[int] | None) -> ColumnElement[bool] | None:
    """Return the condition under which somebody of these stores sees an order; None: all."""
    if stores is None:
        return None
    own = sorted(stores)
    works_on_it = exists().where(
        Allocation.order_id == Order.id,
        Allocation.location_id == Location.id,
        Location.store_id.in_(own),
    )
    return or_(Order.store_id.in_(own), works_on_it)


def find_orders(
    *,
    stores: Iterable[int] | None = None,
    status: str | None = None,
    channel: str | None = None,
    store: str | None = None,
    text: str | None = None,
    updated_after: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[ListedOrder]:
    """Return orders by the moment of their last change, oldest change first."""
    found = _filtered(_ROW, stores=stores, status=status, channel=channel, store=store, text=text)
    if updated_after is not None:
        found = found.where(Order.updated_at > updated_after, settled(Order.updated_at))
    if after is not None:
        found = found.where(tuple_(Order.updated_at, Order.id) > after)
    rows = session.execute(found.order_by(Order.updated_at, Order.id).limit(limit))
    return [ListedOrder(*row) for row in rows]


def queue(
    *,
    stores: Iterable[int] | None = None,
    lane: Lane | None = None,
    channel: str | None = None,
    store: str | None = None,
    payment: str | None = None,
    text: str | None = None,
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> list[ListedOrder]:
    """Return the orders of a lane, in an order of the list; `up_to` is the highest key meant."""
    # A store, a lane or a channel leaves too few of the newest to walk by.
    is_narrowed = stores is not None or any((lane, channel, store, payment, up_to))
    walked = bool(text) and order is NEWEST_FIRST and not is_narrowed and _is_common(text or "")
    found = _filtered(_ROW, stores=stores, channel=channel, store=store, text=text, walked=walked)
    found = _in_lane(found, lane, payment)
    if up_to is not None:
        found = found.where(Order.id <= up_to)
    found = order.page(found, after=after, limit=limit)
    return [ListedOrder(*row) for row in session.execute(found)]


def newest_order() -> int:
    """Return the highest key of an order."""
    return session.scalar(select(func.max(Order.id))) or 0


def numbers_of(keys: Iterable[int], *, stores: Iterable[int] | None = None) -> dict[int, str]:
    """Return the numbers of those orders that somebody of these stores sees, in one statement."""
    found = select(Order).where(Order.id.in_(list(keys)))
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    return {one.id: one.number for one in session.scalars(found)}


WORK_LANES = (Lane.EXCEPTION, Lane.WAITING, Lane.TO_PICK, Lane.TO_PACK, Lane.TO_SHIP)


def count_lanes(stores: Iterable[int] | None = None) -> dict[Lane, int]:
    """Return how many orders wait in each lane where somebody must act, capped; one statement."""
    mine = seen_by(stores)
    counts = []
    for lane in WORK_LANES:
        inside = select(Order.id).where(Order.lane == lane)
        if mine is not None:
            inside = inside.where(mine)
        capped = inside.limit(CAP).subquery()
        counts.append(
            select(literal(lane.value).label("lane"), func.count().label("n")).select_from(capped)
        )
    return {Lane(lane): int(count) for lane, count in session.execute(union_all(*counts))}


def count_queue(
    *,
    stores: Iterable[int] | None = None,
    lane: Lane | None = None,
    channel: str | None = None,
    store: str | None = None,
    payment: str | None = None,
    text: str | None = None,
    cap: int = CAP,
) -> int:
    """Return how many orders `queue` would list over all its pages, counted up to a number."""
    found: Any = (
        select(Order.id)
        .join(Channel, Channel.id == Order.channel_id)
        .join(Store, Store.id == Order.store_id)
    )
    by_words = text if text and order_id_of(text) is None else None
    found = _filtered(
        found, stores=stores, channel=channel, store=store, text=None if by_words else text
    )
    if by_words:
        found, _key = walking.by_key(found, Order, by_words)
        found = found.where(*_hidden(by_words))
    found = _in_lane(found, lane, payment).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _in_lane(found: Select[Any], lane: Lane | None, payment: str | None) -> Select[Any]:
    if lane is not None:
        found = found.where(Order.lane == lane)
    if payment is not None:
        found = found.where(Order.payment_status == _word(PaymentStatus, payment, "payment"))
    return found


def _filtered(
    found: Select[Any],
    *,
    stores: Iterable[int] | None,
    channel: str | None,
    store: str | None,
    text: str | None,
    status: str | None = None,
    walked: bool = False,
) -> Select[Any]:
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    if status is not None:
        found = found.where(Order.status == _word(OrderStatus, status, "status"))
    if channel is not None:
        found = found.where(Channel.code == channel)
    if store is not None:
        found = found.where(Store.code == store)
    if text:
        found = found.where(matches(text, walked=walked))
    return found


def _is_common(text: str) -> bool:
    return order_id_of(text) is None and walking.is_common(Order, text)


def matches(text: str, *, walked: bool = False) -> ColumnElement[bool]:
    """
    Return the condition that an order has this number, or the words in its search text.

    `walked`: the rows are looked at one after the other, and no index of words is asked.
    """
    by_number = order_id_of(text)
    if by_number is not None:
        return Order.id == by_number
    found = walking.holds(Order, text) if walked else contains(Order, text)
    return and_(found, *_hidden(text))


def _hidden(text: str) -> Iterator[ColumnElement[bool]]:
    if not sees(PERSONAL):
        yield from _not_by_contact(text)


def _not_by_contact(text: str) -> Iterator[ColumnElement[bool]]:
    """
    Yield the conditions that an order is found by what is not hidden of it.

    Sign by sign a contact could be guessed otherwise, its letters too; a whole one is taken as it
    was given.
    """
    whole = text.replace(" ", "").lower()
    contacts = [
        func.lower(func.replace(func.coalesce(Order.buyer[one].as_string(), ""), " ", ""))
        for one in _CONTACTS
    ]
    for word in fold(text).split():
        bought = exists().where(OrderLine.order_id == Order.id, in_one_of(word, [OrderLine.sku]))
        yield or_(
            *(one == whole for one in contacts),
            in_one_of(word, [Order.external_id]),
            in_a_name(word, _NAMES),
            bought,
        )


def _word(kind: type[Any], word: str, name: str) -> Any:
    try:
        return kind(word)
    except ValueError:
        known = ", ".join(one.value for one in kind)
        raise InvalidInput(
            _("%(word)s is none of: %(known)s.", word=word, known=known), pointer=f"/{name}"
        ) from None


class Glance(NamedTuple):
    """What a row of the queue shows beside the order itself."""

    variants: list[int]
    holds: list[Hold]


def glances(order_ids: list[int]) -> dict[int, Glance]:
    """Return pictures and holds of a page of orders, in two statements whatever their count."""
    found = {order_id: Glance([], []) for order_id in order_ids}
    lines = select(OrderLine.order_id, OrderLine.variant_id).where(
        OrderLine.order_id.in_(order_ids), OrderLine.position <= 3
    )
    for order_id, variant_id in session.execute(lines.order_by(OrderLine.position)):
        if variant_id is not None:
            found[order_id].variants.append(variant_id)
    holds = select(Hold).where(Hold.order_id.in_(order_ids), Hold.released_at.is_(None))
    for hold in session.scalars(holds.order_by(Hold.due_at, Hold.id)):
        found[hold.order_id].holds.append(hold)
    return found


def orders_of_customer(
    customer_id: int, *, stores: Iterable[int] | None = None, limit: int = 10
) -> list[ListedOrder]:
    """Return the orders of one customer, newest first."""
    found = _filtered(_ROW, stores=stores, channel=None, store=None, text=None)
    found = found.where(Order.customer_id == customer_id)
    found = found.order_by(Order.placed_at.desc(), Order.id.desc()).limit(limit)
    return [ListedOrder(*row) for row in session.execute(found)]


def count_of_customer(customer_id: int, *, stores: Iterable[int] | None = None) -> int:
    """Return how many orders a customer has, capped."""
    found: Any = select(Order.id).where(Order.customer_id == customer_id)
    mine = seen_by(stores)
    if mine is not None:
        found = found.where(mine)
    return session.scalar(select(func.count()).select_from(found.limit(CAP).subquery())) or 0


_BEHIND_PARCEL = select(Parcel.id, Order.id).join(Order, Order.id == Parcel.order_id)
_BEHIND_RETURN = select(Return.id, Order.id).join(Order, Order.id == Return.order_id)


def orders_behind(
    references: Iterable[Reference], *, stores: Iterable[int] | None = None
) -> dict[Reference, int]:
    """Return the key of the order behind each order, parcel and return that these stores see."""
    keys: dict[str, list[int]] = {}
    for one in references:
        keys.setdefault(one.kind, []).append(one.id)
    mine = seen_by(stores)
    found: dict[Reference, int] = {}
    for kind, behind in (
        ("order", select(Order.id, Order.id).where(Order.id.in_(keys.get("order", ())))),
        ("parcel", _BEHIND_PARCEL.where(Parcel.id.in_(keys.get("parcel", ())))),
        ("return", _BEHIND_RETURN.where(Return.id.in_(keys.get("return", ())))),
    ):
        if kind not in keys:
            continue
        if mine is not None:
            behind = behind.where(mine)
        found |= {Reference(kind, key): order_id for key, order_id in session.execute(behind)}
    return found
