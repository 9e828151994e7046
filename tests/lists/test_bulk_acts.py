"""Acts on many rows: few at once, all that match as a job, each row for itself, and taken back."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app import bulk_acts, outbox
from app.db import close_session, session, transact
from app.list_models import BulkAct, BulkRow
from app.models import Audit, JobState, RoleGrant
from modules import catalog
from modules.catalog import operations
from modules.catalog.errors import StaleProduct
from modules.catalog.models import Product
from tests.lists.cast import account_of, parsed, products

ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def manager(client_as: ClientAs) -> FlaskClient:
    return client_as("store_manager")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three rows be many."""
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 3)


def keys_of(codes: list[str]) -> list[str]:
    found = session.execute(select(Product.code, Product.id).where(Product.code.in_(codes)))
    keys = dict(found.all())
    close_session()
    return [str(keys[code]) for code in codes]


def categories() -> dict[str, str | None]:
    close_session()
    found = dict(session.execute(select(Product.code, Product.category)).all())
    close_session()  # what is left open here would swallow what a request commits
    return found


def set_category(
    client: FlaskClient, category: str, *, query: str = "", **more: str | list[str]
) -> str:
    """Set the category of many; return where the browser is sent."""
    answer = client.post(
        f"/lists/products/acts/category{query}", data={"category": category, **more}
    )
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["Location"]


def test_ticked_rows_are_done_at_once_and_taken_back_by_the_toast(manager: FlaskClient) -> None:
    codes = products(3)
    where = set_category(manager, "Coats", query="?q=P-", ids=keys_of(codes[:2]))

    page = parsed(manager.get(where).text)
    assert "2 products changed." in page.text_content()
    assert [categories()[code] for code in codes] == ["Coats", "Coats", None]
    [undo] = page.xpath("//*[@id='toasts']//form/@action")
    taken_back = manager.post(undo, follow_redirects=True)
    assert "It is taken back." in taken_back.text

    assert [*categories().values()] == [None, None, None]


def test_all_that_match_are_done_by_a_job_in_the_name_of_the_person(
    manager: FlaskClient, few: None
) -> None:
    products(5)
    where = set_category(manager, "Coats", all="1")
    late = products(1)[0]  # comes after the question was asked

    assert where.startswith("/lists/acts/")
    assert "Stop" in manager.get(where).text
    outbox.run_due()

    assert sorted(filter(None, categories().values())) == ["Coats"] * 5
    assert categories()[late] is None
    page = manager.get(where).text
    assert "5 of 5" in parsed(page).text_content()
    edits = session.scalars(select(Audit).where(Audit.action == "edited")).all()
    assert {one.actor.partition(":")[2].partition(":")[2] for one in edits} == {"Store Manager"}


def test_a_job_is_taken_back_but_what_changed_since_stays_and_says_so(
    manager: FlaskClient, few: None
) -> None:
    codes = products(5)
    where = set_category(manager, "Coats", all="1")
    outbox.run_due()
    close_session()
    changed = catalog.get_product(codes[0])
    transact(
        lambda: operations.update_product(
            code=changed.code, version=changed.version, category="Jackets"
        )
    )

    manager.post(f"{where}/undo")
    outbox.run_due()

    assert categories() == {codes[0]: "Jackets", **dict.fromkeys(codes[1:])}
    kept = parsed(manager.get(f"{where}?state=done").text)
    [row] = kept.xpath("//tbody/tr")
    assert codes[0] in row.text_content()
    assert len(row.xpath("td")[0].text_content().strip()) > 10
    assert manager.post(f"{where}/undo").status_code == 409


def test_each_refused_row_stands_with_its_reason_on_the_page_and_in_a_file(
    manager: FlaskClient, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = products(5)
    refused = keys_of(codes[:2])
    real = operations.update_product

    def strict(**given: object) -> Product:
        if given["code"] in codes[:2]:
            raise StaleProduct(str(given["code"]))
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "update_product", strict)
    where = set_category(manager, "Coats", all="1")
    outbox.run_due()

    assert len(refused) == 2
    page = parsed(manager.get(where).text)
    assert len(page.xpath("//tbody/tr")) == 2
    with manager.get(f"{where}/refused.csv") as answer:
        lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == codes[:2]
    assert all(len(line[1]) > 10 for line in lines[1:])
    assert [categories()[code] for code in codes] == [None, None, "Coats", "Coats", "Coats"]


def test_a_stopped_act_leaves_the_rest_as_it_was(manager: FlaskClient, few: None) -> None:
    products(5)
    where = set_category(manager, "Coats", all="1")
    manager.post(f"{where}/cancellation")
    outbox.run_due()

    close_session()
    [made] = session.scalars(select(BulkAct))
    assert made.job_id is not None
    assert outbox.get_job(made.job_id).state is JobState.CANCELLED
    assert set(categories().values()) == {None}


def test_who_was_shut_out_meanwhile_does_nothing_more(
    app: Flask, manager: FlaskClient, few: None
) -> None:
    products(5)
    set_category(manager, "Coats", all="1")

    def shut() -> None:
        from app import clock

        account_of("store_manager.all@example.test").disabled_at = clock.now()

    transact(shut)
    outbox.run_due()

    assert set(categories().values()) == {None}


def test_whose_role_is_taken_in_the_middle_goes_no_further_than_the_step(
    manager: FlaskClient, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    products(60)
    set_category(manager, "Coats", all="1")
    account_id = account_of("store_manager.all@example.test").id
    real = operations.update_product

    def take_role(**given: object) -> Product:
        session.execute(delete(RoleGrant).where(RoleGrant.account_id == account_id))
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "update_product", take_role)
    outbox.run_due()

    assert len([one for one in categories().values() if one]) == 50
    [made] = session.scalars(select(BulkAct))
    assert made.job_id is not None
    assert outbox.get_job(made.job_id).state is JobState.DEAD


def test_a_job_that_was_killed_goes_on_where_it_was_and_does_no_row_twice(
    manager: FlaskClient, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    products(5)
    set_category(manager, "Coats", all="1")
    real, calls = operations.update_product, []

    def dies(**given: object) -> Product:
        calls.append(given["code"])
        if len(calls) == 3:
            raise MemoryError
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "update_product", dies)
    outbox.run_due()
    close_session()
    transact(lambda: session.execute(_ready()))
    outbox.run_due()

    assert sorted(filter(None, categories().values())) == ["Coats"] * 5
    assert len(calls) == 6  # five rows, one of them tried again
    assert len(session.scalars(select(BulkRow)).all()) == 5


def _ready() -> Any:
    from sqlalchemy import update

    from app import clock
    from app.models import Job

    return update(Job).where(Job.state == JobState.READY).values(run_at=clock.now())


def test_an_act_is_only_for_who_may_do_it(client_as: ClientAs) -> None:
    [key] = keys_of(products(1))
    clerk = client_as("clerk")
    data = {"category": "x", "ids": key}
    assert clerk.post("/lists/products/acts/category", data=data).status_code == 403
    assert clerk.post("/lists/products/acts/nothing", data=data).status_code == 404
    assert clerk.get("/catalog/").text.count('name="ids"') == 0


def test_what_an_act_left_behind_is_for_its_own_person_alone(
    manager: FlaskClient, client_as: ClientAs
) -> None:
    set_category(manager, "Coats", ids=keys_of(products(1)))
    close_session()
    [made] = session.scalars(select(BulkAct))
    other = client_as("administrator")
    for path in ("", "/refused.csv"):
        assert other.get(f"/lists/acts/{made.id}{path}").status_code == 404
    for path in ("/undo", "/cancellation"):
        assert other.post(f"/lists/acts/{made.id}{path}").status_code == 404


def test_archived_products_come_back_in_one_act(manager: FlaskClient) -> None:
    keys = keys_of(products(2))
    manager.post("/lists/products/acts/archive", data={"ids": keys})
    assert "archive-off" not in manager.get("/catalog/").text
    assert (
        len(parsed(manager.get("/catalog/?status=archived").text).xpath("//tbody[@data-rows]/tr"))
        == 2
    )

    manager.post("/lists/products/acts/restore?status=archived", data={"all": "1"})

    assert len(parsed(manager.get("/catalog/").text).xpath("//tbody[@data-rows]/tr")) == 2
