"""Who works here: letting people in, their roles per store, passwords, and closing accounts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app import accounts, clock, devices, factors, limits, list_exports, sessions
from app.actor import Actor, current_actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation, StaleEdit
from app.i18n import _
from app.models import Account, Role, RoleGrant
from app.reference import Reference
from modules.organization.errors import AlreadyExists, BeyondOwnReach, LastAdministrator
from modules.organization.models import Company, Staff, Store
from modules.organization.operations.edits import tell_changes, words

# A person types it, a letter proves it: only what can never be an address is refused.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
LETS_IN = "staff.edit"


def create_staff(
    *, email: str, name: str, password: str, role: str, store_id: int | None = None
) -> Staff:
    """
    Let somebody in, with a first password and one role in a store or (None) in all of them.

    :raises AlreadyExists: the e-mail belongs to somebody already
    :raises InvalidInput: e-mail, password or role will not do
    :raises BeyondOwnReach: the role may do more than the caller
    """
    name, email = name.strip(), _plain_email(email)
    if not name:
        raise InvalidInput(_("Write the person's name."), field="name")
    staff = Staff(
        email=email,
        name=name,
        password_hash=accounts.hash_password(password, words=accounts.guessable(name, email)),
        version=1,
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError:
        raise AlreadyExists(
            _("%(email)s belongs to somebody already. Open that person instead.", email=email),
            field="email",
        ) from None
    _grant(staff.id, role, store_id)
    record_change(
        _reference(staff.id),
        "let in",
        new={"email": email, "name": name, "role": role, "store": _store_code(store_id)},
    )
    return staff


def let_first_in(*, name: str, email: str, password: str) -> int:
    """Let in the first person of a new installation, who may do everything; return the key."""
    made = create_staff(email=email, name=name, password=password, role="administrator")
    return made.id


def update_staff(
    *, account_id: int, version: int, name: str, email: str, badge: str | None = None
) -> Staff:
    """
    Change a person's name, sign-in or badge.

    :raises StaleEdit: somebody else changed them meanwhile
    :raises AlreadyExists: the e-mail or the badge belongs to somebody else
    :raises BeyondOwnReach: the sign-in of somebody who may do more than the caller
    """
    staff = _find(account_id)
    if _plain_email(email) != staff.email:
        _refuse_above(account_id)
    moved = session.scalar(
        update(Staff)
        .where(Staff.id == account_id, Staff.version == version)
        .values(version=version + 1)
        .returning(Staff.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise StaleEdit(tell_changes(_reference(account_id), staff.version - version))
    session.refresh(staff)
    values = {"name": name.strip(), "email": _plain_email(email), "badge": words(badge)}
    old = {field: getattr(staff, field) for field in values}
    _refuse_taken(account_id, email=str(values["email"]), badge=values["badge"])
    staff.name, staff.email = name.strip(), str(values["email"])
    staff.badge = values["badge"]
    session.flush()
    record_change(_reference(account_id), "changed", old=old, new=values)
    return staff


def grant_role(*, account_id: int, role: str, store_id: int | None = None) -> None:
    """
    Give a person one more role; every session of theirs ends, and the next begins with it.

    :raises BeyondOwnReach: the role may do more than the caller
    """
    _find(account_id)
    _grant(account_id, role, store_id)
    sessions.close_sessions_of(account_id)
    record_change(
        _reference(account_id), "role given", new={"role": role, "store": _store_code(store_id)}
    )


def revoke_role(*, account_id: int, grant_id: int) -> None:
    """
    Take a role from a person, and end every session of theirs.

    :raises LastAdministrator: nobody else could let people in
    """
    _find(account_id)
    found = session.execute(
        select(RoleGrant, Role.code)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.id == grant_id, RoleGrant.account_id == account_id)
    ).first()
    if found is None:
        raise NotFound(_("There is no such record here."))
    grant, role = found
    session.delete(grant)
    session.flush()
    refuse_nobody_left()
    sessions.close_sessions_of(account_id)
    list_exports.forget_files_of(account_id)
    record_change(
        _reference(account_id),
        "role taken",
        old={"role": role, "store": _store_code(grant.store_id)},
    )


def set_password(*, account_id: int, password: str) -> None:
    """
    Give a person a new password, and end every session of theirs.

    :raises InvalidInput: it is too short or easy to guess
    :raises BeyondOwnReach: the person may do more than the caller, who could sign in as him
    """
    staff = _find(account_id)
    _refuse_above(account_id)
    staff.password_hash = accounts.hash_password(
        password, words=accounts.guessable(staff.name, staff.email)
    )
    sessions.close_sessions_of(account_id)
    devices.forget(account_id)
    record_change(_reference(account_id), "new password")
    session.flush()


def take_second_factor_off(*, account_id: int) -> None:
    """
    Take the second factor off for somebody who lost it; every session of theirs ends, and they
    are told at the next sign-in who did it.

    :raises BeyondOwnReach: the person may do more than the caller
    """
    _find(account_id)
    _refuse_above(account_id)
    factors.take_off(account_id=account_id, by=current_actor().name)
    sessions.close_sessions_of(account_id)


def end_sessions(*, account_id: int) -> None:
    """Sign a person out of every browser; their next click leads to the sign-in page."""
    _find(account_id)
    if sessions.close_sessions_of(account_id):
        record_change(_reference(account_id), "signed out")


def disable_staff(*, account_id: int) -> None:
    """
    Close a person's account, and end every session of theirs; what they did stays.

    :raises RuleViolation: it is the caller's own
    :raises LastAdministrator: nobody else could let people in
    """
    staff = _find(account_id)
    actor = current_actor()
    if actor.kind == "staff" and actor.id == account_id:
        raise RuleViolation(_("This is your own account. Ask a colleague to close it."))
    if staff.disabled_at:
        return
    staff.disabled_at = clock.now()
    session.flush()
    refuse_nobody_left()
    sessions.close_sessions_of(account_id)
    list_exports.forget_files_of(account_id)
    record_change(_reference(account_id), "account closed")


def enable_staff(*, account_id: int) -> None:
    """Open a closed account again; the password is the one it had."""
    staff = _find(account_id)
    if staff.disabled_at is None:
        return
    staff.disabled_at = None
    session.flush()
    record_change(_reference(account_id), "account opened")


# --- who may do it ----------------------------------------------------------------------------


def _find(account_id: int) -> Staff:
    staff = session.get(Staff, account_id)
    if staff is None:
        raise NotFound(_("There is no such person here."))
    stores = current_actor().stores(LETS_IN)
    if stores is not None:
        of_person = session.scalars(
            select(RoleGrant.store_id).where(RoleGrant.account_id == account_id)
        ).all()
        if not of_person or not set(of_person) <= stores:
            # Somebody who works elsewhere too is not this caller's to change.
            raise NotFound(_("There is no such person here."))
    return staff


def _grant(account_id: int, role: str, store_id: int | None) -> None:
    if store_id is not None and session.get(Store, store_id) is None:
        raise InvalidInput(_("There is no store %(code)s.", code=store_id), field="store_id")
    accounts.grant_role(account_id=account_id, role=role, store_id=store_id)
    actor = current_actor()
    given = session.execute(select(Role.permissions, Role.limits).where(Role.code == role)).one()
    if not _is_within(actor, given.permissions, given.limits or {}, store_id):
        raise BeyondOwnReach(
            _("You can give only what you may do yourself. Ask an administrator."), field="role"
        )
    session.flush()


def _refuse_above(account_id: int) -> None:
    """Make sure that nobody takes over the sign-in of who may do more than he himself."""
    actor = current_actor()
    if actor.kind == "staff" and actor.id == account_id:
        return
    for role, store_id in accounts.roles_of(account_id):
        if not _is_within(actor, role.permissions, role.limits or {}, store_id, also=()):
            raise BeyondOwnReach(
                _("This person may do more than you. Ask an administrator."), field="password"
            )


def _is_within(
    actor: Actor,
    permissions: Sequence[str],
    role_limits: Mapping[str, Any],
    store_id: int | None,
    *,
    also: Sequence[str] = (LETS_IN,),
) -> bool:
    """Test whether a role may do no more there than the one who gives it, and no more of it."""
    if not all(_covers(actor.stores(one), store_id) for one in [*permissions, *also]):
        return False
    for code, limit in limits.known().items():
        own = limits.most_in(actor, code, store_id)
        most = role_limits.get(code)
        if limit.permission in permissions and own is not None and (most is None or most > own):
            return False
    return True


def _covers(stores: frozenset[int] | None, store_id: int | None) -> bool:
    return stores is None or (store_id is not None and store_id in stores)


def refuse_nobody_left() -> None:
    """
    Make sure that somebody can still let people in, in all stores.

    :raises LastAdministrator: nobody could
    """
    # Two administrators who close each other at once take turns here.
    session.execute(select(Company.id).with_for_update())
    roles = session.execute(select(Role.id, Role.permissions)).all()
    enough = [role_id for role_id, permissions in roles if LETS_IN in permissions]
    left = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role_id.in_(enough),
            RoleGrant.store_id.is_(None),
            Account.disabled_at.is_(None),
            Account.password_hash.is_not(None),
        )
    )
    if not left:
        raise LastAdministrator(
            _("Nobody else can let people in. Make another administrator first.")
        )


# --- shapes -----------------------------------------------------------------------------------


def _plain_email(value: str) -> str:
    email = value.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise InvalidInput(_("Write an e-mail address such as ola@example.com."), field="email")
    return email


def _refuse_taken(account_id: int, *, email: str, badge: str | None) -> None:
    others = Account.id != account_id
    if session.scalar(select(Account.id).where(Account.email == email, others)) is not None:
        raise AlreadyExists(_("%(email)s belongs to somebody else.", email=email), field="email")
    if badge and session.scalar(select(Staff.id).where(Staff.badge == badge, others)) is not None:
        raise AlreadyExists(
            _("The badge %(badge)s belongs to somebody else.", badge=badge), field="badge"
        )


def _reference(account_id: int) -> Reference:
    return Reference("staff", account_id)


def _store_code(store_id: int | None) -> str | None:
    if store_id is None:
        return None
    return session.scalar(select(Store.code).where(Store.id == store_id))
