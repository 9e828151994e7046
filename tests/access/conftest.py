"""The two stores, built once; each request is undone as soon as it is looked at."""

from collections.abc import Iterator

import pytest

from tests.access.world import World, build
from tests.conftest import open_house
from tests.databases import Databases


@pytest.fixture(scope="session")
def world(databases: Databases) -> Iterator[World]:
    """Two stores with one record of each kind in both."""
    url = databases.new_database()
    with open_house(databases, url) as house:
        yield build(house)
    databases.drop_database(url)
