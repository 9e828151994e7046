"""Channels, and which locations serve them."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.organization.models import (
    Channel,
    ChannelLocation,
)


def list_channels() -> Sequence[Channel]:
    return session.scalars(select(Channel).order_by(Channel.id)).all()


def get_channel(code: str) -> Channel:
    """
    Return the channel with this code.

    :raises NotFound: there is none
    """
    channel = session.scalar(select(Channel).where(Channel.code == code))
    if channel is None:
        raise NotFound(_("There is no channel %(code)s.", code=code))
    return channel


def channel_by_id(channel_id: int) -> Channel:
    """
    Return the channel with this key.

    :raises NotFound: there is none
    """
    if channel := session.get(Channel, channel_id):
        return channel
    raise NotFound(_("There is no channel %(code)s.", code=channel_id))


def served_by() -> dict[int, list[int]]:
    """Return for each channel the keys of the locations that serve it, by rank."""
    found: dict[int, list[int]] = {}
    rows = select(ChannelLocation).order_by(
        ChannelLocation.channel_id, ChannelLocation.rank, ChannelLocation.location_id
    )
    for row in session.scalars(rows):
        found.setdefault(row.channel_id, []).append(row.location_id)
    return found
