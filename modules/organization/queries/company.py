"""The company, its days, and what every page says of it."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, true

from app import clock
from app.db import session
from modules.organization.models import (
    Company,
    Store,
    StoreKind,
)


class ShellStore(NamedTuple):
    """A store as the shell of a page names it."""

    id: int
    code: str
    name: str
    kind: StoreKind


def get_company() -> Company:
    return session.scalars(select(Company)).one()


_SHELL = (
    select(Company.name, Company.time_zone, Store.id, Store.code, Store.name, Store.kind)
    .outerjoin(Store, true())
    .order_by(Store.id)
)


def read_shell() -> tuple[str, str, list[ShellStore]]:
    """Return the company's name, its zone and all stores, by one statement."""
    rows = session.execute(_SHELL).all()
    stores = [ShellStore(*row[2:]) for row in rows if row[2] is not None]
    return rows[0][0], rows[0][1], stores


def names_of_house() -> list[str]:
    """Return the names of the company and its stores: no password is made of them alone."""
    found = select(Company.name).union_all(select(Store.name))
    return [name for name in session.scalars(found) if name]


def company_zone() -> ZoneInfo:
    """Return the zone in which the company counts its days."""
    return ZoneInfo(session.scalars(select(Company.time_zone)).one())


def today() -> date:
    """Return the day that it is for the company."""
    return clock.now().astimezone(company_zone()).date()


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls for the company."""
    return moment.astimezone(company_zone()).date()
