"""What was typed survives the end of the session, for the person who typed it and nobody else."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import sessions
from app.db import close_session, session, transact
from app.door_models import KeptForm
from app.kept_forms import Kept
from tests.app.door import START, browser, fields_of, give_password, hire, is_in, mark_in

TYPED = "Nowa półka <b>przy</b> oknie\r\nobok kasy"
OTHER = "ewa@example.test"


@pytest.fixture(autouse=True)
def ola(app: Flask) -> Iterator[int]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield hire("administrator")
    app.config["WTF_CSRF_ENABLED"] = False


def come_in(client: FlaskClient, email: str = "ola@example.test") -> None:
    mark = mark_in(client.get("/sign-in"))
    assert give_password(client, email, csrf_token=mark).status_code == 303


def open_form(client: FlaskClient) -> str:
    """Return the mark of the form for a new store, which is open in this browser."""
    return mark_in(client.get("/organization/stores/new"))


def send(client: FlaskClient, mark: str, **more: str) -> TestResponse:
    typed = {"csrf_token": mark, "code": "NEW", "name": TYPED, "password": "hush", **more}
    return client.post("/organization/stores", data=typed)


def lose_session(account_id: int) -> None:
    transact(lambda: sessions.close_sessions_of(account_id))


def test_what_was_typed_as_the_session_ended_is_there_after_signing_in(
    ola: int, client: FlaskClient
) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    lost = send(client, mark)
    assert (lost.status_code, lost.location) == (303, "/sign-in?next=/kept-form&kept=1")
    door = client.get(lost.location)
    assert "What you typed is kept for half an hour" in door.text
    entered = give_password(client, csrf_token=mark_in(door), next="/kept-form")
    assert entered.location == "/kept-form"
    page = client.get("/kept-form")
    assert "You were signed out. Here is what you typed" in page.text
    assert "Nowa półka &lt;b&gt;przy&lt;/b&gt; oknie" in page.text
    sent = dict(fields_of(page, "/organization/stores"))
    assert sent["code"] == "NEW"
    assert sent["name"].split() == TYPED.split()
    again = client.post("/organization/stores", data=sent)
    assert again.status_code == 422  # too little for a store, but understood: the form shows it
    assert 'value="NEW"' in again.text


def test_it_is_never_sent_by_itself(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    come_in(client)
    page = client.get("/kept-form").text
    assert "data-resume" not in page
    assert page.count("Send it again") == 1


def test_passwords_are_not_kept_and_it_is_said(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    come_in(client)
    page = client.get("/kept-form").text
    assert "hush" not in page
    assert "Files and passwords are not kept" in page


def test_nobody_reads_it_in_the_database(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    [kept] = session.scalars(select(KeptForm)).all()
    assert "Nowa" not in str(vars(kept))
    assert kept.account_id == ola


def test_another_person_at_the_same_till_does_not_see_it(ola: int, client: FlaskClient) -> None:
    hire("administrator", OTHER, "Ewa")
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    come_in(client, OTHER)
    answer = client.get("/kept-form")
    assert answer.status_code == 403
    assert "This was typed by somebody else" in answer.text
    assert "oknie" not in answer.text


def test_the_same_person_in_another_browser_does_not_see_it(
    ola: int, app: Flask, client: FlaskClient
) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    other = browser(app)
    come_in(other)
    assert "Nothing is kept here" in other.get("/kept-form").text


def test_it_is_forgotten_after_half_an_hour(
    ola: int, client: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    freeze(START + timedelta(minutes=31))
    come_in(client)
    assert "Nothing is kept here" in client.get("/kept-form").text


def test_a_form_of_an_earlier_session_of_the_same_person_is_shown_to_be_sent_again(
    ola: int, client: FlaskClient
) -> None:
    come_in(client)
    mark = open_form(client)
    client.post("/sign-out", data={"csrf_token": mark})
    come_in(client)
    stale = send(client, mark)
    assert (stale.status_code, stale.location) == (303, "/kept-form")
    assert dict(fields_of(client.get("/kept-form"), "/organization/stores"))["code"] == "NEW"


def test_what_was_typed_is_named_as_on_the_screens_and_keys_of_records_are_left_out(
    app: Flask,
) -> None:
    typed = [("correct-location_id", "7"), ("correct-reason", "A stain"), ("vat_id", "5260250274")]
    kept = Kept(why="ended", address="/stock", page="", fields=typed, left_out=[])
    with app.test_request_context():
        assert kept.shown() == [("Why", "A stain"), ("Vat id", "5260250274")]


def test_a_form_that_somebody_else_had_open_is_refused(ola: int, client: FlaskClient) -> None:
    hire("administrator", OTHER, "Ewa")
    come_in(client)
    mark = open_form(client)
    client.post("/sign-out", data={"csrf_token": mark})
    come_in(client, OTHER)
    assert send(client, mark).status_code == 400
    close_session()
    assert session.scalars(select(KeptForm)).all() == []


@pytest.mark.parametrize("mark", ["", "17-0123456789abcdef", "x.y.z"])
def test_a_form_that_is_not_ours_is_kept_for_nobody(client: FlaskClient, mark: str) -> None:
    assert send(client, mark).status_code == 401
    assert session.scalars(select(KeptForm)).all() == []


def test_a_mark_from_before_signing_in_names_nobody(client: FlaskClient) -> None:
    """Else a stranger could lay a form of his own making before whoever signs in next."""
    mark = mark_in(client.get("/sign-in"))
    assert send(client, mark).status_code == 401


def test_a_button_that_sends_nothing_brings_back_to_its_page(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    page = "http://localhost/organization/staff"
    lost = client.post(
        f"/organization/staff/{ola}/closing", data={"csrf_token": mark}, headers={"Referer": page}
    )
    assert lost.location == "/sign-in?next=/organization/staff&ended=1"


def test_htmx_takes_the_whole_browser_to_the_door(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    lost = client.post(
        "/organization/stores",
        data={"code": "NEW"},
        headers={"HX-Request": "true", "X-CSRFToken": mark},
    )
    assert lost.headers["HX-Redirect"] == "/sign-in?next=/kept-form&kept=1"
    assert lost.text == ""


def test_what_is_not_wanted_is_thrown_away(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    send(client, mark)
    come_in(client)
    page = client.get("/kept-form")
    client.post("/kept-form/removal", data={"csrf_token": mark_in(page)})
    assert "Nothing is kept here" in client.get("/kept-form").text
    close_session()
    assert session.scalars(select(KeptForm)).all() == []


def test_no_account_fills_the_house_with_forms(ola: int, client: FlaskClient) -> None:
    come_in(client)
    mark = open_form(client)
    lose_session(ola)
    for _number in range(25):
        send(client, mark)
    assert len(session.scalars(select(KeptForm.id)).all()) == 20


def test_a_second_tab_of_the_door_leads_in_and_not_to_an_error(
    client: FlaskClient,
) -> None:
    mark = mark_in(client.get("/sign-in"))
    come_in(client)
    answer = give_password(client, csrf_token=mark, next="/profile")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/profile")
    assert is_in(client)


def test_an_order_that_was_being_written_comes_back_as_a_whole_page(
    ola: int, client: FlaskClient
) -> None:
    come_in(client)
    mark = mark_in(client.get("/orders/new"))
    lose_session(ola)
    typed = {"name": "Jan Kowalski", "city": "Łódź"}
    htmx = {"HX-Request": "true", "X-CSRFToken": mark}
    lost = client.post("/orders/new/basket", data=typed, headers=htmx)
    assert lost.headers["HX-Redirect"] == "/sign-in?next=/kept-form&kept=1"
    come_in(client)
    sent = dict(fields_of(client.get("/kept-form"), "/orders/new/basket"))
    again = client.post("/orders/new/basket", data=sent)
    assert again.status_code == 200
    assert "<html" in again.text
    assert 'value="Jan Kowalski"' in again.text
