"""The search over everything names nobody and no store that the settings would not show."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from modules import organization
from tests.organization.cast import let_in, open_location, open_store
from tests.organization.test_screens import text_of

SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _two_stores(app: object) -> None:
    krakow = open_store()
    open_location(krakow)
    let_in("ola@example.test", name="Ola Krakowska", store_id=krakow.id)
    let_in("jan@example.test", name="Jan Krakowski", store_id=organization.get_store("MAIN").id)


def hits(client: FlaskClient, words: str) -> str:
    return text_of(client.get("/search", query_string={"q": words}))


def test_who_runs_all_stores_finds_each_of_them_and_everybody(client_as: SignIn) -> None:
    said = hits(client_as("administrator"), "krakow")
    assert "Kraków Floriańska" in said
    assert "Ola Krakowska" in said
    assert "Jan Krakowski" in said


def test_who_runs_one_store_finds_its_people_and_no_other_store(client_as: SignIn) -> None:
    main = organization.get_store("MAIN").id
    said = hits(client_as("administrator", store_id=main), "krakow")
    assert "Jan Krakowski" in said
    assert "Ola Krakowska" not in said
    assert "Floriańska" not in said


def test_a_clerk_finds_his_store_and_nobody(client_as: SignIn) -> None:
    main = organization.get_store("MAIN").id
    clerk = client_as("clerk", store_id=main)
    assert "Krakowski" not in hits(clerk, "krakow")
    assert "Floriańska" not in hits(clerk, "krakow")
    assert "Main store" in hits(clerk, "main store")
