"""Channels, and the turn in which locations serve them."""

from typing import TypeVar

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import go_to, posted_version, render
from modules.organization import labels, operations, queries
from modules.organization.forms import ChannelForm, NewChannelForm
from modules.organization.models import Channel, Location
from modules.organization.views.blueprint import (
    EDIT,
    VIEW,
    blueprint,
    check_edit,
    may_edit,
    refusal_status,
)

SomeForm = TypeVar("SomeForm", bound=ChannelForm)


@blueprint.get("/channels")
@requires(VIEW)
def channels() -> ResponseReturnValue:
    return render(
        "organization/channels.html",
        channels=queries.list_channels(),
        served=queries.served_by(),
        locations={one.id: one for one in queries.list_locations()},
        store_names={store.id: store.name for store in queries.list_stores()},
        labels=labels,
        may_edit=may_edit(),
    )


@blueprint.get("/channels/new")
@requires(EDIT)
def new_channel() -> ResponseReturnValue:
    check_edit()
    form = NewChannelForm(currency=queries.get_company().currency)
    form.show_ranks([])
    return _show_new(form)


@blueprint.post("/channels")
@requires(EDIT)
def create_channel() -> ResponseReturnValue:
    check_edit()
    form = _posted(NewChannelForm())
    if form.carry_out(operations.create_channel):
        toast(_("%(name)s is open: orders may come in.", name=form.done.name))
        return go_to(url_for(".channels"))
    return _show_new(form, status=422)


@blueprint.get("/channels/<code>")
@requires(VIEW)
def channel(code: str) -> ResponseReturnValue:
    found = queries.get_channel(code)
    form = ChannelForm(obj=found)
    form.show_ranks(queries.served_by().get(found.id, []))
    return _show(found, form)


@blueprint.post("/channels/<code>")
@requires(EDIT)
def save_channel(code: str) -> ResponseReturnValue:
    check_edit()
    found = queries.get_channel(code)
    form = _posted(ChannelForm())
    if form.carry_out(operations.update_channel, channel_id=found.id, version=posted_version()):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".channels"))
    found = queries.get_channel(code)
    return _show(found, form, status=refusal_status(found.version))


def _posted(form: SomeForm) -> SomeForm:
    form.offer(queries.list_stores())
    form.read_ranks(request.form, _that_may_serve())
    return form


def _that_may_serve() -> list[Location]:
    return [location for location in queries.list_locations() if location.sellable]


def _show_new(form: NewChannelForm, *, status: int = 200) -> ResponseReturnValue:
    stores = queries.list_stores()
    form.offer(stores)
    return render(
        "organization/channel_new.html",
        status=status,
        form=form,
        locations=_that_may_serve(),
        store_names={store.id: store.name for store in stores},
    )


def _show(found: Channel, form: ChannelForm, *, status: int = 200) -> ResponseReturnValue:
    stores = queries.list_stores()
    form.offer(stores)
    return render(
        "organization/channel.html",
        status=status,
        form=form,
        channel=found,
        locations=_that_may_serve(),
        store_names={store.id: store.name for store in stores},
        labels=labels,
        may_edit=may_edit(),
        changes=last_changes("channel", found.id),
    )
