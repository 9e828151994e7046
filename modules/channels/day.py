"""What the channels say on the page of the day: what was not taken in, and what came last."""

from collections.abc import Iterator

from flask import url_for

from app.actor import current_actor
from app.i18n import _, ngettext
from app.look import since
from app.module import Figure, Waiting
from modules import connectors, organization
from modules.channels.queries import Link, list_links
from modules.channels.views import EDIT, VIEW


def waiting_for_me() -> Iterator[Waiting]:
    """Yield the orders of shops that could not be taken in, to whoever may mend it."""
    if not (current_actor().may(VIEW) and current_actor().may(EDIT)):
        return
    if count := connectors.count_failed(link.source for link in _links(EDIT)):
        yield Waiting(
            title=ngettext(
                "%(num)s order of a shop was not taken in",
                "%(num)s orders of shops were not taken in",
                count,
            ),
            detail=_("Each says why, and can be taken in once more."),
            url=url_for("channels.index"),
            icon="world-www",
            tone="bad",
            act=_("Look at the channels"),
        )


def figures_of_shops() -> Iterator[Figure]:
    """Yield when something came from a shop last, to whoever looks after the connections."""
    if not (current_actor().may(VIEW) and current_actor().may("connectors.view")):
        return
    channel_of = {link.source: link.channel_id for link in _links(VIEW)}
    if came := connectors.last_received(channel_of):
        moment, source = came
        name = organization.channel_by_id(channel_of[source]).name
        yield Figure(
            label=_("Last from a shop"),
            value=since(moment),
            detail=_("%(channel)s, an order or its change", channel=name),
            url=url_for("channels.index"),
            of_house=True,
        )


def _links(permission: str) -> list[Link]:
    """Return the links of active shops in whose stores the person may do this."""
    own = current_actor().stores(permission)
    store_of = {one.id: one.store_id for one in organization.list_channels()}
    return [one for one in list_links() if own is None or store_of[one.channel_id] in own]
