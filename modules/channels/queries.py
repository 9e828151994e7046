"""Questions about the channels' shops: how far they are, and what went wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules import catalog, connectors, organization, stock
from modules.channels.models import (
    ChannelLink,
    ChannelMessage,
    ChannelOffer,
    ChannelOfferChange,
    MessageState,
)
from modules.channels.ports import Offer


class Link(NamedTuple):
    """An account and its channel, as the jobs need them."""

    id: int
    account_id: int
    account: str
    channel_id: int
    channel: str

    @property
    def source(self) -> str:
        """Return the name under which its orders lie in the inbox."""
        return f"channel:{self.channel}"


class DirtyOffer(NamedTuple):
    variant_id: int
    dirty_at: datetime
    offer: Offer | None
    """None where the variant is sold no more and was never offered."""


class Standing(NamedTuple):
    """How one channel stands, for its page."""

    link: Link
    channel_name: str
    kind: str
    account_name: str
    account_state: str
    pulled_at: datetime | None
    pushed_at: datetime | None
    taken: int
    waiting: int
    failed: int
    offers: int
    stale: int
    refused: int


_LINKS = (
    select(
        ChannelLink.id,
        connectors.ConnectorAccount.id,
        connectors.ConnectorAccount.code,
        organization.Channel.id,
        organization.Channel.code,
    )
    .join(connectors.ConnectorAccount, connectors.ConnectorAccount.id == ChannelLink.account_id)
    .join(organization.Channel, organization.Channel.id == ChannelLink.channel_id)
    .order_by(ChannelLink.id)
)


def list_links(*, account: str | None = None) -> list[Link]:
    """Return the links whose account is active, or the one of an account that is."""
    found = _LINKS.where(
        connectors.ConnectorAccount.state == connectors.AccountState.ACTIVE,
        organization.Channel.active.is_(True),
    )
    if account is not None:
        found = found.where(connectors.ConnectorAccount.code == account)
    return [Link(*row) for row in session.execute(found)]


def get_link(link_id: int) -> Link:
    """
    Return one link.

    :raises NotFound: there is none with that id
    """
    row = session.execute(_LINKS.where(ChannelLink.id == link_id)).first()
    if row is None:
        raise NotFound(_("There is no channel link %(id)s.", id=link_id))
    return Link(*row)


def link_of_channel(channel_id: int) -> int | None:
    """Return the link by which a channel's orders come in; None where no shop stands behind it."""
    return session.scalar(select(ChannelLink.id).where(ChannelLink.channel_id == channel_id))


def dirty_offers(link: Link, *, limit: int) -> list[DirtyOffer]:
    """Return offers that may be out of date, with the quantities of this moment."""
    rows = session.execute(
        select(ChannelOffer.variant_id, ChannelOffer.dirty_at)
        .where(ChannelOffer.link_id == link.id, ChannelOffer.dirty_at.is_not(None))
        .order_by(ChannelOffer.variant_id)
        .limit(limit)
    ).all()
    if not rows:
        return []
    ids = [row.variant_id for row in rows]
    known = catalog.variants_by_id(ids)
    sums = quantities(link.channel, ids)
    return [
        DirtyOffer(
            row.variant_id,
            row.dirty_at,
            Offer(sku=known[row.variant_id].sku, quantity=sums.get(row.variant_id, 0))
            if row.variant_id in known
            else None,
        )
        for row in rows
    ]


def quantities(channel: str, variant_ids: Sequence[int]) -> dict[int, int]:
    """Return how many pieces a channel may sell of each variant, over the locations it has."""
    places = [location.id for location in organization.channel_for_intake(channel).locations]
    sums = dict.fromkeys(variant_ids, 0)
    for level in stock.available_for(variant_ids, places):
        sums[level.variant_id] += max(level.available, 0)
    return sums


def has_changes() -> bool:
    """Test whether stock moved since the offers were marked last."""
    return session.execute(select(ChannelOfferChange.id).limit(1)).first() is not None


def has_dirty_offers(link_id: int) -> bool:
    found = select(ChannelOffer.variant_id).where(
        ChannelOffer.link_id == link_id, ChannelOffer.dirty_at.is_not(None)
    )
    return session.execute(found.limit(1)).first() is not None


def get_message(message_id: int) -> ChannelMessage:
    """
    Return one message to a shop.

    :raises NotFound: there is none with that id
    """
    if message := session.get(ChannelMessage, message_id, populate_existing=True):
        return message
    raise NotFound(_("There is no message %(id)s.", id=message_id))


_IS_DIRTY = ChannelOffer.dirty_at.is_not(None) | ChannelOffer.variant_id.in_(
    select(ChannelOfferChange.variant_id)
)


def standings() -> list[Standing]:
    """Return how every channel with a shop behind it stands."""
    offers = {
        row[0]: row[1:]
        for row in session.execute(
            select(
                ChannelOffer.link_id,
                func.count(),
                func.coalesce(func.sum(case((_IS_DIRTY, 1), else_=0)), 0),
                func.coalesce(func.sum(case((ChannelOffer.error.is_not(None), 1), else_=0)), 0),
            ).group_by(ChannelOffer.link_id)
        )
    }
    refused: dict[int, int] = dict(
        session.execute(
            select(ChannelMessage.link_id, func.count())
            .where(ChannelMessage.state == MessageState.REFUSED)
            .group_by(ChannelMessage.link_id)
        ).all()
    )
    found = []
    for row in session.execute(
        _LINKS.add_columns(
            organization.Channel.name,
            organization.Channel.kind,
            connectors.ConnectorAccount.name,
            connectors.ConnectorAccount,
            ChannelLink.pulled_at,
            ChannelLink.pushed_at,
        )
    ):
        link = Link(*row[:5])
        events = connectors.count_events(link.source)
        count, stale, wrong = offers.get(link.id, (0, 0, 0))
        found.append(
            Standing(
                link=link,
                channel_name=row[5],
                kind=row[6].value,
                account_name=row[7],
                account_state=connectors.state_word(row[8]),
                pulled_at=row[9],
                pushed_at=row[10],
                taken=events.get(connectors.InboxState.DONE, 0),
                waiting=events.get(connectors.InboxState.NEW, 0),
                failed=events.get(connectors.InboxState.FAILED, 0),
                offers=int(count),
                stale=int(stale),
                refused=int(wrong) + refused.get(link.id, 0),
            )
        )
    return found


def failed_offers(*, limit: int = 50) -> list[tuple[int, str, str]]:
    """Return (link, SKU, what the shop said) of the offers that a shop refused."""
    rows = session.execute(
        select(ChannelOffer.link_id, catalog.Variant.sku, ChannelOffer.error)
        .join(catalog.Variant, catalog.Variant.id == ChannelOffer.variant_id)
        .where(ChannelOffer.error.is_not(None))
        .order_by(ChannelOffer.link_id, catalog.Variant.sku)
        .limit(limit)
    )
    return [(int(row[0]), str(row[1]), str(row[2])) for row in rows]


def refused_messages(*, limit: int = 50) -> Sequence[ChannelMessage]:
    return session.scalars(
        select(ChannelMessage)
        .where(ChannelMessage.state == MessageState.REFUSED)
        .order_by(ChannelMessage.id.desc())
        .limit(limit)
    ).all()
