"""What the connectors say on the page of the day: who does not answer, and that the rest does."""

from collections.abc import Iterator, Sequence

from flask import render_template, url_for
from markupsafe import Markup

from app.actor import current_actor
from app.i18n import _
from app.look import number, since
from app.module import Figure, Waiting
from modules.connectors.models import ConnectorAccount
from modules.connectors.queries import calls_of_a_day, list_active_accounts, state_word
from modules.connectors.views import VIEW, view_of

_MOST = 8


def waiting_for_me() -> Iterator[Waiting]:
    """Yield the partners that do not answer, or not as they should."""
    if not current_actor().may(VIEW):
        return
    for account in list_active_accounts():
        if not account.failures:
            continue
        down = state_word(account) == "down"
        yield Waiting(
            title=_("%(name)s does not answer", name=account.name)
            if down
            else _("%(name)s answers with faults", name=account.name),
            detail=_("What waits is stored and tried again."),
            url=url_for("connectors.show", account_id=account.id),
            icon="plug-connected-x",
            tone="bad" if down else "wait",
            act=_("Look at the connector"),
        )


def figures_of_partners() -> Iterator[Figure]:
    """Yield whether the partners answer."""
    if not current_actor().may(VIEW):
        return
    accounts = list_active_accounts()
    states = [state_word(one) for one in accounts]
    well = states.count("healthy")
    yield Figure(
        label=_("Connectors"),
        value=_answers(len(accounts), well),
        detail=_last_answer(accounts),
        url=url_for("connectors.index"),
        tone="" if well == len(accounts) else "bad" if "down" in states else "wait",
        of_house=True,
    )


def partners() -> str:
    """Return the card that says of each partner how it is."""
    if not current_actor().may(VIEW):
        return Markup("")
    accounts = list_active_accounts()
    if not accounts:
        return Markup("")
    calls = calls_of_a_day()
    return render_template(
        "connectors/_partners.html", accounts=[view_of(one, calls) for one in accounts[:_MOST]]
    )


def _answers(count: int, well: int) -> str:
    if not count:
        return _("None yet")
    if well == count:
        return _("All answer")
    return _("%(well)s of %(count)s answer", well=number(well), count=number(count))


def _last_answer(accounts: Sequence[ConnectorAccount]) -> str:
    found = [(one.last_contact_at, one.name) for one in accounts if one.last_contact_at]
    if not accounts:
        return _("no partner is connected")
    if not found:
        return _("nobody was called yet")
    moment, name = max(found)
    return _("%(name)s answered %(time)s", name=name, time=since(moment))
