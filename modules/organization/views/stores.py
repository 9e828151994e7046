"""Stores and the locations inside them."""

from typing import TypeVar

from flask import url_for
from flask.typing import ResponseReturnValue

from app.access import check_store, requires
from app.actor import current_actor
from app.api import pack_cursor
from app.forms import SelectChoice
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import cursor_from_url, go_to, listing, posted_version, render
from modules.organization import labels, operations, queries
from modules.organization.forms import LocationForm, NewLocationForm, NewStoreForm, StoreForm
from modules.organization.models import Location, Store
from modules.organization.views.blueprint import (
    EDIT,
    VIEW,
    blueprint,
    check_edit,
    may_edit,
    refusal_status,
)

SomeForm = TypeVar("SomeForm", bound=LocationForm)
_PAGE = 20
"""Each store is a card with its locations, so a page holds fewer than of rows."""


@blueprint.get("/stores")
@requires(VIEW)
def stores() -> ResponseReturnValue:
    place = cursor_from_url(int)
    found = queries.page_of_stores(
        limit=_PAGE + 1, after=place[0] if place else None, own=current_actor().stores(VIEW)
    )
    cursor = pack_cursor(found[_PAGE - 1].id) if len(found) > _PAGE else None
    page = listing(found, limit=_PAGE, cursor=cursor)
    locations: dict[int, list[Location]] = {}
    if page.rows:
        for location in queries.list_locations(*(store.id for store in page.rows)):
            locations.setdefault(location.store_id, []).append(location)
    return render(
        "organization/stores.html",
        listing=page,
        locations=locations,
        channels=_channels_by_location(),
        labels=labels,
        may_edit=may_edit(),
    )


@blueprint.get("/stores/new")
@requires(EDIT)
def new_store() -> ResponseReturnValue:
    check_edit()
    return _show_new_store(NewStoreForm())


@blueprint.post("/stores")
@requires(EDIT)
def create_store() -> ResponseReturnValue:
    check_edit()
    form = NewStoreForm()
    if form.carry_out(operations.create_store):
        toast(_("%(name)s is open. Give it a location for its goods.", name=form.done.name))
        return go_to(url_for(".store", code=form.done.code))
    return _show_new_store(form, status=422)


@blueprint.get("/stores/<code>")
@requires(VIEW)
def store(code: str) -> ResponseReturnValue:
    found = _store(code)
    return _show_store(found, StoreForm(obj=found, **(found.opening_hours or {})))


@blueprint.post("/stores/<code>")
@requires(EDIT)
def save_store(code: str) -> ResponseReturnValue:
    found = _store(code)
    check_edit(found.id)
    form = StoreForm()
    if form.carry_out(operations.update_store, store_id=found.id, version=posted_version()):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".store", code=code))
    found = _store(code)
    return _show_store(found, form, status=refusal_status(found.version))


def _store(code: str) -> Store:
    found = queries.get_store(code)
    check_store(VIEW, found.id)
    return found


def _show_new_store(form: NewStoreForm, *, status: int = 200) -> ResponseReturnValue:
    return render("organization/store_new.html", status=status, form=form)


def _show_store(found: Store, form: StoreForm, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "organization/store.html",
        status=status,
        form=form,
        store=found,
        locations=queries.list_locations(found.id),
        channels=_channels_by_location(),
        labels=labels,
        may_edit=may_edit(found.id),
        changes=last_changes("store", found.id),
    )


def _channels_by_location() -> dict[int, list[str]]:
    """Return for each location the names of the channels it serves."""
    names = {channel.id: channel.name for channel in queries.list_channels()}
    found: dict[int, list[str]] = {}
    for channel_id, location_ids in queries.served_by().items():
        for location_id in location_ids:
            found.setdefault(location_id, []).append(names[channel_id])
    return found


# --- locations --------------------------------------------------------------------------------


@blueprint.get("/stores/<code>/locations/new")
@requires(EDIT)
def new_location(code: str) -> ResponseReturnValue:
    found = _store(code)
    check_edit(found.id)
    return _show_new_location(found, NewLocationForm())


@blueprint.post("/stores/<code>/locations")
@requires(EDIT)
def create_location(code: str) -> ResponseReturnValue:
    found = _store(code)
    check_edit(found.id)
    form = _with_channels(NewLocationForm())
    if form.carry_out(operations.create_location, store_id=found.id):
        toast(_("%(name)s is open for goods.", name=form.done.name))
        return go_to(url_for(".store", code=code))
    return _show_new_location(found, form, status=422)


@blueprint.get("/locations/<code>")
@requires(VIEW)
def location(code: str) -> ResponseReturnValue:
    found = _location(code)
    served = [key for key, ones in queries.served_by().items() if found.id in ones]
    form = LocationForm(name=found.name, kind=found.kind, sellable=found.sellable, channels=served)
    return _show_location(found, form)


@blueprint.post("/locations/<code>")
@requires(EDIT)
def save_location(code: str) -> ResponseReturnValue:
    found = _location(code)
    check_edit(found.store_id)
    form = _with_channels(LocationForm())
    if form.carry_out(operations.update_location, location_id=found.id, version=posted_version()):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".store", code=queries.store_by_id(found.store_id).code))
    found = _location(code)
    return _show_location(found, form, status=refusal_status(found.version))


def _location(code: str) -> Location:
    found = queries.get_location(code)
    check_store(VIEW, found.store_id)
    return found


def _with_channels(form: SomeForm) -> SomeForm:
    form.channels.choices = [SelectChoice(one.id, one.name) for one in queries.list_channels()]
    return form


def _show_new_location(
    found: Store, form: NewLocationForm, *, status: int = 200
) -> ResponseReturnValue:
    return render(
        "organization/location_new.html", status=status, form=_with_channels(form), store=found
    )


def _show_location(
    found: Location, form: LocationForm, *, status: int = 200
) -> ResponseReturnValue:
    return render(
        "organization/location.html",
        status=status,
        form=_with_channels(form),
        location=found,
        store=queries.store_by_id(found.store_id),
        may_edit=may_edit(found.store_id),
        changes=last_changes("location", found.id),
    )
