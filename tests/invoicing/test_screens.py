"""Documents as people and programs get them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import outbox
from app.db import transact
from modules import invoicing, organization
from modules.invoicing.queries import get_document
from tests.invoicing.cast import invoice, line, taken_back
from tests.organization.cast import open_store

Clients = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _in_november(app: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))


def test_a_program_waits_for_the_pdf_and_then_gets_it(api: FlaskClient) -> None:
    key = invoice()
    waiting = api.get(f"/api/v1/documents/{key}")
    assert waiting.status_code == 202
    assert waiting.headers["Retry-After"] == "1"
    outbox.run_due()
    answer = api.get(f"/api/v1/documents/{key}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert "FV-MAIN-2026-11-00001.pdf" in answer.headers["Content-Disposition"]


def test_a_program_without_the_scope_gets_none(app: Flask, token_for: Callable[..., str]) -> None:
    key = invoice()
    token = token_for("organization:read")
    answer = app.test_client().get(
        f"/api/v1/documents/{key}", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("wrong", ["999999", "abc", "9" * 30])
def test_a_document_that_is_not_there_is_a_404(api: FlaskClient, wrong: str) -> None:
    assert api.get(f"/api/v1/documents/{wrong}").status_code == 404


def test_a_clerk_opens_the_pdf_in_a_tab(client_as: Clients) -> None:
    key = invoice()
    clerk = client_as("clerk")
    waiting = clerk.get(f"/invoicing/{key}.pdf")
    assert waiting.status_code == 202
    assert waiting.headers["Refresh"] == "1"
    outbox.run_due()
    answer = clerk.get(f"/invoicing/{key}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_document_of_another_store_is_not_there(client_as: Clients) -> None:
    other = open_store("KRK1")
    key = invoice()
    clerk = client_as("clerk", store_id=other.id)
    assert clerk.get(f"/invoicing/{key}.pdf").status_code == 404
    assert "FV/MAIN" not in clerk.get("/invoicing/").text


def test_who_may_not_see_invoices_is_refused(client_as: Clients) -> None:
    assert client_as("marketing_manager").get("/invoicing/").status_code == 403


def test_the_list_is_empty_until_the_first_invoice(client_as: Clients) -> None:
    assert "Invoices will stand here" in client_as("clerk").get("/invoicing/").text


def test_the_list_shows_kind_state_and_amount(client_as: Clients) -> None:
    sold = line()
    key = invoice(sold)
    transact(
        lambda: invoicing.issue_correction(corrects=key, lines=[taken_back(sold)], reason="Zwrot")
    )
    page = client_as("accountant").get("/invoicing/").text
    assert "FV/MAIN/2026/11/00001" in page
    assert "KOR/MAIN/2026/11/00001" in page
    assert "Corrected" in page
    assert "Being made" in page
    corrections = client_as("accountant").get("/invoicing/?kind=correction").text
    assert "FV/MAIN/2026/11/00001" not in corrections


def test_the_list_is_narrowed_by_month_store_and_words(
    client_as: Clients, freeze: Callable[[datetime], None]
) -> None:
    invoice()
    other = open_store("KRK1")
    invoice(store_id=other.id)
    freeze(datetime(2026, 10, 5, 12, tzinfo=UTC))
    invoice()
    accountant = client_as("accountant")
    october = accountant.get("/invoicing/?month=2026-10").text
    assert "FV/MAIN/2026/10/00001" in october
    assert "FV/MAIN/2026/11/00001" not in october
    krakow = accountant.get(f"/invoicing/?store={other.id}").text
    assert "FV/KRK1/2026/10/00001" not in krakow
    assert "FV/KRK1/2026/11/00001" in krakow
    assert "FV/MAIN/2026/11/00001" not in krakow
    assert "FV/MAIN/2026/11/00001" in accountant.get("/invoicing/?q=szczesna").text
    assert "No document matches" in accountant.get("/invoicing/?q=kowalski").text
    assert accountant.get("/invoicing/?month=2026-13&store=x&kind=x").status_code == 200


def test_long_lists_go_on_by_pages_and_ask_the_same_number_of_questions(
    client_as: Clients, statements: Callable[[], object]
) -> None:
    store_id = organization.get_store("MAIN").id
    for _number in range(5):
        invoice(store_id=store_id)
    clerk = client_as("clerk")
    with statements() as few:  # type: ignore[attr-defined]
        clerk.get("/invoicing/")
    for _number in range(50):
        invoice(store_id=store_id)
    with statements() as many:  # type: ignore[attr-defined]
        page = clerk.get("/invoicing/")
    assert len(many) == len(few) + 1  # a list that goes on is counted
    assert page.text.count("/invoicing/") > 50
    following = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    rest = clerk.get(following.replace("&amp;", "&")).text
    assert "FV/MAIN/2026/11/00005" in rest
    assert "FV/MAIN/2026/11/00006" not in rest


def test_the_search_finds_an_invoice_by_number_and_buyer(app: Flask) -> None:
    from modules.invoicing.views import find

    invoice()
    with app.test_request_context():
        [hit] = find("2026/11/00001")
        assert (hit.title, hit.kind) == ("FV/MAIN/2026/11/00001", "Invoices")
        assert [one.detail for one in find("SZCZESNA")] == ["Magdalena Szczęsna"]


def test_a_stored_document_can_be_read_back(app: Flask) -> None:
    assert get_document(invoice()).buyer_name == "Magdalena Szczęsna"
