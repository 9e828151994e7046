"""Accounts, passwords and roles: the writes behind sign-in."""

import hashlib
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import current_app
from sqlalchemy import select

from app import limits, tries
from app.actor import Actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, RuleViolation
from app.i18n import _
from app.models import Account, Role, RoleGrant
from app.passwords import refuse_guessable
from app.reference import Reference

# Within OWASP ASVS 5 appendix C; 46 ms on a small machine, against 215 ms of the library's default.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = HASHER.hash("nobody")


class WrongSignIn(RuleViolation):
    field = "password"
    code = "wrong_sign_in"


class WrongPassword(WrongSignIn):
    field = "current"
    code = "wrong_password"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def guessable(name: str, email: str) -> Sequence[str]:
    """Return the words that a person's password must not be made of."""
    return [*name.split(), email.partition("@")[0]]


def hash_password(password: str, *, words: Sequence[str] = ()) -> str:
    """
    Return the hash to keep.

    :raises InvalidInput: it is too short, too long, made of the person's own name or mail, or one
        of those that everybody tries first
    """
    if not 8 <= len(password) <= 128:
        raise InvalidInput(_("A password has 8 to 128 characters."), field="password")
    refuse_guessable(password, own=words, of_shop=_words_of_shop())
    return HASHER.hash(password)


def _words_of_shop() -> Sequence[str]:
    asked = current_app.extensions["slots"].get("account.guessable", ())
    return [word for words in asked for word in words()]


def check_password(*, email: str, password: str, ip: str, device: str | None = None) -> Account:
    """
    Return the account that the name and password belong to; a failed try is kept.

    :raises WrongSignIn: name or password is wrong, or the account is closed
    :raises TooManyTries: this name or this address failed too often of late
    """
    email = email.strip().lower()
    with tries.one_try(email=email, ip=ip, device=device, wrong=WrongSignIn):
        account = session.scalar(select(Account).where(Account.email == email))
        is_right = _fits(account, password)
        if account is None or account.disabled_at or not is_right:
            raise WrongSignIn(_("E-mail or password is wrong."))
    return account


def change_password(*, account_id: int, password: str) -> None:
    """
    Let a person take a new password who has shown the present one; the caller ends other sessions.

    :raises InvalidInput: the new one is too short or easy to guess
    """
    account = session.get_one(Account, account_id)
    account.password_hash = hash_password(password, words=guessable(account.name, account.email))
    record_change(Reference(account.kind, account.id), "new password")


def confirm_password(*, account_id: int, current: str, ip: str, device: str | None = None) -> None:
    """
    Make sure that a person who is signed in knows the password.

    :raises WrongPassword: it is another; a try is kept, unless nothing was typed
    :raises TooManyTries: it failed too often of late
    """
    account = session.get_one(Account, account_id)
    wrong = WrongPassword(_("This is not your present password."))
    if not current:
        raise wrong
    with tries.one_try(email=account.email, ip=ip, device=device, wrong=WrongPassword):
        if not _fits(account, current):
            raise wrong


def _fits(account: Account | None, password: str) -> bool:
    """Test a password; a name that nobody has takes as long as one that somebody has."""
    kept = account.password_hash if account else None
    try:
        HASHER.verify(kept or _NOBODY, password)
    except VerificationError:
        return False
    return kept is not None


def actor_of(account: Account) -> Actor:
    """Return the account as somebody who acts, with all that its roles grant."""
    grants: dict[str, frozenset[int] | None] = {}
    rows = session.execute(
        select(RoleGrant.store_id, Role.permissions, Role.limits)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.account_id == account.id)
    ).all()
    for store_id, permissions, _limits in rows:
        for permission in permissions:
            before = grants.get(permission, frozenset())
            if store_id is None or before is None:
                grants[permission] = None
            else:
                grants[permission] = before | {store_id}
    return Actor(
        kind="staff",
        id=account.id,
        name=account.name,
        grants=grants,
        limits=limits.of_roles((store_id, able, own) for store_id, able, own in rows),
    )


def grant_role(*, account_id: int, role: str, store_id: int | None = None) -> None:
    """
    Give an account a role, in one store or in all of them; what it has already is left alone.

    :raises InvalidInput: there is no such role
    """
    role_id = session.scalar(select(Role.id).where(Role.code == role))
    if role_id is None:
        known = ", ".join(session.scalars(select(Role.code).order_by(Role.code)))
        raise InvalidInput(
            _("There is no role %(role)s. There are: %(known)s.", role=role, known=known),
            field="role",
        )
    same = RoleGrant.store_id.is_(None) if store_id is None else RoleGrant.store_id == store_id
    exists = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id, RoleGrant.role_id == role_id, same
    )
    if session.scalar(exists) is None:
        session.add(RoleGrant(account_id=account_id, role_id=role_id, store_id=store_id))


def roles_of(account_id: int) -> Sequence[tuple[Role, int | None]]:
    rows = session.execute(
        select(Role, RoleGrant.store_id)
        .join(RoleGrant, RoleGrant.role_id == Role.id)
        .where(RoleGrant.account_id == account_id)
        .order_by(Role.name)
    )
    return [(role, store_id) for role, store_id in rows]
