"""Lists as files: large ones by a job, for their owner alone, and thrown away in the end."""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, select

from app import clock, exporting, list_exports, outbox, tidying
from app.db import close_session, session, transact
from app.list_models import ListExport
from app.lists import DAY, MOMENT, MONEY, NUMBER, Amount, Column
from app.models import Audit, RoleGrant
from tests.lists.cast import customers, products

ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def manager(client_as: ClientAs) -> FlaskClient:
    return client_as("store_manager")


@pytest.fixture(autouse=True)
def _nothing_was_kept(app: Flask) -> None:
    """Take away what earlier tests left on the disk: no transaction rolls it back."""
    shutil.rmtree(list_exports.folder())


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three rows be many, and two a part."""
    monkeypatch.setattr(list_exports, "AT_ONCE", 3)
    monkeypatch.setattr(list_exports, "_PART", 2)


def ask(client: FlaskClient, form: str = "csv", query: str = "") -> str:
    answer = client.post("/lists/products/exports", data={"form": form, "query": query})
    assert answer.status_code == 303
    return answer.headers["Location"]


def fetch(client: FlaskClient, url: str) -> bytes:
    with client.get(url) as answer:
        assert answer.status_code == 200
        return answer.get_data()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_large_list_is_written_by_a_job(manager: FlaskClient, few: None, form: str) -> None:
    products(7)
    where = ask(manager, form)
    products(1)  # comes after the question was asked
    outbox.run_due()

    page = manager.get(where).text
    assert f"Download {form.upper()}" in page
    data = fetch(manager, f"{where}/file")
    if form == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        codes = [row[1] for row in rows[1:]]
    else:
        sheet = load_workbook(io.BytesIO(data)).active
        assert sheet is not None
        codes = [str(row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(codes) == len(set(codes)) == 7
    close_session()
    [told] = session.scalars(select(Audit).where(Audit.action == "exported"))
    assert told.new is not None
    assert told.new["rows"] == 7
    assert told.actor.endswith("Store Manager")


def test_the_file_is_for_its_owner_alone(
    manager: FlaskClient, client_as: ClientAs, few: None
) -> None:
    products(5)
    where = ask(manager)
    outbox.run_due()

    for path in (where, f"{where}/file"):
        assert client_as("administrator").get(path).status_code == 404
    stopped = client_as("administrator").post(f"{where}/cancellation")
    assert stopped.status_code == 404
    close_session()
    [export] = session.scalars(select(ListExport))
    assert list_exports.file_of(export).stat().st_mode & 0o077 == 0


def test_files_are_thrown_away_after_some_days(manager: FlaskClient, few: None) -> None:
    products(5)
    where = ask(manager)
    outbox.run_due()
    close_session()

    def age() -> None:
        [export] = session.scalars(select(ListExport))
        export.created_at = clock.now() - list_exports.KEPT - timedelta(minutes=1)
        outbox.enqueue(tidying.KIND)

    transact(age)
    outbox.run_due()

    assert [*list_exports.folder().iterdir()] == []
    assert manager.get(f"{where}/file").status_code == 404
    assert "not kept any more" in manager.get(where).text


def test_a_stopped_export_leaves_no_file(manager: FlaskClient, few: None) -> None:
    products(5)
    where = ask(manager)
    manager.post(f"{where}/cancellation")
    outbox.run_due()

    assert "Stopped; there is no file." in manager.get(where).text
    assert [*list_exports.folder().iterdir()] == []


def test_a_right_that_is_gone_writes_no_file(
    app: Flask, manager: FlaskClient, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    products(5)
    where = ask(manager)
    spec = app.extensions["lists"]["products"]
    monkeypatch.setitem(spec.__dict__, "export_permission", "nobody.holds.this")
    outbox.run_due()
    monkeypatch.undo()

    assert "There is no file." in manager.get(where).text


def test_a_right_that_goes_in_the_middle_leaves_no_file(
    app: Flask, manager: FlaskClient, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    products(5)
    where = ask(manager)
    real, seen = list_exports.pages_of, []

    def pages(*words: Any, **more: Any) -> Iterator[Any]:
        for page in real(*words, **more):
            seen.append(page)
            transact(lambda: session.execute(delete(RoleGrant)))
            yield page

    monkeypatch.setattr(list_exports, "pages_of", pages)
    outbox.run_due()

    assert len(seen) == 1
    assert [*list_exports.folder().iterdir()] == []
    assert manager.get(f"{where}/file").status_code == 403


def test_the_filters_and_the_order_of_the_list_are_those_of_the_file(
    manager: FlaskClient,
) -> None:
    products(2, name="Ala")
    products(2, name="Zoja")
    data = {"form": "csv", "query": "q=zoja&sort=newest&cols=number"}
    with manager.post("/lists/products/exports", data=data) as answer:
        text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Product", "Code", "Code"]
    assert [row[0] for row in rows[1:]] == ["Zoja", "Zoja"]
    assert rows[1][1] > rows[2][1]


def test_a_file_speaks_the_language_of_who_asked_for_it(app: Flask, client_as: ClientAs) -> None:
    customers(1)
    manager = client_as("store_manager")
    headers = {"Accept-Language": "pl"}
    data = {"form": "csv", "query": ""}
    with manager.post("/lists/customers/exports", data=data, headers=headers) as answer:
        text = answer.get_data().decode("utf-8-sig")
    assert text.splitlines()[0].startswith('"Klient"')


COLUMNS = [
    Column(code="name", title="Name", value=lambda row, _beside: row["name"]),
    Column(code="count", title="Count", value=lambda row, _beside: row["count"], kind=NUMBER),
    Column(
        code="money",
        title="Money",
        value=lambda row, _beside: Amount(row["money"], "PLN"),
        kind=MONEY,
    ),
    Column(code="day", title="Day", value=lambda row, _beside: row["day"], kind=DAY),
    Column(code="at", title="At", value=lambda row, _beside: row["at"], kind=MOMENT),
]
ROW = {
    "name": "-5 %\x07\x00",
    "count": -3,
    "money": -1_250,
    "day": date(2026, 11, 21),
    "at": datetime(2026, 11, 21, 11, 5, tzinfo=UTC),
}


def test_numbers_and_days_stay_what_they_are_also_below_zero(app: Flask) -> None:
    target = io.BytesIO()
    sheet = exporting.XlsxSheet(target, exporting.heads(COLUMNS), title="A/B: [x]")
    sheet.add(exporting.cells(COLUMNS, ROW, None))
    sheet.close()
    book = load_workbook(io.BytesIO(target.getvalue()))
    assert book.active is not None
    [_head, row] = list(book.active.iter_rows(values_only=True))
    assert row[:3] == ("-5 %", -3, -12.5)
    assert [str(one) for one in row[3:]] == ["2026-11-21 00:00:00", "2026-11-21 12:05:00"]

    line = exporting.csv_line(exporting.cells(COLUMNS, ROW, None))
    assert next(csv.reader([line]))[1:] == ["-3", "-12.50", "2026-11-21", "2026-11-21 12:05:00"]


@pytest.mark.parametrize("sign", ["\x00", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_sign_that_no_sheet_can_hold_is_left_out_and_the_file_is_made(sign: str) -> None:
    target = io.BytesIO()
    sheet = exporting.XlsxSheet(target, ["Name"])
    sheet.add([f"Zo{sign}é 😀"])
    sheet.close()
    book = load_workbook(io.BytesIO(target.getvalue()))
    assert book.active is not None
    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["Name", "Zoé 😀"]


@pytest.mark.parametrize("text", ["=1", "+48 601", "-1", "@x", "\tx", "\rx", "\nx"])
def test_text_that_would_be_calculated_has_an_apostrophe(text: str) -> None:
    assert exporting.csv_cell(text) == "'" + text
    assert exporting.csv_cell("x" + text) == "x" + text
    assert exporting.csv_cell(Decimal("-1.50")) == "-1.50"


def test_a_file_is_thrown_away_as_its_owner_may_see_less(manager: FlaskClient, few: None) -> None:
    products(7)
    where = ask(manager)
    outbox.run_due()
    close_session()
    export = session.scalars(select(ListExport)).one()
    path = list_exports.file_of(export)
    transact(lambda: list_exports.forget_files_of(export.account_id))
    assert not path.exists()
    assert manager.get(f"{where}/file").status_code == 404
