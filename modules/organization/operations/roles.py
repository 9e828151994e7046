"""What a role may do, and how much of it alone: changed, made, removed, brought back."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from app import limits as limiting
from app import roles
from app.actor import current_actor
from app.audit import record_change
from app.db import session
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.limits import Limit
from app.models import Role, RoleGrant
from app.module import Permission
from app.reference import Reference
from modules.organization.errors import AlreadyExists, BeyondOwnReach
from modules.organization.operations.staff import LETS_IN, refuse_nobody_left


def create_role(*, name: str, permissions: Sequence[str], limits: Mapping[str, int | None]) -> Role:
    """
    Make an own role of the shop.

    :raises AlreadyExists: another role is called so
    :raises BeyondOwnReach: it may do more than the caller
    """
    role = Role(
        code=f"own-{secrets.token_hex(4)}",
        name=_free_name(name, None),
        permissions=sorted(permissions),
        known_permissions=[],
        limits=dict(limits),
    )
    _refuse_beyond_reach(set(permissions), limits, permissions)
    session.add(role)
    session.flush()
    record_change(
        Reference("role", role.id), "made", new={"name": role.name, "permissions": role.permissions}
    )
    return role


def update_role(
    *, role_id: int, name: str, permissions: Sequence[str], limits: Mapping[str, int | None]
) -> None:
    """
    Change what a role may do; it counts with the next click of everybody who holds it.

    :raises BeyondOwnReach: it would be given what the caller may not do himself
    :raises LastAdministrator: nobody could let people in any more
    """
    role = get_role(role_id)
    before: dict[str, Any] = {
        "name": role.name,
        "permissions": role.permissions,
        "limits": role.limits or {},
    }
    added = set(permissions) - set(role.permissions)
    # A limit says nothing until its permission is there: with that one it is given too.
    wider = {
        code: limits.get(code)
        for code, limit in limiting.known().items()
        if limit.permission in added or limits.get(code) != (role.limits or {}).get(code)
    }
    _refuse_beyond_reach(added, wider, permissions)
    if role.code not in roles.ROLES:
        role.name = _free_name(name, role.id)
    role.permissions, role.limits = sorted(permissions), dict(limits)
    session.flush()
    if LETS_IN in before["permissions"] and LETS_IN not in role.permissions:
        refuse_nobody_left()
    record_change(Reference("role", role.id), "changed", old=before, new=_facts(role))


def bring_role_back(
    *, role_id: int, offered: Iterable[Permission], limits: Iterable[Limit]
) -> None:
    """
    Let a role of the house be again what the house offers.

    :raises RuleViolation: it is a role of the shop's own
    :raises BeyondOwnReach: it would be given what the caller may not do himself
    """
    role = get_role(role_id)
    if role.code not in roles.ROLES:
        raise RuleViolation(_("This role is of your own making; the house offers nothing for it."))
    permissions = [
        one.code for one in offered if role.code == "administrator" or role.code in one.roles
    ]
    update_role(
        role_id=role_id,
        name=role.name,
        permissions=permissions,
        limits={one.code: one.roles.get(role.code) for one in limits},
    )
    role.known_permissions = sorted({*role.known_permissions, *permissions})


def remove_role(*, role_id: int) -> None:
    """
    Remove a role of the shop's own that nobody holds.

    :raises RuleViolation: somebody holds it, or it is one of the house
    """
    role = get_role(role_id)
    if role.code in roles.ROLES:
        raise RuleViolation(_("This role belongs to the house. Take its permissions away instead."))
    held = select(func.count()).select_from(RoleGrant).where(RoleGrant.role_id == role_id)
    if session.scalar(held):
        raise RuleViolation(_("Somebody holds this role. Take it from them first."))
    record_change(Reference("role", role.id), "removed", old={"name": role.name})
    session.execute(delete(Role).where(Role.id == role_id))


def get_role(role_id: int) -> Role:
    """
    Return one role.

    :raises NotFound: there is none with that key
    """
    if role := session.get(Role, role_id, populate_existing=True):
        return role
    raise NotFound(_("There is no such role."))


def _facts(role: Role) -> dict[str, Any]:
    return {"name": role.name, "permissions": role.permissions, "limits": role.limits or {}}


def _refuse_beyond_reach(
    added: set[str], wider: Mapping[str, int | None], permissions: Sequence[str]
) -> None:
    actor = current_actor()
    if any(actor.stores(one) is not None for one in added):
        raise BeyondOwnReach(
            _("You can give only what you may do yourself. Ask an administrator."),
            field="permissions",
        )
    for code, most in wider.items():
        is_everywhere = actor.stores(limiting.known()[code].permission) is None
        own = limiting.most_in(actor, code, None) if is_everywhere else 0
        is_wider = own is not None and (most is None or most > own)
        if limiting.known()[code].permission in permissions and is_wider:
            raise BeyondOwnReach(
                _("This limit is wider than your own. Ask an administrator."), field=code
            )


def _free_name(name: str, role_id: int | None) -> str:
    name = name.strip()
    others = select(Role.id).where(Role.name == name)
    if role_id is not None:
        others = others.where(Role.id != role_id)
    if not name or session.scalar(others) is not None:
        raise AlreadyExists(_("Another role is called so. Choose another name."), field="name")
    return name
