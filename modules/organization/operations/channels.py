"""Changes of channels, and of the locations that serve them."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from modules.organization.models import (
    Channel,
    ChannelKind,
    ChannelLocation,
    Location,
    OnShortage,
    PriceBasis,
)
from modules.organization.operations.edits import change, make, open_record, plain_currency
from modules.organization.queries import store_by_id


def create_channel(
    *,
    code: str,
    name: str,
    kind: ChannelKind | str,
    store_id: int,
    currency: str = "PLN",
    price_basis: PriceBasis | str = PriceBasis.GROSS,
    on_shortage: OnShortage | str = OnShortage.REFUSE,
    active: bool = True,
    locations: Sequence[int] = (),
) -> Channel:
    """
    Open a place of trade, served by locations (by key), the first asked for goods first.

    :raises AlreadyExists: the code is taken
    :raises InvalidInput: there is no such currency, or a location is not there
    """
    store_by_id(store_id)
    channel = Channel(
        code=code.strip(),
        name=name.strip(),
        kind=ChannelKind(kind),
        store_id=store_id,
        currency=plain_currency(currency),
        price_basis=PriceBasis(price_basis),
        on_shortage=OnShortage(on_shortage),
        active=active,
    )
    codes = _codes_of(locations)
    make(channel, parts={"locations": codes} if codes else None)
    _set_locations(channel.id, locations)
    return channel


def update_channel(
    *,
    channel_id: int,
    version: int,
    name: str,
    kind: ChannelKind | str,
    store_id: int,
    currency: str,
    price_basis: PriceBasis | str,
    on_shortage: OnShortage | str,
    active: bool = True,
    locations: Sequence[int] = (),
) -> Channel:
    """
    Change a channel; its code stays. Orders that came in before keep their terms.

    :raises StaleEdit: somebody else changed it meanwhile
    """
    channel = open_record(Channel, channel_id, version=version)
    store_by_id(store_id)
    before = session.scalars(
        select(ChannelLocation.location_id)
        .where(ChannelLocation.channel_id == channel_id)
        .order_by(ChannelLocation.rank, ChannelLocation.location_id)
    ).all()
    was, now = {"locations": _codes_of(before)}, {"locations": _codes_of(locations)}
    if was != now:
        _set_locations(channel_id, locations)
    return change(
        channel,
        parts=(was, now),
        name=name.strip(),
        kind=ChannelKind(kind),
        store_id=store_id,
        currency=plain_currency(currency),
        price_basis=PriceBasis(price_basis),
        on_shortage=OnShortage(on_shortage),
        active=active,
    )


def _codes_of(locations: Sequence[int]) -> list[str]:
    rows = session.execute(select(Location.id, Location.code).where(Location.id.in_(locations)))
    known = dict(rows.all())
    if missing := set(locations) - known.keys():
        raise InvalidInput(
            _("There is no location %(code)s.", code=min(missing)), field="locations"
        )
    return [known[location_id] for location_id in locations]


def _set_locations(channel_id: int, locations: Sequence[int]) -> None:
    session.execute(delete(ChannelLocation).where(ChannelLocation.channel_id == channel_id))
    for rank, location_id in enumerate(dict.fromkeys(locations), start=1):
        session.add(ChannelLocation(channel_id=channel_id, location_id=location_id, rank=rank))
    session.flush()
