"""Who comes in here: an administrator and a program, in a house with some of everything."""

import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import open_house
from tests.databases import Databases
from tests.hostile.world import fill
from tests.orders.cast import stock_the_shop


class Unchecked(FlaskClient):
    """A browser whose pages are looked at by the test alone."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def unchecked(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages hold what the look at every page takes for a fault: `{{` that somebody typed."""
    monkeypatch.setattr(house, "test_client_class", Unchecked)


@pytest.fixture
def filled(app: Flask, api: FlaskClient) -> Flask:
    """The house with one record of each kind."""
    fill(api)
    return app


@pytest.fixture
def stocked(app: Flask) -> Flask:
    """The house with goods to sell and no more: half a second less than `filled`."""
    stock_the_shop(shirts=100, dresses=100)
    return app


@pytest.fixture
def admin(filled: Flask, client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser of somebody who may do all."""
    return client_as("administrator")


@pytest.fixture
def strict_house(databases: Databases) -> Iterator[Flask]:
    """A house that asks for the csrf mark, as it does when it runs."""
    url = databases.new_database()
    with open_house(databases, url, WTF_CSRF_ENABLED=True) as house:
        yield house
    databases.drop_database(url)
