"""The screens of customers, as people use them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session, transact
from modules.customers import (
    BuyerKeys,
    CustomerRow,
    get_customer,
    import_customers,
    list_identities,
    match_or_create,
)
from modules.customers.models import Identity
from tests.customers.cast import identities_of, known, rumoured

Clients = Callable[..., FlaskClient]
MAIL, PHONE = "m.szczesna@poczta.example", "+48502118764"


@pytest.fixture
def clerk(client_as: Clients) -> FlaskClient:
    return client_as("clerk")


def newest(name: str) -> int:
    from modules.customers import list_customers

    session.expire_all()
    return int(list_customers(q=name)[0].id)


def test_the_list_begins_with_what_can_be_done(clerk: FlaskClient) -> None:
    page = clerk.get("/customers/").text
    assert "Customers will stand here" in page
    assert "/customers/new" in page


@pytest.mark.parametrize("words", ["szczęsna", "SZCZESNA", "118 764", "poczta.ex", "magda szcz"])
def test_somebody_is_found_by_any_fragment(clerk: FlaskClient, words: str) -> None:
    known(email=MAIL, phone=PHONE)
    known("Jan Nowak", email="jan@inna.example")
    page = clerk.get("/customers/", query_string={"q": words}).text
    assert "Magdalena Szczęsna" in page
    assert "Jan Nowak" not in page


def test_a_search_without_a_hit_offers_to_add_him(clerk: FlaskClient) -> None:
    page = clerk.get("/customers/?q=Zenon<script>").text
    assert "Nobody matches “Zenon&lt;script&gt;”" in page
    assert "/customers/new?name=Zenon" in page


def test_three_fields_make_a_customer(clerk: FlaskClient) -> None:
    answer = clerk.post(
        "/customers/", data={"name": "Magdalena Szczęsna", "email": MAIL, "phone": "502 118 764",
                             "kind": "person", "locale": "pl"},
    )  # fmt: skip
    key = newest("szczesna")
    assert answer.status_code == 303
    assert answer.location == f"/customers/{key}"
    assert identities_of(key) == {("email", MAIL, True), ("phone", PHONE, True)}


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(clerk: FlaskClient) -> None:
    answer = clerk.post(
        "/customers/",
        data={"name": "Magda", "phone": "12345678", "kind": "person", "locale": "pl"},
    )
    assert answer.status_code == 422
    assert "12345678 is no telephone number" in answer.text
    assert 'value="Magda"' in answer.text


def test_before_a_double_is_saved_the_known_ones_are_shown(clerk: FlaskClient) -> None:
    rumoured("Magda Szczęsna", phone=PHONE)
    typed = {"name": "M. Sz.", "phone": "502 118 764", "kind": "person", "locale": "pl"}
    hint = clerk.post("/customers/", data=typed)
    assert hint.status_code == 409
    assert "Is it one of these?" in hint.text
    assert "Magda Szczęsna" in hint.text
    saved = clerk.post("/customers/", data={**typed, "confirmed": "1"})
    assert saved.status_code == 303


def test_the_same_name_is_a_hint_too(clerk: FlaskClient) -> None:
    known("Łucja Żak")
    typed = {"name": "lucja zak", "kind": "person", "locale": "pl"}
    assert "Łucja Żak" in clerk.post("/customers/", data=typed).text


def test_a_verified_contact_of_another_is_refused_even_when_confirmed(clerk: FlaskClient) -> None:
    other = known(email=MAIL)
    typed = {"name": "Jan", "email": MAIL, "kind": "person", "locale": "pl", "confirmed": "1"}
    answer = clerk.post("/customers/", data=typed)
    assert answer.status_code == 422
    assert f"C-{other}" in answer.text


def test_the_card_shows_all_that_is_known(clerk: FlaskClient) -> None:
    key = known(email=MAIL, phone=PHONE, card="2900 0418 7735")
    page = clerk.get(f"/customers/{key}").text
    for said in (f"C-{key}", MAIL, "+48 502 118 764", "2900 0418 7735", "Verified", "Not asked"):
        assert said in page, said


def test_the_card_opens_in_polish(clerk: FlaskClient) -> None:
    key = known(email=MAIL)
    clerk.set_cookie("language", "pl")
    assert "Czy możemy pisać?" in clerk.get(f"/customers/{key}").text


def test_a_merged_customers_address_leads_to_the_one_who_took_him_over(clerk: FlaskClient) -> None:
    old, into = known("Magda"), known()

    def merge() -> None:
        from modules.customers import Customer

        session.get_one(Customer, old).merged_into_id = into

    transact(merge)
    assert clerk.get(f"/customers/{old}").location == f"/customers/{into}"


def form_of(key: int, **changes: Any) -> dict[str, Any]:
    customer = get_customer(key)
    return {
        "version": customer.version,
        "name": customer.name,
        "kind": customer.kind.value,
        "locale": customer.locale,
        "note": customer.note,
        **changes,
    }


def test_a_change_is_saved_and_stands_in_the_history(clerk: FlaskClient) -> None:
    key = known(email=MAIL)
    answer = clerk.post(f"/customers/{key}", data=form_of(key, warning="Zalega z fakturą"))
    assert answer.status_code == 303
    page = clerk.get(f"/customers/{key}").text
    assert page.count("Zalega z fakturą") == 2  # on top, and in the changes
    assert "Clerk" in page


def test_who_saves_second_sees_what_the_first_changed(clerk: FlaskClient) -> None:
    key = known()
    opened = form_of(key, name="Magda Szczęsna-Nowak")
    clerk.post(f"/customers/{key}", data=form_of(key, note="Woli SMS"))
    refused = clerk.post(f"/customers/{key}", data=opened)
    assert refused.status_code == 409
    assert "Woli SMS" in refused.text
    assert 'value="Magda Szczęsna-Nowak"' in refused.text
    session.expire_all()
    kept = clerk.post(f"/customers/{key}", data={**opened, "version": get_customer(key).version})
    assert kept.status_code == 303


def test_a_contact_is_added_verified_and_removed(clerk: FlaskClient) -> None:
    key = known()
    clerk.post(
        f"/customers/{key}/identities", data={"identity-kind": "email", "identity-value": MAIL}
    )
    assert identities_of(key) == {("email", MAIL, False)}
    identity = list_identities(key)[0]
    clerk.post(f"/customers/identities/{identity.id}/verification")
    assert identities_of(key) == {("email", MAIL, True)}
    clerk.post(f"/customers/identities/{identity.id}/end")
    assert identities_of(key) == set()
    assert clerk.post(f"/customers/identities/{identity.id}/end").status_code == 404


def test_a_contact_that_is_anothers_opens_the_dialog_again_with_the_reason(
    clerk: FlaskClient,
) -> None:
    other, key = known("Jan Nowak", email=MAIL), known()
    answer = clerk.post(
        f"/customers/{key}/identities",
        data={"identity-kind": "email", "identity-value": MAIL, "identity-verified": "y"},
    )
    assert answer.status_code == 422
    assert f"C-{other}" in answer.text
    assert "data-shown" in answer.text


def test_an_unverified_contact_cannot_be_verified_while_another_has_it(clerk: FlaskClient) -> None:
    key = rumoured(email=MAIL)
    known("Jan Nowak", email=MAIL)
    identity = list_identities(key)[0]
    assert clerk.post(f"/customers/identities/{identity.id}/verification").status_code == 409


def test_answers_notes_and_addresses_are_written_down(clerk: FlaskClient) -> None:
    key = known()
    for place, data in (
        ("consents", {"consent-purpose": "offers", "consent-channel": "sms",
                      "consent-given": "no", "consent-wording": "Pytano przy kasie"}),
        ("notes", {"note-text": "Dzwoniła\nw sprawie paczki"}),
        ("addresses", {"address-name": "Magda", "address-street": "ul. Długa 5",
                       "address-postal_code": "80-001", "address-city": "Gdańsk",
                       "address-country": "PL"}),
    ):  # fmt: skip
        assert clerk.post(f"/customers/{key}/{place}", data=data).status_code == 303, place
    page = clerk.get(f"/customers/{key}").text
    for said in (
        "Offers by SMS",
        "Withdrawn",
        "Pytano przy kasie",
        "w sprawie paczki",
        "ul. Długa",
    ):
        assert said in page, said
    assert clerk.post(f"/customers/{key}/notes", data={"note-text": " "}).status_code == 422


def test_a_suggestion_is_shown_and_dismissed(clerk: FlaskClient) -> None:
    first, second = known(email=MAIL), known("Jan Nowak", phone=PHONE)
    transact(lambda: match_or_create(BuyerKeys(email=MAIL, phone=PHONE)))
    page = clerk.get(f"/customers/{first}").text
    assert "Same person?" in page
    assert "same telephone" in page
    suggestion = page.partition("/suggestions/")[2].partition("/")[0]
    clerk.post(f"/customers/{first}/suggestions/{suggestion}/dismissal")
    assert "Same person?" not in clerk.get(f"/customers/{second}").text


def test_who_may_only_look_is_offered_no_button(client_as: Clients) -> None:
    key = known(email=MAIL)
    accountant = client_as("accountant")
    page = accountant.get(f"/customers/{key}").text
    assert MAIL not in page
    assert "•••@" in page
    assert "/identities" not in page
    assert accountant.get("/customers/new").status_code == 403
    assert accountant.post(f"/customers/{key}", data=form_of(key)).status_code == 403


def test_who_may_not_see_customers_sees_none_of_their_data(client_as: Clients) -> None:
    from modules.customers.views import find

    key = known(email=MAIL)
    integrator = client_as("integrator")
    for path in ("/customers/", f"/customers/{key}"):
        answer = integrator.get(path)
        assert answer.status_code == 403
        assert MAIL not in answer.text
    assert find is not None


def test_the_search_over_everything_finds_customers(app: Flask) -> None:
    from modules.customers.views import find

    key = known(email=MAIL)
    with app.test_request_context():
        for words in ("szczesna", MAIL, f"C-{key}"):
            assert [one.url for one in find(words)] == [f"/customers/{key}"]


def test_hostile_names_are_only_letters(clerk: FlaskClient) -> None:
    name = "<script>alert(1)</script> <b>50% off"
    key = known(name)
    for path in ("/customers/", f"/customers/{key}", f"/customers/{key}/edit"):
        page = clerk.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_long_list_has_pages_and_asks_the_same_number_of_questions(
    clerk: FlaskClient, statements: Callable[[], Any]
) -> None:
    transact(lambda: import_customers([CustomerRow(name=f"Nr {n}") for n in range(5)]))
    with statements() as few:
        clerk.get("/customers/")
    transact(lambda: import_customers([CustomerRow(name=f"Nr {n}") for n in range(5, 60)]))
    with statements() as many:
        page = clerk.get("/customers/").text
    assert len(many) == len(few) + 1  # a list that goes on is counted
    following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    rest = clerk.get(following.replace("&amp;", "&")).text
    assert "Nr 0<" in rest
    assert "Nr 59<" not in rest


def test_an_archived_customers_contacts_are_free_again(app: Flask) -> None:
    from modules.customers.operations import archive_customer

    key = known(email=MAIL)
    transact(lambda: archive_customer(customer_id=key, version=get_customer(key).version))
    assert identities_of(key) == set()
    assert known("Jan Nowak", email=MAIL) != key
    assert session.query(Identity).filter_by(value=MAIL).count() == 2
