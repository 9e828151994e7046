"""What the page of the day says of backups: only what is wrong with them."""

from collections.abc import Iterator

from flask import url_for

from app.actor import current_actor
from app.backups import nightly
from app.i18n import _
from app.module import Waiting


def waiting_for_me() -> Iterator[Waiting]:
    """Yield that the last backup failed or is old, to whoever can do something about it."""
    if not current_actor().may("backups.run"):
        return
    failure, last = nightly.last_failure(), nightly.get_last()
    if failure:
        title, detail, tone = _("The last backup failed."), failure, "bad"
    elif last and last.is_old:
        title, detail, tone = _("The last backup is old."), _("Is the worker running?"), "wait"
    else:
        return
    yield Waiting(
        title=title.rstrip("."),
        detail=detail,
        url=url_for("backups.index"),
        icon="database",
        tone=tone,
        act=_("Look at the backups"),
    )
