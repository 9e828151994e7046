"""Stores and their locations."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.organization.models import (
    Location,
    Store,
)


def list_stores() -> Sequence[Store]:
    return session.scalars(select(Store).order_by(Store.id)).all()


def page_of_stores(
    *, limit: int, after: int | None = None, own: AbstractSet[int] | None = None
) -> Sequence[Store]:
    """Return stores from behind an id on; `own`: only these."""
    found = select(Store).order_by(Store.id).limit(limit)
    if after is not None:
        found = found.where(Store.id > after)
    if own is not None:
        found = found.where(Store.id.in_(own))
    return session.scalars(found).all()


def get_store(code: str) -> Store:
    """
    Return the store with this code.

    :raises NotFound: there is none
    """
    store = session.scalar(select(Store).where(Store.code == code))
    if store is None:
        raise NotFound(_("There is no store %(code)s.", code=code))
    return store


def store_by_id(store_id: int) -> Store:
    """
    Return the store with this key.

    :raises NotFound: there is none
    """
    if store := session.get(Store, store_id):
        return store
    raise NotFound(_("There is no store %(code)s.", code=store_id))


def list_locations(*store_ids: int) -> Sequence[Location]:
    """Return the locations of some stores, or (none named) of all of them, store by store."""
    found = select(Location).order_by(Location.store_id, Location.id)
    if store_ids:
        found = found.where(Location.store_id.in_(store_ids))
    return session.scalars(found).all()


def get_location(code: str) -> Location:
    """
    Return the location with this code.

    :raises NotFound: there is none
    """
    location = session.scalar(select(Location).where(Location.code == code))
    if location is None:
        raise NotFound(_("There is no location %(code)s.", code=code))
    return location


def location_by_id(location_id: int) -> Location:
    """
    Return the location with this key.

    :raises NotFound: there is none
    """
    if location := session.get(Location, location_id):
        return location
    raise NotFound(_("There is no location %(code)s.", code=location_id))
