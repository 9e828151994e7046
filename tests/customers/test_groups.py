"""Groups, birthdays and what other systems have learned: who is meant by a price or a promotion."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import unit_of_work
from app.errors import InvalidInput, StaleEdit
from modules import customers
from modules.customers import operations
from modules.customers.facts import get_group
from modules.customers.matching import BuyerKeys


def test_a_customer_is_in_the_groups_that_were_ticked_and_in_no_other(app: Flask) -> None:
    with unit_of_work():
        operations.create_group(code="STAFF", name="Employees")
        operations.create_group(code="CLUB", name="Chess club")
        own = operations.create_customer(name="Ewa", groups=["STAFF"], birthday="2-29")
        operations.update_customer(customer_id=own.id, version=own.version, groups=["CLUB"])
        customer_id = own.id
    found = customers.facts_of(customer_id)
    assert found.groups == {"CLUB"}
    assert found.birthday == (2, 29)


def test_an_archived_group_means_nobody_but_forgets_nobody(app: Flask) -> None:
    with unit_of_work():
        group = operations.create_group(code="CLUB", name="Chess club")
        own = operations.create_customer(name="Ewa", groups=["CLUB"])
        operations.update_group(code="CLUB", version=group.version, name="Club", archived=True)
        assert customers.facts_of(own.id).groups == frozenset()
        operations.set_groups(customer_id=own.id, codes=[])
        operations.update_group(code="CLUB", version=get_group("CLUB").version, name="Club")
        assert customers.facts_of(own.id).groups == {"CLUB"}


def test_what_is_no_group_and_no_birthday_is_refused(app: Flask) -> None:
    with unit_of_work():
        with pytest.raises(InvalidInput, match="no customer group"):
            operations.create_customer(name="Ewa", groups=["NOBODY"])
        for typed in ("02-30", "13-01", "x"):
            with pytest.raises(InvalidInput, match="month and the day"):
                operations.create_customer(name="Ewa", birthday=typed)


def test_of_two_who_change_a_group_the_second_is_told(app: Flask) -> None:
    with unit_of_work():
        group = operations.create_group(code="CLUB", name="Chess club")
        seen = group.version
        operations.update_group(code="CLUB", version=seen, name="Go club")
        with pytest.raises(StaleEdit):
            operations.update_group(code="CLUB", version=seen, name="Bridge club")


def test_who_would_be_matched_is_known_before_the_order(app: Flask) -> None:
    keys = BuyerKeys(email="ewa@example.com")
    with unit_of_work():
        assert customers.find_buyer(keys) is None
        own = customers.match_or_create(keys)
        assert customers.find_buyer(keys) == own
        assert customers.find_buyer(BuyerKeys()) is None


def test_a_program_puts_customers_in_groups_and_tells_their_stage(
    api: FlaskClient,
) -> None:
    made = api.post("/api/v1/customer-groups", json={"code": "CLUB", "name": "Chess club"})
    assert made.status_code == 201
    again = api.post("/api/v1/customer-groups", json={"code": "CLUB", "name": "Other"})
    assert again.status_code == 409
    body = {"name": "Ewa", "groups": ["CLUB"], "birthday": "05-17"}
    own = api.post("/api/v1/customers", json=body).get_json()
    assert (own["groups"], own["birthday"]) == (["CLUB"], "05-17")
    facts = {"stage": "core", "segments": ["runners"]}
    told = api.post(f"/api/v1/customers/{own['number']}/facts", json=facts).get_json()
    assert (told["stage"], told["segments"]) == ("core", ["runners"])
    wrong = api.post(f"/api/v1/customers/{own['number']}/facts", json={"stage": "best"})
    assert wrong.status_code == 422
    left = api.patch(
        f"/api/v1/customers/{own['number']}",
        json={"groups": []},
        headers={"If-Match": str(own["version"])},
    )
    assert left.get_json()["groups"] == []


def test_a_manager_makes_a_group_and_a_clerk_puts_nobody_in_it(
    client_as: Callable[..., FlaskClient],
) -> None:
    manager: FlaskClient = client_as("store_manager")
    page = manager.get("/customers/groups").get_data(as_text=True)
    assert "No groups yet" in page
    sent = {"code": "STAFF", "name": "Employees"}
    assert manager.post("/customers/groups", data=sent).status_code == 303
    with unit_of_work():
        own = operations.create_customer(name="Ewa")
        number, version = own.id, own.version
    form = {"name": "Ewa", "kind": "person", "locale": "pl", "groups": ["STAFF"]}
    clerk: FlaskClient = client_as("clerk")
    clerk.post(f"/customers/{number}", data={**form, "version": version})
    assert customers.facts_of(number).groups == frozenset()
    assert clerk.post("/customers/groups", data=sent).status_code == 403
    manager.post(f"/customers/{number}", data={**form, "version": version + 1})
    assert customers.facts_of(number).groups == {"STAFF"}
