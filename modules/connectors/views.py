"""The connectors' screens: how partners are, one account, and the log of calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, outbox
from app.access import fresh, requires
from app.actor import current_actor
from app.api import pack_cursor
from app.db import transact
from app.errors import NotFound
from app.histories import History
from app.history_page import last_changes
from app.i18n import _, lazy
from app.look import toast
from app.models import Job, JobState
from app.module import Found
from app.statuses import look_of
from app.web import PAGE, cursor_from_url, go_to, listing, render
from modules import organization
from modules.connectors.forms import ReadAgainForm, SettingsForm
from modules.connectors.manifest import Health, Manifest
from modules.connectors.models import AccountState, ConnectorAccount
from modules.connectors.operations import change_settings, read_again, set_state
from modules.connectors.queries import (
    CallCounts,
    account_by_id,
    calls_of_a_day,
    list_accounts,
    list_cursors,
    list_exchanges,
    next_runs,
    state_word,
)
from modules.connectors.registry import access_of, get_manifest, manifests

blueprint = Blueprint("connectors", __name__, template_folder="templates", url_prefix="/connectors")
VIEW, EDIT = "connectors.view", "connectors.edit"

KINDS: Mapping[str, Any] = {
    "shop": lazy("Web shop"),
    "courier": lazy("Courier"),
    "gateway": lazy("Payments"),
    "bank": lazy("Bank"),
}
OUTCOMES: Mapping[str, tuple[Any, str]] = {
    "done": (lazy("Done"), "ok"),
    "refused": (lazy("Refused"), "idle"),
    "unknown": (lazy("No answer"), "wait"),
    "down": (lazy("Not there"), "bad"),
    "error": (lazy("Error"), "bad"),
}
ACTIONS: Mapping[str, Any] = {
    "opened": lazy("Set up"),
    "settings": lazy("Settings changed"),
    "state": lazy("State changed"),
    "read again": lazy("Read again"),
}
HISTORY = History(
    kind="connector_account",
    actions=ACTIONS,
    field=lambda _name: str(_("State")),
    value=lambda _name, value: str(look_of(value).word),
    # Settings and places to read from say little to people, and some should not be repeated.
    tells=lambda name: name == "state",
    bare=("opened",),
)
STATE_NEWS: Mapping[AccountState, Any] = {
    AccountState.ACTIVE: lazy("The connector works."),
    AccountState.PAUSED: lazy("The connector is paused. What is to be sent waits for it."),
    AccountState.OFF: lazy("The connector is off."),
}


@dataclass(frozen=True)
class AccountView:
    """An account as the pages show it."""

    account: ConnectorAccount
    manifest: Manifest | None
    state: str
    calls: CallCounts
    next_run: datetime | None

    @property
    def kinds(self) -> str:
        kinds: Sequence[str] = self.manifest.kinds if self.manifest else ()
        return " · ".join(str(KINDS.get(kind, kind)) for kind in kinds)

    @property
    def icon(self) -> str:
        return self.manifest.icon if self.manifest else "plug-connected-x"


def view_of(account: ConnectorAccount, calls: Mapping[int, CallCounts]) -> AccountView:
    manifest = manifests().get(account.connector)
    works = account.state is AccountState.ACTIVE and manifest is not None
    return AccountView(
        account=account,
        manifest=manifest,
        state=state_word(account),
        calls=calls.get(account.id, CallCounts()),
        next_run=next_runs(manifest.jobs) if works and manifest else None,
    )


@blueprint.get("")
@requires(VIEW)
def index() -> ResponseReturnValue:
    calls = calls_of_a_day()
    accounts = [view_of(account, calls) for account in list_accounts()]
    return render(
        "connectors/index.html",
        accounts=accounts,
        down=[one for one in accounts if one.state == "down"],
        unwell=sum(one.state in ("down", "slow") for one in accounts),
        gave_up=_gave_up(accounts),
        title_of=outbox.title_of,
    )


def _gave_up(accounts: Sequence[AccountView]) -> list[Job]:
    """Return the dead jobs that spoke to partners, newest first."""
    areas = {
        kind.partition(".")[0] for one in accounts if one.manifest for kind in one.manifest.jobs
    }
    dead = outbox.list_jobs(states=(JobState.DEAD,), limit=200)
    return [job for job in dead if job.kind.partition(".")[0] in areas][:20]


@blueprint.get("/calls")
@requires(VIEW)
def calls() -> ResponseReturnValue:
    place = cursor_from_url(int)
    found = list_exchanges(before_id=place[0] if place else None, limit=PAGE + 1)
    cursor = pack_cursor(found[PAGE - 1].id) if len(found) > PAGE else None
    page = listing(found, limit=PAGE, cursor=cursor)
    names = {account.id: account.name for account in list_accounts()}
    return render("connectors/calls.html", listing=page, names=names, outcomes=OUTCOMES)


@blueprint.get("/<int:account_id>")
@requires(VIEW)
def show(account_id: int) -> ResponseReturnValue:
    account = account_by_id(account_id)
    return _show(account, _settings_form(account), ReadAgainForm())


def _settings_form(account: ConnectorAccount) -> SettingsForm:
    form: SettingsForm = get_manifest(account.connector).settings_form(data=account.settings)
    return form


def _show(
    account: ConnectorAccount, form: SettingsForm, again: ReadAgainForm, *, status: int = 200
) -> ResponseReturnValue:
    one = view_of(account, calls_of_a_day())
    return render(
        "connectors/show.html",
        status=status,
        one=one,
        form=form,
        again=again,
        fields=[field for field in form if field.type not in ("CSRFTokenField", "HiddenField")],
        cursors=list_cursors(account.id),
        exchanges=list_exchanges(account.id, limit=25),
        outcomes=OUTCOMES,
        changes=last_changes("connector_account", account.id),
        may_edit=current_actor().stores(EDIT) is None,
    )


def names(account_ids: Sequence[int]) -> Mapping[int, Found]:
    """Return how accounts are called, by their keys, to the person who asks."""
    if not current_actor().may(VIEW):
        return {}
    return {
        one.id: Found(
            kind=str(_("Connectors")),
            title=one.name,
            detail=one.code,
            url=url_for("connectors.show", account_id=one.id),
            icon="plug-connected",
        )
        for one in list_accounts()
        if one.id in account_ids
    }


@blueprint.post("/<int:account_id>/state")
@requires(EDIT, everywhere=True)
def change_state(account_id: int) -> ResponseReturnValue:
    wanted = request.form.get("state", "")
    if wanted not in {state.value for state in AccountState}:
        raise NotFound(_("A connector can't be in that state."))
    state = AccountState(wanted)
    transact(lambda: set_state(account_id=account_id, state=state))
    toast(str(STATE_NEWS[state]))
    return go_to(url_for(".show", account_id=account_id))


@blueprint.post("/<int:account_id>/runs")
@requires(EDIT, everywhere=True)
def run_now(account_id: int) -> ResponseReturnValue:
    account = account_by_id(account_id)
    kinds = get_manifest(account.connector).jobs

    def ask() -> None:
        if account.resting_until is not None:
            set_state(account_id=account_id, state=AccountState.ACTIVE)
        for kind in kinds:
            outbox.enqueue(kind, {"account": account.code}, priority=5)

    transact(ask)
    toast(_("It begins in a moment."))
    return go_to(url_for(".show", account_id=account_id))


@blueprint.post("/<int:account_id>/checks")
@requires(EDIT, everywhere=True)
def check(account_id: int) -> ResponseReturnValue:
    account = account_by_id(account_id)
    health: Health = get_manifest(account.connector).check(access_of(account))
    if health.ok:
        toast(_("%(name)s answers.", name=account.name))
    else:
        toast(_("%(name)s does not answer: %(why)s", name=account.name, why=health.message))
    return go_to(url_for(".show", account_id=account_id))


@blueprint.post("/<int:account_id>/readings")
@requires(EDIT, everywhere=True)
def read_from(account_id: int) -> ResponseReturnValue:
    account = account_by_id(account_id)
    places = get_manifest(account.connector).places
    again = ReadAgainForm()
    if places is None or not again.validate_on_submit() or again.since.data is None:
        return _show(account, _settings_form(account), again, status=422)
    since = datetime.combine(again.since.data, time(), tzinfo=organization.company_zone())
    found = places(access_of(account), min(since, clock.now()))
    transact(lambda: read_again(account_id=account_id, places=found))
    toast(_("It is read again from there. What is here already stays as it is."))
    return go_to(url_for(".show", account_id=account_id))


@blueprint.post("/<int:account_id>/settings")
@requires(EDIT, everywhere=True)
@fresh
def save_settings(account_id: int) -> ResponseReturnValue:
    account = account_by_id(account_id)
    secret_names = set(get_manifest(account.connector).secrets)
    form = _settings_form(account)

    def save(**values: Any) -> None:
        change_settings(
            account_id=account_id,
            settings={
                name: value or "" for name, value in values.items() if name not in secret_names
            },
            secrets={name: value for name, value in values.items() if name in secret_names},
        )

    if not form.carry_out(save):
        return _show(account, form, ReadAgainForm(), status=422)
    toast(_("The settings are saved."))
    return go_to(url_for(".show", account_id=account_id))
