"""Where prices are presented: each channel, and each store where it sells for another's channel."""

from typing import NamedTuple

from modules import organization

EVERYWHERE = ""
_STORE = "store:"


class Place(NamedTuple):
    """Somewhere that shows prices of its own, and how it asks for them."""

    name: str
    channel: str
    store: str
    currency: str


def place_of(channel: organization.IntakeChannel, store: str) -> str:
    """Return the place in which an order of a channel and a store saw its prices."""
    return channel.code if not store or store == channel.store_code else _STORE + store


def list_places() -> list[Place]:
    """Return every place: the channels, and shops that the till's channel serves beside its own."""
    stores = {one.id: one for one in organization.list_stores()}
    found = []
    for channel in organization.list_channels():
        if not channel.active:
            continue
        own = stores[channel.store_id]
        found.append(Place(channel.code, channel.code, own.code, channel.currency))
        if channel.kind.value == "pos":
            found += [
                Place(_STORE + one.code, channel.code, one.code, channel.currency)
                for one in stores.values()
                if one.kind.value == "shop" and one.id != own.id
            ]
    by_name: dict[str, Place] = {}
    for place in found:
        by_name.setdefault(place.name, place)
    return list(by_name.values())


def place_words() -> dict[str, str]:
    """Return what each place is called, by its name."""
    channels = {one.code: one.name for one in organization.list_channels()}
    stores = {_STORE + one.code: one.name for one in organization.list_stores()}
    return channels | stores
