"""Keys for programs: made once, shown once, kept as a hash, checked at every call."""

import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import cast

from flask import g, request
from sqlalchemy import bindparam, or_, select, update

from app import clock
from app.accounts import digest
from app.actor import Actor, current_actor
from app.db import session
from app.errors import InvalidInput, NotAllowed, NotFound
from app.i18n import _
from app.models import ApiToken

# Each call of each program asks it, so it is put together once.
_VALID = select(ApiToken).where(
    ApiToken.secret_hash == bindparam("secret"),
    ApiToken.revoked_at.is_(None),
    or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("now")),
)


class Unauthorized(Exception):
    """No token, or one that is unknown, expired or revoked: 401."""


def create_token(
    *,
    name: str,
    scopes: Sequence[str],
    known_scopes: Sequence[str],
    store_ids: Sequence[int] | None = None,
    expires_at: datetime | None = None,
    limits: Mapping[str, int] | None = None,
) -> str:
    """
    Make a token and return its text, which nobody can read again.

    `limits` say how much of something it does; what is not named it does without a limit.

    :raises InvalidInput: a scope is unknown, or there is none
    """
    if not scopes:
        raise InvalidInput(_("Give the token at least one scope."), field="scopes")
    areas = {one.partition(":")[0] for one in known_scopes}
    for one in scopes:
        area, _colon, act = one.partition(":")
        if one != "admin" and one not in known_scopes and not (act == "*" and area in areas):
            raise InvalidInput(
                _(
                    "There is no scope %(scope)s. There are: %(known)s.",
                    scope=one,
                    known=", ".join([*sorted(known_scopes), "admin"]),
                ),
                field="scopes",
            )
    prefix = secrets.token_hex(4)
    text = f"vrt_{prefix}_{secrets.token_urlsafe(32)}"
    session.add(
        ApiToken(
            name=name,
            prefix=prefix,
            secret_hash=digest(text),
            scopes=list(scopes),
            store_ids=list(store_ids) if store_ids is not None else None,
            expires_at=expires_at,
            limits=dict(limits or {}),
            created_by=str(current_actor()),
        )
    )
    return text


def revoke_token(*, token_id: int) -> None:
    """
    Close a token for good.

    :raises NotFound: there is none with that id
    """
    revoked = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == token_id)
        .values(revoked_at=clock.now())
        .returning(ApiToken.id)
    )
    if revoked is None:
        raise NotFound(_("There is no token %(id)s.", id=token_id))


def list_tokens(
    *, limit: int = 50, before: int | None = None, stores: AbstractSet[int] | None = None
) -> Sequence[ApiToken]:
    """
    Return the tokens that are still open, newest first, from below an id on.

    `stores`: only those that reach these stores and no other one.
    """
    found: list[ApiToken] = []
    while len(found) < limit:
        rows = select(ApiToken).where(ApiToken.revoked_at.is_(None))
        if before is not None:
            rows = rows.where(ApiToken.id < before)
        # The stores of a token stand in its row as a list, which no question narrows alike on
        # both databases: what is nobody's business here is left out, and the next rows are read.
        read = session.scalars(rows.order_by(ApiToken.id.desc()).limit(limit)).all()
        found += [one for one in read if stores is None or _stays_in(one, stores)]
        if len(read) < limit:
            break
        before = read[-1].id
    return found[:limit]


def is_name_taken(name: str) -> bool:
    """Test whether a token that is valid has this name."""
    valid = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now())
    taken = select(ApiToken.id).where(ApiToken.name == name, ApiToken.revoked_at.is_(None), valid)
    return session.scalar(taken.limit(1)) is not None


def _stays_in(token: ApiToken, stores: AbstractSet[int]) -> bool:
    return bool(token.store_ids) and stores >= set(token.store_ids or ())


def authenticate(needed: str) -> None:
    """
    Let the program of this request act, if its token carries the scope ("": any token will do).

    :raises Unauthorized: there is no valid token
    :raises NotAllowed: the scope is missing
    """
    word, _space, text = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or not text:
        raise Unauthorized
    token = session.scalar(_VALID, {"secret": digest(text.strip()), "now": clock.now()})
    if token is None:
        raise Unauthorized
    g.token = token
    g.actor = _actor_of(token)
    if needed and not g.actor.may(needed):
        raise NotAllowed(needed)


def current_token() -> ApiToken:
    return cast(ApiToken, g.token)


def _actor_of(token: ApiToken) -> Actor:
    stores = frozenset(token.store_ids) if token.store_ids is not None else None
    grants: dict[str, frozenset[int] | None] = {}
    for one in token.scopes:
        if one == "admin":
            grants |= dict.fromkeys(_all_scopes(), stores)
        elif one.endswith(":*"):
            area = one.removesuffix("*")
            grants |= dict.fromkeys((s for s in _all_scopes() if s.startswith(area)), stores)
        else:
            grants[one] = stores
    limits: dict[str, dict[int | None, int | None]] = {
        code: {None: most} for code, most in (token.limits or {}).items()
    }
    return Actor(kind="token", id=token.id, name=token.name, grants=grants, limits=limits)


def _all_scopes() -> Sequence[str]:
    from flask import current_app

    return cast(Sequence[str], current_app.extensions["scopes"])


def note_use(token_id: int, last_used_at: datetime | None) -> bool:
    """Test whether the use of a token is worth writing down (once a minute)."""
    return last_used_at is None or clock.now() - last_used_at > timedelta(minutes=1)


def mark_used(token_id: int) -> None:
    session.execute(
        update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=clock.now())
    )
