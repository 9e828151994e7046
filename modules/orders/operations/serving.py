"""From where an order may be served, and codes that name what is not there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.errors import NotFound
from modules import organization
from modules.orders.errors import UnknownCode

Found = TypeVar("Found")


@dataclass(frozen=True)
class Served:
    """From which locations an order may be served, and the store it belongs to."""

    ids: list[int]
    store_id: int
    store_code: str

    @classmethod
    def choose(cls, channel: organization.IntakeChannel, store: str | None) -> "Served":
        if store is None:
            return cls(
                [place.id for place in channel.locations], channel.store_id, channel.store_code
            )
        own = known(organization.get_store, store, pointer="/store")
        ids = [place.id for place in channel.locations if place.store_id == own.id]
        return cls(ids, own.id, own.code)


def known(find: Callable[[str], Found], code: str, *, pointer: str) -> Found:
    try:
        return find(code)
    except NotFound as missing:
        raise UnknownCode(str(missing), pointer=pointer) from None
