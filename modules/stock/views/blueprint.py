"""The door of the stock screens, and the places at which a person may see or write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, g

from app.access import check_store
from app.actor import current_actor
from app.web import chosen_store_id
from modules import organization
from modules.organization import Location, Store

VIEW, RECEIVE, ADJUST = "stock.view", "stock.receive", "stock.adjust"
EXPORT = "stock.export"

blueprint = Blueprint("stock", "modules.stock", url_prefix="/stock", template_folder="templates")


@dataclass(frozen=True)
class Places:
    """All stores and locations, read by two statements, and which of them are whose."""

    stores: Mapping[int, Store]
    locations: Mapping[int, Location]

    @cached_property
    def names(self) -> dict[int, str]:
        """Return "Gdańsk · Floor" by location; one name where the other adds nothing to it."""
        alone = [one.store_id for one in self.locations.values()]
        return {
            one.id: self._name(one, alone.count(one.store_id)) for one in self.locations.values()
        }

    def _name(self, location: Location, of_its_store: int) -> str:
        store = self.stores[location.store_id].name
        if of_its_store == 1:
            return store
        # "Kraków, back room" says where it is: "Kraków · Floriańska" before it would say it twice.
        town, comma, _room = location.name.partition(", ")
        if comma and store.startswith(town):
            return location.name
        return f"{store} · {location.name}"

    def of_store(self, store_id: int) -> list[Location]:
        return [one for one in self.locations.values() if one.store_id == store_id]

    def where(self, permission: str) -> list[Location]:
        """Return the locations where the person may do this: the chosen store's come first."""
        allowed = current_actor().stores(permission)
        chosen = chosen_store_id()
        own = [one for one in self.locations.values() if allowed is None or one.store_id in allowed]
        return sorted(own, key=lambda one: (one.store_id != chosen, not one.sellable))

    def begin(self, permission: str) -> int | None:
        """Return the location at which the person works: of the chosen store, or the only one."""
        own, chosen = self.where(permission), chosen_store_id()
        if len(own) == 1 or any(one.store_id == chosen for one in own):
            return own[0].id
        return None

    def seen(self, permission: str) -> Sequence[int] | None:
        """Return the locations whose documents are listed; None = all of them."""
        chosen = chosen_store_id()
        if chosen is not None:
            return [one.id for one in self.where(permission) if one.store_id == chosen]
        if current_actor().stores(permission) is None:
            return None
        return [one.id for one in self.where(permission)]

    def check(self, permission: str, *location_ids: int) -> None:
        """
        Make sure that the person may do this at one of these locations.

        :raises NotFound: all of them belong to stores of others
        """
        allowed = current_actor().stores(permission)
        stores = [self.locations[one].store_id for one in location_ids]
        if allowed is None or any(one in allowed for one in stores):
            return
        check_store(permission, stores[0])


def read_places() -> Places:
    """Return the places, read once for each answer."""
    if "stock_places" not in g:
        g.stock_places = Places(
            stores={one.id: one for one in organization.list_stores()},
            locations={one.id: one for one in organization.list_locations()},
        )
    found: Places = g.stock_places
    return found
