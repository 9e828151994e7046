"""What stock says on the page of the day."""

from collections.abc import Iterator

from flask import url_for

from app.actor import current_actor
from app.i18n import _, ngettext
from app.module import Waiting
from modules.stock.models import TransferState
from modules.stock.queries.counts import count_to_review
from modules.stock.queries.receipts import count_drafts
from modules.stock.queries.transfers import count_transfers
from modules.stock.views.blueprint import ADJUST, RECEIVE, read_places


def waiting_for_me() -> Iterator[Waiting]:
    """Yield the goods that wait in the person's stores: to be sent, taken in, or counted."""
    actor = current_actor()
    if not actor.may(RECEIVE):
        return
    own = read_places().seen(RECEIVE)
    if count := count_transfers(TransferState.REQUESTED, sent_from=own):
        yield Waiting(
            title=ngettext(
                "%(num)s transfer waits to be sent", "%(num)s transfers wait to be sent", count
            ),
            url=url_for("stock.transfers", state=TransferState.REQUESTED.value),
            icon="arrows-exchange",
            act=_("Send the goods"),
        )
    if count := count_transfers(TransferState.IN_TRANSIT, sent_to=own):
        yield Waiting(
            title=ngettext(
                "%(num)s transfer is on its way here",
                "%(num)s transfers are on their way here",
                count,
            ),
            url=url_for("stock.transfers", state=TransferState.IN_TRANSIT.value),
            icon="arrows-exchange",
            tone="run",
            act=_("Take the goods in"),
        )
    if count := count_drafts(own):
        yield Waiting(
            title=ngettext(
                "%(num)s delivery was begun and is not in stock yet",
                "%(num)s deliveries were begun and are not in stock yet",
                count,
            ),
            url=url_for("stock.receipts"),
            icon="package-import",
            act=_("Finish the delivery"),
        )
    if actor.may(ADJUST) and (count := count_to_review(read_places().seen(ADJUST))):
        yield Waiting(
            title=ngettext("%(num)s count is open", "%(num)s counts are open", count),
            detail=_("Stock is corrected once the count is posted."),
            url=url_for("stock.counts"),
            icon="list-check",
            act=_("Review the count"),
        )
