"""The large demo shop, a thousandth of it: its rows are right, and no index is missing after it."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app import demo, proving
from app.db import Model, close_session, database, session
from app.search import contains, fold
from modules.catalog.models import Variant
from modules.customers import Customer
from modules.customers.models import Identity
from modules.orders import Order
from modules.organization.models import Store
from modules.stock import StockItem
from tests.conftest import open_house
from tests.databases import Databases

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 21)
MASS = demo.Mass().part(0.001)


def _shape() -> dict[str, set[str]]:
    """Return what stands around each table: indexes, foreign keys, triggers."""
    look = inspect(database().engine)
    found = {
        name: {str(one["name"]) for one in look.get_indexes(name)}
        | {
            f"{one['constrained_columns']} of {one['referred_table']}"
            for one in look.get_foreign_keys(name)
        }
        for name in Model.metadata.tables
    }
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database().dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    found["triggers"] = set(session.scalars(text(asked)))
    close_session()
    return found


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Flask]:
    url = databases.new_database()
    with open_house(databases, url) as house:
        with house.app_context():
            before = _shape()
            demo.load(day=DAY, mass=MASS)
            assert _shape() == before
        yield house
    databases.drop_database(url)


def test_every_ledger_agrees(shop: Flask) -> None:
    with shop.app_context():
        for result in proving.prove():
            assert not result.differences, result


def test_it_is_as_much_larger_as_was_asked(shop: Flask) -> None:
    with shop.app_context():
        for model, least in (
            (Variant, 2_200 + MASS.variants),
            (Customer, 3_000 + MASS.customers),
            (Order, 12_000 + MASS.orders),
            (Store, 6 + MASS.stores),
        ):
            assert (session.scalar(select(func.count()).select_from(model)) or 0) >= least, model
        goods = select(func.count()).select_from(StockItem)
        assert (session.scalar(goods) or 0) > MASS.variants


def test_its_people_and_orders_are_found_as_all_others_are(shop: Flask) -> None:
    with shop.app_context():
        one = session.scalars(
            select(Customer).where(Customer.email.like("%@wiele.example")).limit(1).offset(150)
        ).one()
        known = session.scalars(
            select(Identity.value).where(Identity.customer_id == one.id).order_by(Identity.id)
        ).all()
        assert one.search == fold(one.name, *known)
        assert session.scalars(
            select(Customer.id).where(contains(Customer, fold(one.name)[2:9]))
        ).all()
        order = session.scalars(
            select(Order).where(Order.external_id.like("LW-1%")).limit(1).offset(20)
        ).one()
        assert str(order.buyer["name"])
        assert session.scalars(
            select(Order.id).where(contains(Order, str(order.external_id).lower()))
        ).all() == [order.id]


def test_a_customer_of_the_mass_can_be_opened_and_the_next_order_placed(shop: Flask) -> None:
    with shop.app_context():
        last = session.scalar(select(func.max(Order.id)))
        imported = session.scalar(select(func.max(Order.id)).where(Order.imported.is_(True)))
        # What was placed in the story got its number after the mass.
        assert last is not None
        assert imported is not None
        assert last > imported
