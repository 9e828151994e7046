"""Who opens the papers: they say where a buyer lives, so not everybody who sees that they exist."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import close_session, session, transact
from app.models import Role
from app.reference import Reference
from modules import invoicing
from tests.orders.cast import place, read, ship_all, stock_the_shop


@pytest.fixture
def papers(api: FlaskClient) -> list[Any]:
    stock_the_shop()
    order = place(api)
    ship_all(api, order)
    parcel = read(api, order)["parcels"][0]
    found = invoicing.documents_of(
        Reference("order", int(order["id"])), Reference("parcel", int(parcel["id"]))
    )
    close_session()
    assert found
    return found


def _without(role: str, *permissions: str) -> None:
    def work() -> None:
        kept = session.scalars(select(Role).where(Role.code == role)).one()
        kept.permissions = [one for one in kept.permissions if one not in permissions]

    transact(work)


@pytest.mark.parametrize("role", ["clerk", "store_manager", "accountant"])
def test_who_sees_contacts_or_keeps_the_books_opens_them(
    client_as: Callable[..., FlaskClient], papers: list[Any], role: str
) -> None:
    client = client_as(role)
    for one in papers:
        close_session()
        assert client.get(f"/invoicing/{one.id}.pdf").status_code in (200, 202)


@pytest.mark.parametrize("role", ["clerk", "accountant"])
def test_who_sees_no_contacts_knows_of_them_and_opens_none(
    client_as: Callable[..., FlaskClient], papers: list[Any], role: str
) -> None:
    _without(role, "customers.personal.view", "invoices.open")
    client = client_as(role)
    close_session()
    listed = client.get("/invoicing/")
    for one in papers:
        assert one.number in listed.text
        assert f"/invoicing/{one.id}.pdf" not in listed.text
        close_session()
        assert client.get(f"/invoicing/{one.id}.pdf").status_code == 403
        close_session()
        assert ".pdf" not in client.get(f"/search?q={one.number}").text
