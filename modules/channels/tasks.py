"""The jobs of channels: orders in, stock and news out. A shop is called outside of transactions."""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

from app.gate import GateBusy
from app.outbox import Cancelled, Postponed, Running, TakenOver
from modules import connectors
from modules.channels.models import MessageKind, MessageState
from modules.channels.offers import gather_changes, note_offers
from modules.channels.operations import (
    end_message,
    keep_page,
    note_pulled,
    take_order,
)
from modules.channels.ports import OfferResult, OrderPage, Outcome, SalesChannel, Told
from modules.channels.queries import (
    Link,
    dirty_offers,
    get_link,
    get_message,
    has_changes,
    has_dirty_offers,
    list_links,
)

log = logging.getLogger(__name__)

PORT = "channels.SalesChannel"
_PAGES = 20  # of one round; what is left comes with the next
_OFFERS = 200  # told in one call
_NOT_THE_ORDERS_FAULT = (TakenOver, Cancelled, DBAPIError, GateBusy)


class NotAnswered(Exception):
    """The shop did not say whether it heard; it is told again."""


def pull(job: Running) -> None:
    """Bring in what every shop has sold; a shop that is away does not keep the others."""
    _each_link(job, pull_link)


def push(job: Running) -> None:
    """Tell every shop how many pieces it may sell, where that changed."""
    # Also while every shop is switched off: the list of changes grows with each sale.
    if has_changes():
        with job.step():
            gather_changes()
    _each_link(job, push_link)


def _each_link(job: Running, act: Callable[[Running, Link], None]) -> None:
    away: list[str] = []
    for link in list_links(account=job.payload.get("account")):
        try:
            act(job, link)
        except (connectors.PartnerDown, connectors.AccountOff, Postponed, NotAnswered) as reason:
            away.append(f"{link.account}: {reason}")
    if away:
        with job.finish({"not_done": away}):
            pass


def pull_link(job: Running, link: Link) -> None:
    line = connectors.open_line(PORT, link.account)
    for _page in range(_PAGES):
        cursor = connectors.read_cursor(link.account_id, "orders")
        page = line.call("orders", _pulling(cursor))
        if page.orders or page.cursor != cursor:
            with job.step():
                keep_page(link=link, page=page)
        if not page.more:
            break
    take_orders(job, link)
    with job.step():
        note_pulled(link_id=link.id)


def _pulling(cursor: str | None) -> Callable[[SalesChannel], OrderPage]:
    return lambda shop: shop.pull_orders(cursor)


def take_orders(job: Running, link: Link) -> None:
    """Turn what came in into orders, each in its own transaction: one that fails stops no other."""
    for event in connectors.list_events(link.source, state=connectors.InboxState.NEW, limit=1000):
        try:
            with job.step():
                take_order(link=link, event_id=event.id)
        except _NOT_THE_ORDERS_FAULT:
            raise
        except Exception as error:
            log.warning("order %s of %s was not taken in: %s", event.event_id, link.channel, error)
            with job.step():
                connectors.end_event(event_id=event.id, message=str(error) or repr(error))


def push_link(job: Running, link: Link) -> None:
    if not has_dirty_offers(link.id):
        return
    line = connectors.open_line(PORT, link.account)
    while True:
        # The place first: what is sold between the two readings is then taken off twice for a
        # moment, never offered twice.
        seen = connectors.read_cursor(link.account_id, "orders")
        told = dirty_offers(link, limit=_OFFERS)
        if not told:
            return
        offers = [one.offer for one in told if one.offer is not None]

        def tell(shop: SalesChannel, seen: str | None = seen) -> Sequence[OfferResult]:
            return shop.push_stock(offers, seen=seen)  # noqa: B023 - called at once

        results = line.call("stock", tell) if offers else []
        with job.step():
            settled = note_offers(
                link_id=link.id, told=told, results={one.sku: one for one in results}
            )
        if not settled:
            raise NotAnswered("stock")


def tell(job: Running) -> None:
    """Tell a shop one piece of news about one of its orders."""
    message = get_message(job.payload["message_id"])
    if message.state is not MessageState.WAITING:
        return
    link = get_link(message.link_id)
    line = connectors.open_line(PORT, link.account)
    external_id, kind = message.external_id, message.kind
    carrier, number, reason = message.carrier, message.tracking_number, message.reason

    def say(shop: SalesChannel) -> Told:
        if kind is MessageKind.TRACKING:
            return shop.push_tracking(external_id, carrier=carrier, tracking_number=number)
        return shop.push_cancellation(external_id, reason=reason)

    answer = line.call(kind.value, say, reference=external_id)
    if answer.outcome is Outcome.UNKNOWN:
        raise NotAnswered(f"{kind} {external_id}")
    with job.finish():
        end_message(message_id=message.id, outcome=answer.outcome, said=answer.message)
