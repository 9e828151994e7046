"""Staff, roles and what they were granted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.models import Account, Role, RoleGrant, UserSession
from modules.organization.models import (
    Staff,
)


class Grant(NamedTuple):
    """One role of a person, in one store or (None) in all of them."""

    id: int
    account_id: int
    role: Role
    store_id: int | None


def list_staff(*, stores: Collection[int] | None = None) -> Sequence[Staff]:
    """Return all who work here by name, or only those with a role in one of these stores."""
    found = select(Staff).order_by(Account.disabled_at.is_not(None), Account.name, Staff.id)
    if stores is not None:
        there = select(RoleGrant.account_id).where(RoleGrant.store_id.in_(stores))
        found = found.where(Staff.id.in_(there))
    return session.scalars(found).all()


def get_staff(account_id: int) -> Staff:
    """
    Return one who works here.

    :raises NotFound: there is nobody with that id
    """
    if staff := session.get(Staff, account_id):
        return staff
    raise NotFound(_("There is no such person here."))


def list_grants(account_id: int | None = None) -> Sequence[Grant]:
    """Return the roles of one person, or of everybody."""
    found = (
        select(RoleGrant.id, RoleGrant.account_id, Role, RoleGrant.store_id)
        .join(Role, Role.id == RoleGrant.role_id)
        .order_by(RoleGrant.account_id, RoleGrant.id)
    )
    if account_id is not None:
        found = found.where(RoleGrant.account_id == account_id)
    return [Grant(*row) for row in session.execute(found)]


def list_roles() -> Sequence[Role]:
    return session.scalars(select(Role).order_by(Role.id)).all()


def last_seen() -> dict[int, datetime]:
    """Return for each account with an open session when it was last used."""
    found = select(UserSession.account_id, func.max(UserSession.last_seen_at))
    rows = session.execute(found.group_by(UserSession.account_id))
    return dict(rows.all())
