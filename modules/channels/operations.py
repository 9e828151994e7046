"""Taking a shop's orders in, and keeping what it is to hear. Nothing here calls a shop."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app import clock, outbox
from app.db import database, session
from app.errors import NotFound
from app.i18n import _, stored
from modules import connectors, orders, organization
from modules.channels.errors import ChangedAfterwards
from modules.channels.models import (
    ChannelLink,
    ChannelMessage,
    MessageKind,
    MessageState,
)
from modules.channels.ports import ChannelOrder, OrderPage, Outcome, Unreadable
from modules.channels.queries import Link, get_link, get_message

# --- setting up -------------------------------------------------------------------------------


def link_account(*, account_id: int, channel: str, name: str, kind: str) -> int:
    """
    Let a shop's account bring its orders in by a channel, made where it is missing.

    A new channel belongs to the store of `web`, is served by the same locations, and accepts what
    is short: the shop has sold it already. An account that has its channel keeps it.
    """
    known = session.scalar(select(ChannelLink.id).where(ChannelLink.account_id == account_id))
    if known is not None:
        return known
    try:
        channel_id = organization.get_channel(channel).id
    except NotFound:
        like = organization.channel_for_intake("web")
        channel_id = organization.create_channel(
            code=channel,
            name=name,
            kind=kind,
            store_id=like.store_id,
            currency=like.currency,
            on_shortage="backorder",
            locations=[location.id for location in like.locations],
        ).id
    link = ChannelLink(account_id=account_id, channel_id=channel_id)
    session.add(link)
    session.flush()
    return link.id


def move_link(*, link_id: int, channel: str) -> None:
    """
    Let a shop's orders come in by another channel from now on; the old one is switched off.

    What came in before keeps its channel.

    :raises NotFound: there is no such link or channel
    """
    old = organization.channel_by_id(get_link(link_id).channel_id)
    new = organization.get_channel(channel)
    if old.id == new.id:
        return
    session.execute(update(ChannelLink).where(ChannelLink.id == link_id).values(channel_id=new.id))
    organization.update_channel(
        channel_id=old.id,
        version=old.version,
        name=old.name,
        kind=old.kind,
        store_id=old.store_id,
        currency=old.currency,
        price_basis=old.price_basis,
        on_shortage=old.on_shortage,
        active=False,
        locations=[],
    )


# --- orders in --------------------------------------------------------------------------------


def keep_page(*, link: Link, page: OrderPage) -> None:
    """Keep what a shop told of its orders, and how far it was read, together."""
    for order in page.orders:
        body = order.raw if isinstance(order, Unreadable) else order.as_json()
        text_of_it = json.dumps(body, sort_keys=True, ensure_ascii=False)
        event_id = connectors.store_event(
            source=link.source,
            event_id=f"{order.external_id}:{_print(body)}",
            body=text_of_it,
            headers={
                "external_id": order.external_id,
                "revision": order.revision,
                "unreadable": isinstance(order, Unreadable),
            },
        )
        if event_id is not None and isinstance(order, Unreadable):
            connectors.end_event(
                event_id=event_id,
                message=_("This order could not be read: %(what)s", what=order.message),
            )
    if page.cursor is not None:
        connectors.move_cursor(account_id=link.account_id, name="orders", value=page.cursor)


def note_pulled(*, link_id: int) -> None:
    session.execute(
        update(ChannelLink).where(ChannelLink.id == link_id).values(pulled_at=clock.now())
    )


def take_order(*, link: Link, event_id: int) -> None:
    """
    Turn what came in into an order of ours, once per (channel, external id).

    :raises ChangedAfterwards: the shop changed an order that is here already
    :raises RuleViolation: orders refused it
    """
    event = connectors.get_event(event_id)
    if event.state is not connectors.InboxState.NEW:
        return
    order = ChannelOrder.from_json(json.loads(event.body))
    known = orders.find_order(link.channel, order.external_id)
    if order.cancelled:
        if known is not None:
            # The shop needs not hear of what it told us itself.
            _keep_message(
                link_id=link.id,
                kind=MessageKind.CANCELLATION,
                external_id=order.external_id,
                state=MessageState.DONE,
            )
            orders.cancel_order(order_id=known, reason=stored("Cancelled in the shop"))
    elif known is not None:
        raise ChangedAfterwards(
            _(
                "The shop changed order %(number)s after it came in. Compare both, "
                "and change ours by hand if need be.",
                number=order.external_id,
            )
        )
    else:
        orders.place_order(placing(link.channel, order), from_connector=True)
    connectors.end_event(event_id=event_id)


def placing(channel: str, order: ChannelOrder) -> orders.PlaceOrder:
    """Return a shop's order as orders want to hear of it."""
    paid = order.payment
    return orders.PlaceOrder(
        channel=channel,
        external_id=order.external_id,
        placed_at=order.placed_at,
        currency=order.currency,
        buyer={key: value for key, value in order.buyer.items() if value},
        billing_address=order.billing_address,
        shipping_address=order.shipping_address,
        shipping_method=order.shipping_method,
        shipping_minor=order.shipping_minor,
        pickup_point=order.pickup_point,
        lines=[
            orders.OrderedLine(
                sku=line.sku,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                name=line.name or None,
            )
            for line in order.lines
        ],
        payment=orders.OrderedPayment(
            method=paid.method,
            amount_minor=paid.amount_minor,
            state=paid.state,
            reference=paid.reference,
        )
        if paid
        else None,
        note=order.note,
    )


# --- news out ---------------------------------------------------------------------------------


def tell_tracking(*, link_id: int, external_id: str, carrier: str, tracking_number: str) -> None:
    """Let a shop hear that a parcel is on its way; the same number is told once."""
    _enqueue(
        _keep_message(
            link_id=link_id,
            kind=MessageKind.TRACKING,
            external_id=external_id,
            carrier=carrier,
            tracking_number=tracking_number,
        ),
        link_id,
        external_id,
    )


def tell_cancellation(*, link_id: int, external_id: str, reason: str) -> None:
    """Let a shop hear that an order will not be sent."""
    _enqueue(
        _keep_message(
            link_id=link_id,
            kind=MessageKind.CANCELLATION,
            external_id=external_id,
            reason=reason,
        ),
        link_id,
        external_id,
    )


def end_message(*, message_id: int, outcome: Outcome, said: str) -> None:
    """Write down whether a shop took a message."""
    message = get_message(message_id)
    message.state = MessageState.DONE if outcome is Outcome.DONE else MessageState.REFUSED
    message.message = said or None
    message.told_at = clock.now()
    session.flush()


def tell_again(*, message_id: int) -> None:
    """
    Let a shop hear once more what it refused.

    :raises NotFound: there is no such message
    """
    message = get_message(message_id)
    if message.state is MessageState.REFUSED:
        message.state = MessageState.WAITING
        session.flush()
        _enqueue(message.id, message.link_id, message.external_id)


# --- what the parts above share ---------------------------------------------------------------


def _print(body: Mapping[str, Any]) -> str:
    """Return the fingerprint of what an order says, whatever its revision is called."""
    said = {
        key: value
        for key, value in body.items()
        if key not in ("revision", "place", "journal_place")
    }
    plain = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _keep_message(**values: Any) -> int | None:
    insert: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
    kept: int | None = session.execute(
        insert(ChannelMessage.__table__)
        .values(
            **{
                "carrier": "",
                "tracking_number": "",
                "reason": "",
                "state": MessageState.WAITING,
                "created_at": clock.now(),
                **values,
            }
        )
        .on_conflict_do_nothing()
        .returning(ChannelMessage.__table__.c.id)
    ).scalar()
    return kept


def _enqueue(message_id: int | None, link_id: int, external_id: str) -> None:
    if message_id is not None:
        outbox.enqueue(
            "channels.tell",
            {"message_id": message_id},
            order_key=f"channel:{link_id}:{external_id}",
        )
