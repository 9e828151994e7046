"""Keys for programs, as people make and revoke them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app import tokens
from app.accounts import digest
from app.actor import current_actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.models import ApiToken
from app.reference import Reference
from modules.organization.errors import AlreadyExists, BeyondOwnReach
from modules.organization.operations.staff import LETS_IN
from modules.organization.queries import company_zone, today

EDITS = "tokens.edit"


def create_token(
    *,
    name: str,
    scopes: Sequence[str],
    known_scopes: Sequence[str],
    store_ids: Sequence[int] = (),
    expires_on: date | None = None,
    limits: Mapping[str, int | None] | None = None,
) -> str:
    """
    Make a token and return its text, which is shown once. No store means all of them.

    :raises InvalidInput: a scope is unknown, there is none, or the last day is over
    :raises BeyondOwnReach: the token could do or see more than the caller
    :raises AlreadyExists: a token that is open has this name (a form sent twice makes one token)
    """
    actor = current_actor()
    if "admin" in scopes and actor.stores(LETS_IN) is not None:
        raise BeyondOwnReach(
            _("A token that may do everything is made by an administrator. Choose scopes."),
            field="scopes",
        )
    own = actor.stores(EDITS)
    if own is not None and not (store_ids and set(store_ids) <= own):
        raise BeyondOwnReach(_("Bind the token to stores of yours."), field="store_ids")
    most = {code: one for code, one in (limits or {}).items() if one is not None}
    if tokens.is_name_taken(name.strip()):
        raise AlreadyExists(
            _(
                "There is a token “%(name)s” already. Choose another name, or revoke that one.",
                name=name.strip(),
            ),
            field="name",
        )
    text = tokens.create_token(
        name=name.strip(),
        scopes=scopes,
        known_scopes=known_scopes,
        store_ids=sorted(store_ids) or None,
        expires_at=_end_of(expires_on) if expires_on else None,
        limits=most,
    )
    session.flush()
    token_id = session.scalars(
        select(ApiToken.id).where(ApiToken.secret_hash == digest(text))
    ).one()
    record_change(
        Reference("token", token_id),
        "made",
        new={"name": name, "scopes": list(scopes), "stores": sorted(store_ids), "limits": most},
    )
    return text


def revoke_token(*, token_id: int) -> None:
    """
    Close a token for good; the program is refused with its next call.

    :raises NotFound: there is none, or it reaches further than the caller
    """
    own = current_actor().stores(EDITS)
    token = session.get(ApiToken, token_id)
    reach = token.store_ids if token else None
    if token is None or (own is not None and not (reach and set(reach) <= own)):
        raise NotFound(_("There is no such token here."))
    if token.revoked_at:
        return
    tokens.revoke_token(token_id=token_id)
    record_change(Reference("token", token_id), "revoked")


def _end_of(day: date) -> datetime:
    if day < today():
        raise InvalidInput(_("That day is over. Choose a later one."), field="expires_on")
    return datetime.combine(day + timedelta(days=1), time.min, company_zone())
