"""What the shell of every page asks: the company's name, the stores, and the one worked in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import g, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy

from app.access import signed_in
from app.actor import Actor, current_actor
from app.api import BASE
from app.errors import NotFound
from app.i18n import _
from app.web import go_to, safe_return
from modules.organization import queries
from modules.organization.queries import ShellStore
from modules.organization.views.blueprint import blueprint

_COOKIE = "store"


@dataclass(frozen=True)
class Shell:
    """All that the shell says of the organization, read by one statement."""

    company_name: str
    time_zone: str
    stores: Sequence[ShellStore]

    @property
    def current_store(self) -> ShellStore | None:
        if len(self.stores) == 1:
            return self.stores[0]
        chosen = g.get("chosen_store_id")
        return next((store for store in self.stores if store.id == chosen), None)


def reach(actor: Actor) -> frozenset[int] | None:
    """Return the stores in which somebody may do anything at all; None = in all of them."""
    if actor.all_powerful or None in actor.grants.values():
        return None
    return frozenset().union(*(stores for stores in actor.grants.values() if stores))


def shell() -> Shell:
    """Return what this page's shell says; asked once per request, and only where it is shown."""
    if "organization_shell" not in g:
        name, zone, stores = queries.read_shell()
        own = reach(current_actor())
        seen = [store for store in stores if own is None or store.id in own]
        g.organization_shell = Shell(company_name=name, time_zone=zone, stores=seen)
    return cast(Shell, g.organization_shell)


@blueprint.before_app_request
def _remember_choice() -> None:
    if "actor" not in g or request.path.startswith(BASE + "/"):
        return
    own = reach(g.actor)
    chosen = session.get(_COOKIE)
    if own is not None and len(own) == 1:
        g.chosen_store_id = next(iter(own))
    elif isinstance(chosen, int) and (own is None or chosen in own):
        g.chosen_store_id = chosen
    # A zone that is asked for only where a moment is shown.
    g.time_zone = LocalProxy(lambda: shell().time_zone)


@blueprint.app_context_processor
def _known_to_every_page() -> dict[str, Any]:
    if "actor" not in g:
        return {}
    # Looked up where a page draws its shell: a fragment or a page without one asks nothing.
    return {
        "stores": LocalProxy(lambda: shell().stores),
        "current_store": LocalProxy(lambda: shell().current_store),
        "company_name": LocalProxy(lambda: shell().company_name),
        "choose_store_url": url_for("organization.choose_store"),
    }


@blueprint.post("/store")
@signed_in
def choose_store() -> ResponseReturnValue:
    """Work in another store from now on, or (nothing sent) in all that one may see."""
    typed = request.form.get("store", "")
    if not typed:
        session.pop(_COOKIE, None)
    else:
        seen = [store.id for store in shell().stores if str(store.id) == typed]
        if not seen:
            raise NotFound(_("There is no store %(code)s.", code=typed[:40]))
        session[_COOKIE] = seen[0]
    return go_to(safe_return(request.form.get("next"), url_for("ground.home")))
