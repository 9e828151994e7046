"""The roles that every house has, and how the parts' permissions come to them."""

from collections.abc import Iterable

from sqlalchemy import select

from app import proof_of_the_day
from app.db import session
from app.i18n import lazy
from app.limits import Limit
from app.models import Role
from app.module import Permission

ROLES = {
    "clerk": lazy("Clerk"),
    "shift_lead": lazy("Shift lead"),
    "store_manager": lazy("Store manager"),
    "marketing_manager": lazy("Marketing manager"),
    "accountant": lazy("Accountant"),
    "integrator": lazy("Integrator"),
    "administrator": lazy("Administrator"),
}

WITHOUT_SECOND_FACTOR = ("clerk", "shift_lead")
"""Who works at the counter only. In production all other roles, own ones too, show a code."""

GROUND = (
    Permission(
        code="jobs.view",
        title=lazy("See jobs"),
        roles=("shift_lead", "store_manager", "marketing_manager", "accountant", "integrator"),
    ),
    Permission(
        code="jobs.run", title=lazy("Stop and repeat jobs"), roles=("store_manager", "integrator")
    ),
    proof_of_the_day.PERMISSION,
)


def install_roles(permissions: Iterable[Permission], limits: Iterable[Limit] = ()) -> None:
    """
    Make the roles, and offer each permission and limit once to the roles that should have it.

    What somebody took from a role later is not given back by the next upgrade.
    """
    found = {role.code: role for role in session.scalars(select(Role))}
    offered = list(permissions)
    for code, name in ROLES.items():
        role = found.get(code)
        if role is None:
            session.add(
                role := Role(code=code, name=str(name), permissions=[], known_permissions=[])
            )
        for_role = {one.code for one in offered if code == "administrator" or code in one.roles}
        fresh = sorted(for_role - set(role.known_permissions))
        if fresh:
            role.permissions = sorted({*role.permissions, *fresh})
            role.known_permissions = sorted({*role.known_permissions, *fresh})
        for_role_limits = {one.code: one.roles[code] for one in limits if code in one.roles}
        if for_role_limits.keys() - (role.limits or {}).keys():
            role.limits = for_role_limits | (role.limits or {})
