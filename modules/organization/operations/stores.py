"""Changes of stores and of the locations inside them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from modules.organization.models import (
    Channel,
    ChannelLocation,
    Location,
    LocationKind,
    Store,
    StoreKind,
)
from modules.organization.operations.edits import change, make, open_record, plain_gln, words
from modules.organization.queries import store_by_id

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
_NEVER_SOLD = (LocationKind.DAMAGED, LocationKind.TRANSIT)


def create_store(
    *, code: str, name: str, kind: StoreKind | str = StoreKind.SHOP, **more: Any
) -> Store:
    """
    Open a store; `more` are the fields that `update_store` takes.

    :raises AlreadyExists: the code is taken
    :raises InvalidInput: the code, the GLN or the opening hours have no such shape
    """
    return make(Store(code=code.strip(), **_store_values(name=name, kind=kind, **more)))


def update_store(*, store_id: int, version: int, **values: Any) -> Store:
    """
    Change what is said of a store; its code stays.

    :raises StaleEdit: somebody else changed it meanwhile
    """
    store = open_record(Store, store_id, version=version)
    return change(store, **_store_values(**values))


def _store_values(
    *,
    name: str,
    kind: StoreKind | str,
    gln: str | None = None,
    street: str = "",
    postal_code: str = "",
    city: str = "",
    country: str = "PL",
    phone: str | None = None,
    email: str | None = None,
    time_zone: str = "Europe/Warsaw",
    opening_hours: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "name": name.strip(),
        "kind": StoreKind(kind),
        "gln": plain_gln(gln),
        "street": street.strip(),
        "postal_code": postal_code.strip(),
        "city": city.strip(),
        "country": country,
        "phone": words(phone),
        "email": words(email),
        "time_zone": time_zone,
        "opening_hours": _plain_hours(opening_hours or {}),
    }


def _plain_hours(hours: Mapping[str, str]) -> dict[str, str] | None:
    found = {}
    for day in DAYS:
        typed = "".join((hours.get(day) or "").split()).replace("\u2013", "-")
        if not typed:
            continue
        opens, _dash, closes = typed.partition("-")
        if not _HOURS.fullmatch(typed) or closes <= opens:
            raise InvalidInput(_("Write opening hours such as 09:00-20:00."), field=day)
        found[day] = typed
    return found or None


def create_location(
    *,
    store_id: int,
    code: str,
    name: str,
    kind: LocationKind | str = LocationKind.FLOOR,
    sellable: bool = True,
    channels: Sequence[int] = (),
) -> Location:
    """
    Open a place for goods in a store, and let it serve channels (by key) after those that do.

    :raises AlreadyExists: the code is taken
    :raises InvalidInput: goods of such a place are never sold
    """
    store_by_id(store_id)
    _refuse_sale_of(LocationKind(kind), sellable)
    location = Location(
        store_id=store_id,
        code=code.strip(),
        name=name.strip(),
        kind=LocationKind(kind),
        sellable=sellable,
    )
    codes = _codes_of(channels)
    make(location, parts={"channels": sorted(codes.values())} if codes else None)
    _serve(location.id, add=codes)
    return location


def update_location(
    *,
    location_id: int,
    version: int,
    name: str,
    kind: LocationKind | str,
    sellable: bool,
    channels: Sequence[int] = (),
) -> Location:
    """
    Change what is said of a location, and which channels it serves; its code and store stay.

    :raises StaleEdit: somebody else changed it meanwhile
    """
    location = open_record(Location, location_id, version=version)
    _refuse_sale_of(LocationKind(kind), sellable)
    rows = session.execute(
        select(Channel.id, Channel.code)
        .join(ChannelLocation, ChannelLocation.channel_id == Channel.id)
        .where(ChannelLocation.location_id == location_id)
    )
    before = dict(rows.all())
    after = _codes_of(channels)
    gone = before.keys() - after.keys()
    if gone:
        session.execute(
            delete(ChannelLocation).where(
                ChannelLocation.location_id == location_id, ChannelLocation.channel_id.in_(gone)
            )
        )
    _serve(location_id, add=after.keys() - before.keys())
    was, now = {"channels": sorted(before.values())}, {"channels": sorted(after.values())}
    return change(
        location,
        parts=(was, now),
        name=name.strip(),
        kind=LocationKind(kind),
        sellable=sellable,
    )


def _refuse_sale_of(kind: LocationKind, sellable: bool) -> None:
    if sellable and kind in _NEVER_SOLD:
        raise InvalidInput(
            _("Goods that are damaged or in transit cannot be sold. Take the tick out."),
            field="sellable",
        )


def _codes_of(channels: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Channel.id, Channel.code).where(Channel.id.in_(channels)))
    return dict(rows.all())


def _serve(location_id: int, *, add: Any) -> None:
    for channel_id in sorted(add):
        last = session.scalar(
            select(func.max(ChannelLocation.rank)).where(ChannelLocation.channel_id == channel_id)
        )
        session.add(
            ChannelLocation(channel_id=channel_id, location_id=location_id, rank=(last or 0) + 1)
        )
    session.flush()
