"""Groups of promotions on the screen: made, changed with effect, deleted where unused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from modules.promotions import queries
from modules.promotions.published import published as book
from tests.orders.screens import form_to, page, press, text_of
from tests.promotions.cast import published

pytestmark = pytest.mark.usefixtures("app")
SignIn = Callable[..., FlaskClient]
NEW = "/promotions/groups/new"


@pytest.fixture
def manager(client_as: SignIn) -> FlaskClient:
    return client_as("marketing_manager")


def make(manager: FlaskClient, **typed: Any) -> Any:
    sent = {"name": "Only the best sale", "code": "SALES", "mode": "best_for_customer", **typed}
    answer = press(manager, form_to(page(manager, NEW), "/groups/new"), **sent)
    close_session()
    return answer


def group(code: str = "SALES") -> Any:
    found = next((one for one in queries.list_groups() if one.code == code), None)
    close_session()
    return found


def test_a_group_is_made_and_offered_to_promotions(manager: FlaskClient) -> None:
    assert make(manager).status_code == 303
    assert "Only the best sale" in text_of(manager.get("/promotions/groups"))
    assert "Only the best sale" in text_of(manager.get("/promotions/new"))
    again = make(manager)
    assert again.status_code == 422
    assert "There is a group SALES already" in text_of(again)


def test_what_is_published_is_grouped_anew_once_its_group_changes(manager: FlaskClient) -> None:
    make(manager)
    published(group="SALES")
    before = book().mark
    close_session()
    path = f"/promotions/groups/{group().id}"
    form = form_to(page(manager, path), path)
    press(manager, form, mode="most", most="2", priority="5")
    close_session()
    changed = group()
    assert (changed.mode, changed.most, changed.priority) == ("most", 2, 5)
    assert book().mark != before
    close_session()
    assert "Changed by Marketing Manager" in text_of(manager.get(path))


def test_a_group_goes_only_where_no_promotion_is_in_it(manager: FlaskClient) -> None:
    make(manager)
    published(group="SALES")
    path = f"/promotions/groups/{group().id}/deletion"
    refused = manager.post(path)
    assert refused.status_code == 409
    assert "1 promotion is in this group" in text_of(refused)
    close_session()
    make(manager, code="IDLE")
    assert manager.post(f"/promotions/groups/{group('IDLE').id}/deletion").status_code == 303
    close_session()
    assert group("IDLE") is None
    usual = manager.post(f"/promotions/groups/{group('line').id}/deletion")
    assert usual.status_code == 409


def test_the_sentence_of_the_house_stays_so_unless_somebody_writes_another(
    manager: FlaskClient,
) -> None:
    said = group("line").name
    path = f"/promotions/groups/{group('line').id}"
    press(manager, form_to(page(manager, path), path), priority="7")
    close_session()
    assert (group("line").name, group("line").priority) == (said, 7)


def test_who_only_reads_promotions_changes_no_group(client_as: SignIn) -> None:
    reader = client_as("store_manager")
    assert reader.get("/promotions/groups").status_code == 200
    assert reader.get(NEW).status_code == 403
