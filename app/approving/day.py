"""What the page of the day says of approvals: what waits for this person's signature."""

from collections.abc import Iterator

from flask import url_for

from app.actor import current_actor
from app.approving.queries import DECIDE, list_waiting
from app.i18n import _, ngettext
from app.module import Waiting


def waiting_for_me() -> Iterator[Waiting]:
    """Yield the requests that this person may decide, as one line."""
    if not current_actor().may(DECIDE):
        return
    found = list_waiting()
    if not found:
        return
    yield Waiting(
        title=ngettext(
            "%(num)s request waits for your approval",
            "%(num)s requests wait for your approval",
            len(found),
        ),
        detail=f"{found[0].act.title} · {found[0].amount} · {found[0].asked_by}",
        url=url_for("approvals.index"),
        icon="shield-check",
        act=_("Look at the requests"),
    )
