"""The page of the day: what waits for this person, and the figures that he may see."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock, outbox, proof_of_the_day
from app.access import signed_in
from app.actor import Actor, current_actor
from app.ground import blueprint
from app.i18n import _, ngettext, zone
from app.look import moment
from app.models import JobState
from app.module import Figure, MenuItem, Module, Shortcut, Waiting
from app.web import render

_URGENCY = {"bad": 0, "wait": 1, "run": 2, "back": 2}
_MOST = 30


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    parts: list[Module] = current_app.extensions["parts"]
    waiting = [*_of_the_house()]
    for tell in current_app.extensions["waiting"]:
        waiting += tell()
    figures: list[Figure] = []
    for part in parts:
        figures += part.figures() if part.figures else ()
    return render(
        "today.html",
        greeting=_greeting(clock.now().astimezone(zone()).hour),
        first_name=str(current_user.account.name).split()[0],
        at=clock.now(),
        figures=sorted([*figures, *_proof()], key=lambda one: one.of_house),
        waiting=by_urgency(waiting)[:_MOST],
        starts=open_to(shortcuts())[:4],
    )


def by_urgency(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return what is due by its time, the rest behind it: what is wrong first."""
    never = datetime.max.replace(tzinfo=clock.now().tzinfo)
    return sorted(waiting, key=lambda one: (one.due or never, _URGENCY.get(one.tone, 3)))


def shortcuts() -> list[Shortcut]:
    return [one for part in current_app.extensions["parts"] for one in part.shortcuts]


def open_to(items: Iterable[Shortcut], actor: Actor | None = None) -> list[Shortcut]:
    """Return the shortcuts that a person may take; the one who looks where nobody is named."""
    actor = actor or current_actor()
    return [one for one in items if actor.may(one.permission)]


def places(items: Iterable[MenuItem]) -> list[MenuItem]:
    """Return the places of the side bar, the page of the day before all others."""
    return [
        MenuItem(
            title=_("Today"), endpoint="ground.home", icon="sun", permission="", area="", order=0
        ),
        *items,
    ]


def _greeting(hour: int) -> str:
    if 4 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def _of_the_house() -> Iterator[Waiting]:
    if not current_actor().may("jobs.view"):
        return
    failed = outbox.count_waiting().get(JobState.DEAD, 0)
    if failed:
        yield Waiting(
            title=ngettext("%(num)s job failed", "%(num)s jobs failed", failed),
            detail=_("Each says why, and can be repeated."),
            url=url_for("ground.jobs"),
            icon="progress",
            tone="bad",
            act=_("Look at the jobs"),
        )


def _proof() -> Iterator[Figure]:
    found = proof_of_the_day.last()
    if found is None or not current_actor().may(proof_of_the_day.VIEW):
        return
    yield Figure(
        label=_("Ledger proof"),
        value=_("Agrees") if found.agrees else _("Differs"),
        detail=moment(found.at) if found.agrees else found.first,
        tone="ok" if found.agrees else "bad",
        of_house=True,
    )
