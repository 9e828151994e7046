"""The demo shop as it is loaded: once for this file, in a house of its own."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import demo, outbox, proving
from app.db import session
from app.models import Job, JobState
from modules.catalog import Product
from modules.customers import Customer
from modules.orders import Hold, Lane, Order, Return, ReturnState
from modules.organization.demo import PASSWORD
from modules.payments import RefundState
from modules.payments.models import Refund
from tests.conftest import open_house
from tests.databases import Databases

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 21)  # a Saturday: what came in over night waits for Monday


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Flask]:
    url = databases.new_database()
    with open_house(databases, url) as house:
        with house.app_context():
            demo.load(day=DAY)
        yield house
    databases.drop_database(url)


def test_every_ledger_agrees_over_history_and_the_last_days(shop: Flask) -> None:
    with shop.app_context():
        for result in proving.prove():
            assert not result.differences, result


def test_it_has_the_size_that_was_asked_for(shop: Flask) -> None:
    with shop.app_context():
        assert session.scalar(select(func.count()).select_from(Product)) == 150
        assert (session.scalar(select(func.count()).select_from(Customer)) or 0) >= 3_000
        imported = select(func.count()).where(Order.imported.is_(True))
        assert 12_000 <= (session.scalar(imported) or 0) <= 15_000
        worked = select(func.count()).where(Order.imported.is_(False))
        assert (session.scalar(worked) or 0) >= 200


def test_nothing_happens_after_the_morning_of_the_day(shop: Flask) -> None:
    with shop.app_context():
        last = session.scalar(select(func.max(Order.placed_at)))
        assert last is not None
        assert last.date() == DAY
        assert last.hour < 6


def test_there_is_work_in_every_lane(shop: Flask) -> None:
    with shop.app_context():
        lanes = set(session.scalars(select(Order.lane).where(Order.imported.is_(False)).distinct()))
        assert lanes == set(Lane)


def test_there_are_holds_returns_and_refunds_in_their_states(shop: Flask) -> None:
    with shop.app_context():
        open_holds = set(session.scalars(select(Hold.kind).where(Hold.released_at.is_(None))))
        assert {"stock", "unmapped", "customer_request"} <= {kind.value for kind in open_holds}
        states = set(session.scalars(select(Return.state)))
        assert {ReturnState.REQUESTED, ReturnState.SETTLED} <= states
        refunds = select(func.count()).where(Refund.state == RefundState.SETTLED)
        assert session.scalar(refunds)


def test_no_job_of_it_is_dead_and_the_rest_is_left_to_the_worker(shop: Flask) -> None:
    with shop.app_context():
        assert not session.scalars(select(Job.kind).where(Job.state == JobState.DEAD)).all()
        left = set(session.scalars(select(Job.kind).where(Job.state == JobState.READY)))
        assert left <= {"invoicing.render"}
        assert outbox.run_due(limit=20) == 20
        assert not session.scalars(select(Job.kind).where(Job.state == JobState.DEAD)).all()


def test_it_is_not_loaded_over_a_shop_that_works(shop: Flask) -> None:
    refused = shop.test_cli_runner().invoke(args=["demo", "load"])
    assert refused.exit_code == 2
    assert "already" in refused.stderr


@pytest.mark.parametrize(
    "who",
    [
        "clerk",
        "clerk.krakow",
        "shift.lead",
        "manager",
        "marketing",
        "accountant",
        "integrator",
        "admin",
    ],
)
def test_somebody_of_each_role_can_sign_in(shop: Flask, who: str) -> None:
    with shop.app_context():
        assert any(f"{who}@verso.test" in line for line in demo.sign_in_lines())
    client = shop.test_client()
    answer = client.post("/sign-in", data={"email": f"{who}@verso.test", "password": PASSWORD})
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    assert "sign-in" not in answer.headers["Location"]
