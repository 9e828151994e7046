"""The channels' screen: how each shop stands, and what could not be taken in or told."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app import outbox
from app.access import check_store, requires
from app.actor import current_actor
from app.db import transact
from app.errors import NotFound
from app.i18n import _
from app.look import toast
from app.web import go_to, render
from modules import connectors, organization
from modules.channels.offers import offer_everything
from modules.channels.operations import tell_again
from modules.channels.queries import (
    Link,
    Standing,
    failed_offers,
    get_link,
    get_message,
    refused_messages,
    standings,
)

blueprint = Blueprint("channels", __name__, template_folder="templates", url_prefix="/channels")
VIEW, EDIT = "channels.view", "connectors.edit"


@blueprint.get("")
@requires(VIEW)
def index() -> ResponseReturnValue:
    found = _seen()
    own = {one.link.id for one in found}
    failed = connectors.InboxState.FAILED
    return render(
        "channels/index.html",
        standings=found,
        names={one.link.id: one.channel_name for one in found},
        not_taken=[
            (one, event)
            for one in found
            if one.failed
            for event in connectors.list_events(one.link.source, state=failed, limit=50)
        ],
        offers=[one for one in failed_offers() if one[0] in own],
        messages=[one for one in refused_messages() if one.link_id in own],
        may_edit=current_actor().may(EDIT),
        may_open=current_actor().may("connectors.view"),
    )


@blueprint.post("/<int:link_id>/runs")
@requires(EDIT)
def run_now(link_id: int) -> ResponseReturnValue:
    link = _own_link(link_id)

    def ask() -> None:
        for kind in ("channels.pull", "channels.push"):
            outbox.enqueue(kind, {"account": link.account}, priority=5)

    transact(ask)
    toast(_("It begins in a moment."))
    return go_to(url_for(".index"))


@blueprint.post("/<int:link_id>/offers")
@requires(EDIT)
def tell_all_stock(link_id: int) -> ResponseReturnValue:
    link = _own_link(link_id)
    transact(lambda: offer_everything(link_id=link.id))
    toast(_("The shop is told the stock of everything once more."))
    return go_to(url_for(".index"))


@blueprint.post("/events/<int:event_id>/retry")
@requires(EDIT)
def take_again(event_id: int) -> ResponseReturnValue:
    _check_event(event_id)

    def ask() -> None:
        connectors.renew_event(event_id=event_id)
        outbox.enqueue("channels.pull", priority=5)

    transact(ask)
    toast(_("It is taken in once more in a moment."))
    return go_to(url_for(".index"))


@blueprint.post("/events/<int:event_id>/settlement")
@requires(EDIT)
def settle_event(event_id: int) -> ResponseReturnValue:
    _check_event(event_id)
    transact(lambda: connectors.end_event(event_id=event_id))
    toast(_("It is put aside."))
    return go_to(url_for(".index"))


@blueprint.post("/messages/<int:message_id>/retry")
@requires(EDIT)
def tell_message_again(message_id: int) -> ResponseReturnValue:
    _own_link(get_message(message_id).link_id)
    transact(lambda: tell_again(message_id=message_id))
    toast(_("The shop is told once more in a moment."))
    return go_to(url_for(".index"))


# --- whose shop it is -------------------------------------------------------------------------


def _seen() -> list[Standing]:
    """Return how the shops stand whose orders belong to a store of this person's."""
    stores = current_actor().stores(VIEW)
    store_of = {one.id: one.store_id for one in organization.list_channels()}
    return [one for one in standings() if stores is None or store_of[one.link.channel_id] in stores]


def _own_link(link_id: int) -> Link:
    link = get_link(link_id)
    check_store(EDIT, organization.channel_by_id(link.channel_id).store_id)
    return link


def _check_event(event_id: int) -> None:
    """Make sure that what came in came from a shop of a store in which the person may act."""
    came = connectors.get_event(event_id).source
    own = {f"channel:{one.code}": one.store_id for one in organization.list_channels()}
    if came not in own:
        raise NotFound(_("There is no such record here."))
    check_store(EDIT, own[came])
