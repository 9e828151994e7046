"""Roles: what they may do is changed by who may do it himself, and somebody is always left."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actor import Actor, acting_as
from app.db import close_session, session, transact
from app.models import Audit, Role
from modules.organization.errors import BeyondOwnReach, LastAdministrator
from modules.organization.operations import roles, staff
from tests.access.people import PASSWORD, actor, hire

SignIn = Callable[..., FlaskClient]


def role(code: str) -> Role:
    close_session()
    found = session.scalars(select(Role).where(Role.code == code)).one()
    close_session()
    return found


def change(code: str, **changes: Any) -> None:
    found = role(code)
    given = {
        "name": found.name,
        "permissions": found.permissions,
        "limits": found.limits or {},
        **changes,
    }
    transact(lambda: roles.update_role(role_id=found.id, **given))


def test_a_role_that_is_changed_is_so_with_the_next_click(app: Flask, client_as: SignIn) -> None:
    clerk = client_as("clerk")
    assert clerk.get("/stock/items").status_code == 200
    change("clerk", permissions=["orders.view"])
    assert clerk.get("/stock/items").status_code == 403
    told = session.scalars(select(Audit).where(Audit.ref_kind == "role")).one()
    assert "stock.view" in (told.old or {})["permissions"]


def test_nobody_gives_a_role_what_he_does_not_hold_himself(app: Flask) -> None:
    half = Actor(
        kind="staff",
        id=1,
        name="Half",
        grants={"staff.edit": None, "orders.view": None},
        limits={"refund": {None: 100}},
    )
    with acting_as(half):
        with pytest.raises(BeyondOwnReach):
            transact(
                lambda: roles.create_role(name="Cash", permissions=["payments.refund"], limits={})
            )
        transact(lambda: roles.create_role(name="Eyes", permissions=["orders.view"], limits={}))


def test_nobody_widens_a_limit_beyond_his_own(app: Flask) -> None:
    grants = {"staff.edit": None, "payments.refund": None}
    lead = Actor(kind="staff", id=1, name="Lead", grants=grants, limits={"refund": {None: 500_00}})
    others = {**(role("shift_lead").limits or {})}
    with acting_as(lead):
        for most in (None, 500_01):
            with pytest.raises(BeyondOwnReach):
                change("shift_lead", limits={**others, "refund": most})
        with pytest.raises(BeyondOwnReach):
            change("shift_lead", limits={"refund": 400_00})  # the others would have no end
        change("shift_lead", limits={**others, "refund": 400_00})
    assert role("shift_lead").limits == {**others, "refund": 400_00}


def test_a_permission_is_not_given_with_a_wider_limit_than_ones_own(app: Flask) -> None:
    grants = {"staff.edit": None, "payments.refund": None}
    lead = Actor(kind="staff", id=1, name="Lead", grants=grants, limits={"refund": {None: 500_00}})
    with acting_as(lead):
        made = transact(
            lambda: roles.create_role(name="Till", permissions=[], limits={"refund": None})
        )
        close_session()
        for most in (None, 500_01):
            with pytest.raises(BeyondOwnReach):
                change(made.code, permissions=["payments.refund"], limits={"refund": most})
        change(made.code, permissions=["payments.refund"], limits={"refund": 500_00})


def test_who_may_not_do_something_sets_no_limit_of_it(app: Flask) -> None:
    people = Actor(kind="staff", id=1, name="People", grants={"staff.edit": None})
    with acting_as(people), pytest.raises(BeyondOwnReach):
        change("shift_lead", limits={"refund": None})


def test_nobody_takes_over_the_sign_in_of_who_may_do_more(app: Flask) -> None:
    def let_in() -> int:
        return staff.create_staff(
            email="boss@access.example", name="Boss", password=PASSWORD, role="administrator"
        ).id

    boss = transact(let_in)
    close_session()
    people = Actor(kind="staff", id=boss + 1, name="People", grants={"staff.edit": None})
    acts: dict[str, Callable[[], object]] = {
        "password": lambda: staff.set_password(account_id=boss, password="nine blue kettles"),
        "factor": lambda: staff.take_second_factor_off(account_id=boss),
        "sign-in": lambda: staff.update_staff(
            account_id=boss, version=1, name="Boss", email="mine@access.example"
        ),
    }
    for act in acts.values():
        with acting_as(people), pytest.raises(BeyondOwnReach):
            transact(act)
    with acting_as(people):
        transact(
            lambda: staff.update_staff(
                account_id=boss, version=1, name="The boss", email="boss@access.example"
            )
        )


def test_a_role_with_wider_limits_is_not_given_on(app: Flask) -> None:
    grants = dict.fromkeys(role("store_manager").permissions)
    boss = Actor(
        kind="staff",
        id=1,
        name="Boss",
        grants={**grants, "staff.edit": None},
        limits={"refund": {None: 100}},
    )
    let_in: dict[str, Any] = {"email": "ola@access.example", "name": "Ola", "password": PASSWORD}
    with acting_as(boss):
        with pytest.raises(BeyondOwnReach):
            transact(lambda: staff.create_staff(**let_in, role="store_manager"))
        transact(lambda: staff.create_staff(**let_in, role="clerk"))


def test_the_last_administrator_keeps_letting_people_in(app: Flask) -> None:
    ada = hire("Ada", "administrator")
    left = [one for one in role("administrator").permissions if one != "staff.edit"]
    with acting_as(actor(ada)), pytest.raises(LastAdministrator):
        change("administrator", permissions=left)


def test_a_role_of_the_house_is_brought_back(app: Flask, client_as: SignIn) -> None:
    before = role("clerk")
    change("clerk", permissions=[], limits={})
    boss = client_as("administrator")
    assert boss.post(f"/organization/roles/{before.id}/restoration").status_code == 303
    assert set(role("clerk").permissions) == set(before.permissions)
    assert boss.post(f"/organization/roles/{before.id}/removal").status_code == 409


def test_an_own_role_is_made_changed_and_removed_on_its_pages(
    app: Flask, client_as: SignIn
) -> None:
    boss = client_as("administrator")
    sent = {"name": "Night shift", "permissions": ["orders.view"], "refund": "150,00"}
    made = boss.post("/organization/roles", data=sent)
    assert made.status_code == 303
    kept = session.scalars(select(Role).where(Role.name == "Night shift")).one()
    assert (kept.permissions, (kept.limits or {})["refund"]) == (["orders.view"], 150_00)
    close_session()
    assert "Night shift" in boss.get("/organization/roles").get_data(as_text=True)
    assert boss.post("/organization/roles", data=sent).status_code == 422
    path = f"/organization/roles/{kept.id}"
    assert "150.00" in boss.get(path).get_data(as_text=True)
    assert boss.post(path, data={**sent, "permissions": ["stock.view"]}).status_code == 303
    assert boss.post(f"{path}/removal").status_code == 303
    assert boss.get(path).status_code == 404


def test_an_administrator_of_one_store_sees_roles_and_changes_none(
    app: Flask, client_as: SignIn
) -> None:
    boss = client_as("administrator", store_id=1)
    assert boss.get("/organization/roles").status_code == 200
    assert boss.get(f"/organization/roles/{role('clerk').id}").status_code == 403


def test_the_list_of_roles_says_how_many_people_hold_each(app: Flask, client_as: SignIn) -> None:
    client_as("clerk"), client_as("clerk", store_id=1)
    shown = client_as("administrator").get("/organization/roles").get_data(as_text=True)
    assert "2 people hold it" in shown
    assert "nobody holds it" in shown
