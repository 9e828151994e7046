"""Staff, roles and what they were granted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select

from app.db import session
from app.errors import NotFound
from app.i18n import _, lazy
from app.lists import Sort
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


BY_NAME = Sort(
    code="name",
    title=lazy("Name A to Z"),
    by=(Account.disabled_at.is_not(None), Account.name, Staff.id),
    kinds=(bool, str, int),
    place=lambda row: (row.disabled_at is not None, row.name, row.id),
)
NEWEST_FIRST = Sort(
    code="newest",
    title=lazy("Newest first"),
    by=(Staff.id,),
    kinds=(int,),
    place=lambda row: (row.id,),
    down=True,
)


def list_staff(
    *,
    stores: Collection[int] | None = None,
    q: str = "",
    state: str = "",
    order: Sort = BY_NAME,
    after: tuple[Any, ...] | None = None,
    limit: int | None = None,
    up_to: int | None = None,
) -> Sequence[Staff]:
    """
    Return all who work here, those who left last; or only those with a role in some stores.

    `q` is part of a name or an e-mail, `state` is "active" or "disabled".
    """
    found = _narrowed(select(Staff), stores=stores, q=q, state=state)
    if up_to is not None:
        found = found.where(Staff.id <= up_to)
    return session.scalars(order.page(found, after=after, limit=limit)).all()


def count_staff(
    *, stores: Collection[int] | None = None, q: str = "", state: str = "", cap: int
) -> int:
    """Return how many `list_staff` lists over all pages, counted up to a number."""
    found = _narrowed(select(Staff.id), stores=stores, q=q, state=state).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _narrowed(
    found: Select[Any], *, stores: Collection[int] | None, q: str, state: str
) -> Select[Any]:
    if stores is not None:
        there = select(RoleGrant.account_id).where(RoleGrant.store_id.in_(stores))
        found = found.where(Staff.id.in_(there))
    for word in q.lower().split():
        found = found.where(
            or_(
                func.lower(Account.name).contains(word, autoescape=True),
                Account.email.contains(word, autoescape=True),
            )
        )
    if state == "active":
        found = found.where(Account.disabled_at.is_(None))
    elif state == "disabled":
        found = found.where(Account.disabled_at.is_not(None))
    return found


def get_staff(account_id: int) -> Staff:
    """
    Return one who works here.

    :raises NotFound: there is nobody with that id
    """
    if staff := session.get(Staff, account_id):
        return staff
    raise NotFound(_("There is no such person here."))


def list_grants(*account_ids: int) -> Sequence[Grant]:
    """Return the roles of some people."""
    found = (
        select(RoleGrant.id, RoleGrant.account_id, Role, RoleGrant.store_id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.account_id.in_(account_ids))
        .order_by(RoleGrant.account_id, RoleGrant.id)
    )
    return [Grant(*row) for row in session.execute(found)]


def count_holders() -> dict[int, int]:
    """Return by role how many people hold it, in whichever stores, of those who may sign in."""
    found = (
        select(RoleGrant.role_id, func.count(RoleGrant.account_id.distinct()))
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.disabled_at.is_(None))
        .group_by(RoleGrant.role_id)
    )
    return dict(session.execute(found).all())


def list_roles() -> Sequence[Role]:
    return session.scalars(select(Role).order_by(Role.id)).all()


def last_seen(account_ids: Sequence[int]) -> dict[int, datetime]:
    """Return for those of some accounts that have an open session when it was last used."""
    found = select(UserSession.account_id, func.max(UserSession.last_seen_at)).where(
        UserSession.account_id.in_(account_ids)
    )
    rows = session.execute(found.group_by(UserSession.account_id))
    return dict(rows.all())
