"""Keys for programs. The text of one is shown in the answer that makes it, and nowhere else."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from app import limits as limiting
from app import tokens as keys
from app.access import fresh, requires
from app.actor import current_actor
from app.api import pack_cursor
from app.db import transact
from app.forms import SelectChoice
from app.i18n import _
from app.look import toast
from app.web import PAGE, cursor_from_url, go_to, listing, render
from modules.organization import operations, queries
from modules.organization.forms import TokenForm, limit_fields
from modules.organization.operations.tokens import EDITS
from modules.organization.views.blueprint import blueprint


@blueprint.get("/tokens")
@requires(EDITS)
def tokens() -> ResponseReturnValue:
    place = cursor_from_url(int)
    found = keys.list_tokens(
        limit=PAGE + 1,
        before=place[0] if place else None,
        stores=current_actor().stores(EDITS),
    )
    cursor = pack_cursor(found[PAGE - 1].id) if len(found) > PAGE else None
    return render(
        "organization/tokens.html",
        listing=listing(found, limit=PAGE, cursor=cursor),
        store_names={store.id: store.name for store in queries.list_stores()},
    )


@blueprint.get("/tokens/new")
@requires(EDITS)
def new_token() -> ResponseReturnValue:
    return _show_new(_form())


@blueprint.post("/tokens")
@requires(EDITS)
@fresh
def create_token() -> ResponseReturnValue:
    form = _offered(_form())
    if not form.carry_out(operations.create_token, known_scopes=list(_scopes())):
        return _show_new(form, status=422)
    # In this answer and nowhere else: no address, no cookie and no cache ever holds the text.
    answer = make_response(
        render_template("organization/token_made.html", text=form.done, name=form.name.data), 201
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/tokens/<int:token_id>/revocation")
@requires(EDITS)
@fresh
def revoke_token(token_id: int) -> ResponseReturnValue:
    transact(lambda: operations.revoke_token(token_id=token_id))
    toast(_("The token is revoked; its program is refused from now on."))
    return go_to(url_for(".tokens"))


def _scopes() -> Mapping[str, Any]:
    found: Mapping[str, Any] = current_app.extensions["scopes"]
    return found


def _form() -> TokenForm:
    """Return the form with a field for each limit that there is."""
    form: TokenForm = type("LimitedTokenForm", (TokenForm,), limit_fields(limiting.of_programs()))()
    return form


def _offered(form: TokenForm) -> TokenForm:
    own = current_actor().stores(EDITS)
    form.scopes.choices = [SelectChoice(code) for code in (*sorted(_scopes()), "admin")]
    form.store_ids.choices = [
        SelectChoice(store.id, store.name)
        for store in queries.list_stores()
        if own is None or store.id in own
    ]
    return form


def _show_new(form: TokenForm, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "organization/token_new.html",
        status=status,
        form=_offered(form),
        scope_words={**_scopes(), "admin": _("Everything")},
        limits=limiting.of_programs(),
        currency=str(queries.get_company().currency),
    )
