"""What holds for each list of the house: one statement count, pages without gaps, files, tools."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import session
from app.exporting import heads
from app.lists import ListSpec, Question, shown_columns
from app.models import Audit
from tests.lists.cast import MAKERS, address, parsed, rows_of

ClientAs = Callable[..., FlaskClient]
CODES = sorted(MAKERS)


@pytest.fixture
def boss(client_as: ClientAs) -> FlaskClient:
    return client_as("administrator")


def spec_of(app: Flask, code: str) -> ListSpec:
    found: ListSpec = app.extensions["lists"][code]
    return found


def test_each_list_of_the_house_is_tried_here(house: Flask) -> None:
    assert sorted(house.extensions["lists"]) == CODES


@pytest.mark.parametrize("code", CODES)
def test_fifty_rows_ask_as_many_questions_as_five(
    app: Flask, boss: FlaskClient, code: str, statements: Callable[[], Any]
) -> None:
    url = address(app, spec_of(app, code))

    def asked() -> int:
        with statements() as heard:
            assert boss.get(url).status_code == 200
        return len(heard)

    MAKERS[code](5)
    few = asked()
    MAKERS[code](45)
    assert asked() == few


@pytest.mark.parametrize("code", CODES)
def test_rows_that_come_meanwhile_push_none_out_and_double_none(
    app: Flask, boss: FlaskClient, code: str
) -> None:
    spec = spec_of(app, code)
    MAKERS[code](53)
    for sort in spec.sorts:
        url = address(app, spec, sort=sort.code)
        first = boss.get(url).text
        [onward] = parsed(first).xpath("//a[@rel='next']/@href")
        known = {*rows_of(first), *_rows_behind(boss, onward)}
        MAKERS[code](2)
        seen = [*rows_of(first), *_rows_behind(boss, onward)]
        assert len(rows_of(first)) == 50
        assert len(seen) == len(set(seen)), f"{sort.code} shows a row twice"
        assert known <= set(seen), f"{sort.code} lost a row"


def _rows_behind(client: FlaskClient, url: str) -> list[str]:
    found: list[str] = []
    onward = [url]
    while onward:
        text = client.get(onward[0]).text
        found += rows_of(text)
        onward = parsed(text).xpath("//a[@rel='next']/@href")
    return found


@pytest.mark.parametrize("code", CODES)
def test_any_columns_in_any_order_can_be_chosen(app: Flask, boss: FlaskClient, code: str) -> None:
    spec = spec_of(app, code)
    MAKERS[code](3)
    chosen = [one.code for one in reversed(spec.columns[1:])]
    page = parsed(boss.get(address(app, spec, cols=",".join(chosen))).text)

    titles = [" ".join(one.text_content().split()) for one in page.xpath("//thead//th")]
    wanted = [str(one.title) for one in [spec.columns[0], *reversed(spec.columns[1:])]]
    assert [title for title in titles if title] == wanted
    for row in page.xpath("//tbody[@data-rows]/tr"):
        assert len(row.xpath("td[not(contains(@class, 'tick'))]")) == len(chosen)


@pytest.mark.parametrize("code", CODES)
def test_the_file_holds_what_the_list_shows(app: Flask, boss: FlaskClient, code: str) -> None:
    spec = spec_of(app, code)
    if not spec.export_permission:
        pytest.skip("nobody takes this list out")
    MAKERS[code](3)
    usual = shown_columns(spec, Question())
    shown = len(rows_of(boss.get(address(app, spec)).text))
    asked = address(app, spec).partition("?")[2]

    plain = _take_out(boss, code, "csv", asked)
    lines = list(csv.reader(io.StringIO(plain.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(_take_out(boss, code, "xlsx", asked))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))

    assert lines[0] == heads(usual)
    assert [*rows[0]] == heads(usual)
    assert len(lines) == len(rows) == shown + 1
    assert {len(line) for line in lines} == {len(heads(usual))}
    told = session.scalars(select(Audit).where(Audit.action == "exported")).all()
    assert [one.new["rows"] for one in told if one.new] == [shown, shown]


def _take_out(client: FlaskClient, code: str, form: str, query: str) -> bytes:
    with client.post(f"/lists/{code}/exports", data={"form": form, "query": query}) as answer:
        assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.get_data()


@pytest.mark.parametrize("code", CODES)
def test_who_may_not_see_a_list_gets_nothing_of_it(
    app: Flask, client_as: ClientAs, code: str
) -> None:
    spec = spec_of(app, code)
    stranger = next(
        role
        for role in ("integrator", "marketing_manager", "clerk", "accountant")
        if client_as(role).get(address(app, spec)).status_code == 403
        or not _may_export(app, spec, role)
    )
    client = client_as(stranger)
    answer = client.post(f"/lists/{code}/exports", data={"form": "csv", "query": ""})
    assert answer.status_code == 403


def _may_export(app: Flask, spec: ListSpec, role: str) -> bool:
    given = {one.code: one.roles for one in app.extensions["permissions"]}
    return role in given.get(spec.export_permission, ())


def test_what_people_wrote_is_never_calculated(app: Flask, boss: FlaskClient) -> None:
    names = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1+1", "=1+1"]
    for name in names:
        MAKERS["products"](1, name=name)  # type: ignore[call-arg]

    text = _take_out(boss, "products", "csv", "").decode("utf-8-sig")
    taken = [line[0] for line in csv.reader(io.StringIO(text))][1:]
    assert sorted(taken) == sorted("'" + name for name in names)
    book = _take_out(boss, "products", "xlsx", "")
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = [parts.read(one).decode() for one in parts.namelist() if "sheets/" in one]
    assert sheets
    assert not any("<f>" in one or "<f " in one for one in sheets)
