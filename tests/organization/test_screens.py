"""The settings, as people use them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import tokens
from app.db import session, transact
from app.models import Account, ApiToken
from modules.organization import operations, queries
from modules.organization.models import Staff
from tests.organization.cast import PASSWORD, let_in, open_channel, open_location, open_store

PAGES = [
    "/organization/",
    "/organization/stores",
    "/organization/stores/new",
    "/organization/stores/MAIN",
    "/organization/stores/MAIN/locations/new",
    "/organization/locations/MAIN",
    "/organization/channels",
    "/organization/channels/new",
    "/organization/channels/web",
    "/organization/methods",
    "/organization/shipping-methods/courier",
    "/organization/payment-methods/cod",
    "/organization/taxes",
    "/organization/taxes/standard",
    "/organization/staff",
    "/organization/staff/new",
    "/organization/tokens",
    "/organization/tokens/new",
]


FOR_ADMINISTRATORS = [
    "/organization/staff",
    "/organization/staff/new",
    "/organization/tokens",
    "/organization/tokens/new",
]


@pytest.fixture
def admin(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as("administrator")


def page_of(answer: TestResponse) -> Any:
    return html.document_fromstring(answer.get_data(as_text=True))


def text_of(answer: TestResponse) -> str:
    page = page_of(answer)
    return " ".join(page.text_content().split())


def form_of(answer: TestResponse, action: str) -> dict[str, Any]:
    """Return what a browser would send of the form with this action, unchanged."""
    page = page_of(answer)
    (form,) = [one for one in page.forms if one.get("action") == action]
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


# --- every page -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_page_of_the_settings_opens(admin: FlaskClient, path: str, language: str) -> None:
    admin.set_cookie("language", language)
    assert admin.get(path).status_code == 200


def test_a_polish_page_speaks_polish(admin: FlaskClient) -> None:
    admin.set_cookie("language", "pl")
    said = text_of(admin.get("/organization/stores"))
    assert "Otwórz nowy sklep" in said
    assert "Open a store" not in said
    assert "Sala sprzedaży" in said


def test_somebody_new_begins_in_the_store_in_which_one_works(admin: FlaskClient) -> None:
    open_store("RYNEK")
    store = queries.get_store("RYNEK").id
    chosen = "//select[@name='store_id']/option[@selected]/@value"
    assert page_of(admin.get("/organization/staff/new")).xpath(chosen) in ([], [""])
    admin.post("/organization/store", data={"store": str(store)})
    assert page_of(admin.get("/organization/staff/new")).xpath(chosen) == [str(store)]


@pytest.mark.parametrize("path", FOR_ADMINISTRATORS)
def test_a_clerk_is_let_into_neither_staff_nor_tokens(
    client_as: Callable[..., FlaskClient], path: str
) -> None:
    clerk = client_as("clerk")
    assert clerk.get(path).status_code == 403
    assert path not in clerk.get("/organization/").get_data(as_text=True)
    assert clerk.post("/organization/staff", data={"name": "x"}).status_code == 403
    assert clerk.post("/organization/tokens", data={"name": "x"}).status_code == 403
    assert session.scalar(select(ApiToken.id)) is None


@pytest.mark.parametrize("path", PAGES[:11])
def test_a_clerk_reads_the_settings_and_changes_nothing(
    client_as: Callable[..., FlaskClient], path: str
) -> None:
    clerk = client_as("clerk")
    reading = not path.endswith("/new")
    assert clerk.get(path).status_code == (200 if reading else 403)
    assert clerk.post("/organization/stores/MAIN", data={"name": "Mine"}).status_code == 403
    assert clerk.post("/organization/company", data={"name": "Mine"}).status_code == 403
    assert queries.get_store("MAIN").name == "Main store"


def test_a_store_of_others_is_not_there(client_as: Callable[..., FlaskClient]) -> None:
    open_location(open_store())
    clerk = client_as("clerk", store_id=queries.get_store("MAIN").id)
    assert clerk.get("/organization/stores/MAIN").status_code == 200
    assert clerk.get("/organization/stores/KRK1").status_code == 404
    assert clerk.get("/organization/locations/KRK1-FLOOR").status_code == 404
    assert "Kraków" not in text_of(clerk.get("/organization/stores"))


# --- records ----------------------------------------------------------------------------------


def test_the_company_is_saved_and_its_changes_stand_beside_it(admin: FlaskClient) -> None:
    form = form_of(admin.get("/organization/"), "/organization/company")
    form |= {"name": "Łan Odzież sp. z o.o.", "vat_id": "5260250995"}
    assert admin.post("/organization/company", data=form).status_code == 303
    said = text_of(admin.get("/organization/"))
    assert "PL5260250995" in admin.get("/organization/").get_data(as_text=True)
    assert "Name: My company → Łan Odzież sp. z o.o." in said
    assert "by Administrator" in said


def test_a_wrong_vat_id_is_said_beside_its_field_and_what_was_typed_stays(
    admin: FlaskClient,
) -> None:
    form = form_of(admin.get("/organization/"), "/organization/company")
    answer = admin.post("/organization/company", data={**form, "vat_id": "5260250996"})
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.get_element_by_id("vat_id").get("value") == "5260250996"
    assert "check digit" in page.get_element_by_id("vat_id-error").text_content()


def test_a_store_is_opened_with_a_location_that_serves_a_channel(admin: FlaskClient) -> None:
    web = queries.get_channel("web")
    new = form_of(admin.get("/organization/stores/new"), "/organization/stores")
    new |= {"code": "KRK1", "name": "Kraków Floriańska", "mon": "09:00-20:00"}
    answer = admin.post("/organization/stores", data=new)
    assert answer.location.endswith("/organization/stores/KRK1")
    action = "/organization/stores/KRK1/locations"
    place = form_of(admin.get(f"{action}/new"), action)
    place |= {"code": "KRK1-F", "name": "Salon", "channels": [str(web.id)]}
    assert admin.post(action, data=place).status_code == 303
    session.expire_all()
    assert queries.get_store("KRK1").opening_hours == {"mon": "09:00-20:00"}
    assert "KRK1-F" in [one.code for one in queries.channel_for_intake("web").locations]


def test_of_two_who_edit_a_store_the_second_is_told(admin: FlaskClient) -> None:
    path = "/organization/stores/MAIN"
    mine = theirs = form_of(admin.get(path), path)
    assert admin.post(path, data={**theirs, "name": "Theirs"}).status_code == 303
    answer = admin.post(path, data={**mine, "name": "Mine"})
    assert answer.status_code == 409
    assert "Administrator changed this record" in text_of(answer)
    session.expire_all()
    assert queries.get_store("MAIN").name == "Theirs"
    # What was typed stays, and now that it is known, it may be saved.
    again = form_of(answer, path)
    assert again["name"] == "Mine"
    assert admin.post(path, data=again).status_code == 303


def test_a_channel_is_served_in_the_turn_that_was_typed(admin: FlaskClient) -> None:
    store = open_store()
    a, b = open_location(store, "A", name="A"), open_location(store, "B", name="B")
    open_channel(locations=[a.id])
    path = "/organization/channels/allegro"
    form = form_of(admin.get(path), path)
    assert (form[f"rank-{a.id}"], form[f"rank-{b.id}"]) == ("1", "")
    form |= {f"rank-{a.id}": "5", f"rank-{b.id}": "2"}
    assert admin.post(path, data=form).status_code == 303
    assert [one.code for one in queries.channel_for_intake("allegro").locations] == ["B", "A"]
    answer = admin.post(path, data={**form, f"rank-{a.id}": "first"})
    assert answer.status_code in (409, 422)
    assert "number from 1 to 99" in text_of(answer)


def test_methods_and_rates_are_added_on_screen(admin: FlaskClient) -> None:
    data = {"shipping-code": "inpost", "shipping-name": "InPost", "shipping-kind": "locker"}
    assert admin.post("/organization/shipping-methods", data=data).status_code == 303
    assert queries.get_shipping_method("inpost").needs_point is True
    assert admin.post("/organization/shipping-methods", data=data).status_code == 422
    pay = {"payment-code": "blik", "payment-name": "BLIK", "payment-kind": "gateway"}
    assert admin.post("/organization/payment-methods", data=pay).status_code == 303
    rate = {"rate_bp": "5,5", "valid_from": "2099-01-01"}
    assert admin.post("/organization/taxes/reduced2/rates", data=rate).status_code == 303
    assert "5.5" in text_of(admin.get("/organization/taxes"))
    wrong = admin.post("/organization/taxes/reduced2/rates", data={**rate, "rate_bp": "a lot"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("path", ["stores", "channels", "methods", "taxes"])
def test_the_statements_of_a_page_do_not_grow_with_the_house(
    admin: FlaskClient, statements: Callable[[], Any], path: str
) -> None:
    admin.get(f"/organization/{path}")
    with statements() as few:
        admin.get(f"/organization/{path}")
    store = open_store()
    for number in range(10):
        open_location(store, f"L{number}")
        open_channel(f"c{number}")
    with statements() as many:
        admin.get(f"/organization/{path}")
    assert len(many) == len(few)


# --- people -----------------------------------------------------------------------------------


def test_somebody_is_let_in_given_a_role_and_shut_out_on_screen(
    admin: FlaskClient, app: Flask
) -> None:
    main = queries.get_store("MAIN").id
    person = {"name": "Ola Wójcik", "email": "ola@example.test", "password": PASSWORD}
    answer = admin.post(
        "/organization/staff", data={**person, "role": "clerk", "store_id": str(main)}
    )
    staff = session.scalars(select(Staff).where(Staff.email == "ola@example.test")).one()
    path = f"/organization/staff/{staff.id}"
    assert answer.location.endswith(path)
    data = {"grant-role": "accountant", "grant-store_id": ""}
    assert admin.post(f"{path}/roles", data=data).status_code == 303
    assert {(g.role.code, g.store_id) for g in queries.list_grants(staff.id)} == {
        ("clerk", main),
        ("accountant", None),
    }
    grant = queries.list_grants(staff.id)[0]
    assert admin.post(f"{path}/roles/{grant.id}/removal").status_code == 303
    ola = app.test_client()
    ola.post("/sign-in", data={"email": "ola@example.test", "password": PASSWORD})
    assert ola.get("/profile").status_code == 200
    assert admin.post(f"{path}/closing").status_code == 303
    assert ola.get("/profile").status_code == 302
    assert "This account is closed" in text_of(admin.get(path))


def test_a_new_password_set_on_screen_is_never_shown_again(admin: FlaskClient) -> None:
    staff = let_in()
    path = f"/organization/staff/{staff.id}"
    weak = admin.post(f"{path}/password", data={"new-password": "short"})
    assert weak.status_code == 422
    done = admin.post(f"{path}/password", data={"new-password": "eleven dry socks"})
    assert done.status_code == 303
    for answer in (weak, admin.get(path), admin.get("/organization/staff")):
        assert "short" not in form_of(answer, path).values() if answer is weak else True
        assert "eleven dry socks" not in answer.get_data(as_text=True)


def test_the_last_administrator_is_told_why_he_stays(admin: FlaskClient) -> None:
    boss = session.scalars(
        select(Account).where(Account.email == "administrator.all@example.test")
    ).one()
    staff = let_in("second@example.test", role="administrator")
    path = f"/organization/staff/{staff.id}"
    assert admin.post(f"{path}/closing").status_code == 303
    assert boss.disabled_at is None
    assert admin.get("/organization/staff/999999").status_code == 404


# --- tokens -----------------------------------------------------------------------------------


def test_the_text_of_a_token_is_shown_once_and_kept_nowhere(
    client_as: Callable[..., FlaskClient], app: Flask
) -> None:
    integrator = client_as("integrator")
    data = {"name": "night script", "scopes": ["organization:read"]}
    answer = integrator.post("/organization/tokens", data=data)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    page = page_of(answer)
    token = page.get_element_by_id("token-text").get("value")
    assert token.startswith("vrt_")
    # Neither an address nor a cookie carried it, and no other page has it.
    assert answer.location is None
    assert all(token not in value for value in answer.headers.getlist("Set-Cookie"))
    assert token not in integrator.get("/organization/tokens").get_data(as_text=True)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert program.get("/api/v1/stores").status_code == 200
    (kept,) = tokens.list_tokens()
    assert integrator.post(f"/organization/tokens/{kept.id}/revocation").status_code == 303
    assert program.get("/api/v1/stores").status_code == 401
    assert "night script" not in text_of(integrator.get("/organization/tokens"))


def test_a_token_wants_a_scope_and_an_integrator_gives_not_everything(
    client_as: Callable[..., FlaskClient],
) -> None:
    integrator = client_as("integrator")
    none = integrator.post("/organization/tokens", data={"name": "night script"})
    assert (none.status_code, "at least one scope" in text_of(none)) == (422, True)
    data = {"name": "night script", "scopes": ["admin"]}
    everything = integrator.post("/organization/tokens", data=data)
    assert (everything.status_code, tokens.list_tokens()) == (422, [])


def test_a_token_does_as_much_alone_as_its_form_says(
    client_as: Callable[..., FlaskClient],
) -> None:
    integrator = client_as("integrator")
    data = {"name": "till", "scopes": ["organization:read"], "refund": "250,00"}
    wrong = integrator.post("/organization/tokens", data=data | {"refund": "-1"})
    assert (wrong.status_code, tokens.list_tokens()) == (422, [])
    assert integrator.post("/organization/tokens", data=data).status_code == 201
    (kept,) = tokens.list_tokens()
    assert kept.limits == {"refund": 250_00}


def test_a_form_that_is_sent_twice_makes_one_token(client_as: Callable[..., FlaskClient]) -> None:
    integrator = client_as("integrator")
    data = {"name": "night script", "scopes": ["organization:read"]}
    assert integrator.post("/organization/tokens", data=data).status_code == 201
    again = integrator.post("/organization/tokens", data=data)
    assert (again.status_code, "There is a token “night script” already" in text_of(again)) == (
        422,
        True,
    )
    (kept,) = tokens.list_tokens()
    integrator.post(f"/organization/tokens/{kept.id}/revocation")
    assert integrator.post("/organization/tokens", data=data).status_code == 201


# --- the store one works in -------------------------------------------------------------------


def test_one_chooses_among_the_stores_that_one_may_see(
    client_as: Callable[..., FlaskClient],
) -> None:
    main, other = queries.get_store("MAIN"), open_store()
    clerk = client_as("clerk")
    assert "All stores" in text_of(clerk.get("/organization/"))
    chosen = clerk.post(
        "/organization/store", data={"store": str(other.id), "next": "/organization/channels"}
    )
    assert (chosen.status_code, chosen.location) == (303, "/organization/channels")
    page = page_of(clerk.get("/organization/"))
    assert page.find_class("v-store")[0].text_content().strip().startswith("Kraków Floriańska")
    clerk.post("/organization/store", data={"store": ""})
    page = page_of(clerk.get("/organization/"))
    assert page.find_class("v-store")[0].text_content().strip().startswith("All stores")
    assert main.name in text_of(clerk.get("/organization/"))


def test_a_store_of_others_cannot_be_chosen(client_as: Callable[..., FlaskClient]) -> None:
    main, other = queries.get_store("MAIN"), open_store()
    clerk = client_as("clerk", store_id=main.id)
    assert clerk.post("/organization/store", data={"store": str(other.id)}).status_code == 404
    assert clerk.post("/organization/store", data={"store": "x"}).status_code == 404
    with clerk.session_transaction() as cookie:
        cookie["store"] = other.id  # as if it had been his once
    page = clerk.get("/organization/").get_data(as_text=True)
    assert "Kraków" not in page
    assert "Main store" in page


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test", ""])
def test_a_switch_of_stores_sends_nobody_to_another_site(admin: FlaskClient, target: str) -> None:
    answer = admin.post("/organization/store", data={"store": "", "next": target})
    assert answer.location == "/"


def test_the_shell_asks_one_statement_for_company_and_stores(
    client_as: Callable[..., FlaskClient], statements: Callable[[], Any]
) -> None:
    clerk = client_as("clerk")
    with statements() as asked:
        clerk.get("/profile")
    about_shell = [one for one in asked if "company" in one]
    assert len(about_shell) == 1
    for number in range(5):
        open_store(f"S{number}")
    with statements() as more:
        clerk.get("/profile")
    assert len(more) == len(asked)


def test_before_sign_in_nothing_of_the_house_is_told(
    client: FlaskClient, statements: Callable[[], Any]
) -> None:
    transact(lambda: operations.update_company(version=1, name="Łan Odzież sp. z o.o."))
    with statements() as asked:
        answer = client.get("/sign-in")
    assert "Łan" not in answer.get_data(as_text=True)
    assert not [one for one in asked if "company" in one]


def test_who_may_not_is_told_in_words_what_his_role_lacks(
    client_as: Callable[..., FlaskClient],
) -> None:
    refused = client_as("clerk").get("/organization/staff")

    assert refused.status_code == 403
    told = refused.get_data(as_text=True)
    assert "Let people in and give them roles" in told
    assert "staff.edit" not in told
    ground = client_as("clerk").get("/jobs").text
    assert "See jobs" in ground
    assert "jobs.view" not in ground
