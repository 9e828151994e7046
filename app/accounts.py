"""Accounts, passwords and roles: the writes behind sign-in."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, RuleViolation
from app.i18n import _
from app.models import Account, Role, RoleGrant, SignInAttempt
from app.reference import Reference

# Within OWASP ASVS 5 appendix C; 46 ms on a small machine, against 215 ms of the library's default.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = HASHER.hash("nobody")

_WINDOW = timedelta(minutes=15)
_FREE_TRIES = 5
_FREE_TRIES_OF_ADDRESS = 50


class WrongSignIn(RuleViolation):
    field = "password"
    code = "wrong_sign_in"


class WrongPassword(WrongSignIn):
    field = "current"
    code = "wrong_password"


class TooManyTries(RuleViolation):
    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, round(wait.total_seconds() / 60))
        super().__init__(
            _("Too many failed tries. Wait %(minutes)s min and try again.", minutes=minutes)
        )


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def guessable(name: str, email: str) -> Sequence[str]:
    """Return the words that a person's password must not be made of."""
    return [*name.split(), email.partition("@")[0]]


def hash_password(password: str, *, words: Sequence[str] = ()) -> str:
    """
    Return the hash to keep.

    :raises InvalidInput: it is too short, too long, or made of the person's own name or mail
    """
    if not 8 <= len(password) <= 128:
        raise InvalidInput(_("A password has 8 to 128 characters."), field="password")
    folded = password.casefold()
    if any(len(word) > 3 and word.casefold() in folded for word in words) or len(set(folded)) < 4:
        raise InvalidInput(
            _("This password is easy to guess. Take one without your name."), field="password"
        )
    return HASHER.hash(password)


def check_password(*, email: str, password: str, ip: str) -> Account:
    """
    Return the account that the name and password belong to. Failed tries are kept by the caller.

    :raises WrongSignIn: name or password is wrong, or the account is closed
    :raises TooManyTries: this name or this address failed too often of late
    """
    email = email.strip().lower()
    _throttle(email=email, ip=ip)
    account = session.scalar(select(Account).where(Account.email == email))
    is_right = _fits(account, password)
    if account is None or account.disabled_at or not is_right:
        raise WrongSignIn(_("E-mail or password is wrong."))
    return account


def change_password(*, account_id: int, current: str, password: str, ip: str) -> None:
    """
    Let a person take a new password who knows the present one; the caller ends other sessions.

    :raises WrongPassword: the present one is another; the caller keeps it as a failed try
    :raises TooManyTries: it failed too often of late
    :raises InvalidInput: the new one is too short or easy to guess
    """
    account = session.get_one(Account, account_id)
    _throttle(email=account.email, ip=ip)
    if not _fits(account, current):
        raise WrongPassword(_("This is not your present password."))
    account.password_hash = hash_password(password, words=guessable(account.name, account.email))
    record_change(Reference(account.kind, account.id), "new password")


def _fits(account: Account | None, password: str) -> bool:
    """Test a password; a name that nobody has takes as long as one that somebody has."""
    kept = account.password_hash if account else None
    try:
        HASHER.verify(kept or _NOBODY, password)
    except VerificationError:
        return False
    return kept is not None


def note_failure(*, email: str, ip: str) -> None:
    session.add(SignInAttempt(email=email.strip().lower()[:254], ip=ip))


def _throttle(*, email: str, ip: str) -> None:
    since = clock.now() - _WINDOW
    for column, value, free in (
        (SignInAttempt.email, email, _FREE_TRIES),
        (SignInAttempt.ip, ip, _FREE_TRIES_OF_ADDRESS),
    ):
        tries, last = session.execute(
            select(func.count(), func.max(SignInAttempt.failed_at)).where(
                column == value, SignInAttempt.failed_at > since
            )
        ).one()
        if tries < free:
            continue
        wait = timedelta(seconds=min(15 * 2 ** (tries - free), 900))
        left = last + wait - clock.now()
        if left > timedelta(0):
            raise TooManyTries(left)


def actor_of(account: Account) -> Actor:
    """Return the account as somebody who acts, with all that its roles grant."""
    grants: dict[str, frozenset[int] | None] = {}
    rows = session.execute(
        select(RoleGrant.store_id, Role.permissions, Role.code)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.account_id == account.id)
    ).all()
    for store_id, permissions, _code in rows:
        for permission in permissions:
            before = grants.get(permission, frozenset())
            if store_id is None or before is None:
                grants[permission] = None
            else:
                grants[permission] = before | {store_id}
    return Actor(kind="staff", id=account.id, name=account.name, grants=grants)


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
