"""Views that people keep of their lists, and the columns that they choose."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock, outbox, tidying
from app.db import close_session, session, transact
from app.list_models import SavedView
from tests.lists.cast import orders, parsed, products, rows_of

ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def clerk(client_as: ClientAs) -> FlaskClient:
    return client_as("clerk")


def keep(client: FlaskClient, name: str, query: str, **more: str) -> int:
    """Keep a view of the list of products; return its key."""
    answer = client.post("/lists/products/views", data={"name": name, "query": query, **more})
    assert answer.status_code == 303
    return int(answer.headers["Location"].rpartition("view=")[2])


def chips(client: FlaskClient, url: str = "/catalog/?view=none") -> list[str]:
    page = parsed(client.get(url).text)
    return [" ".join(one.text_content().split()) for one in page.xpath("//a[@class='chip']")]


def test_a_view_keeps_filters_order_and_columns_under_a_digit(clerk: FlaskClient) -> None:
    products(1)
    keep(clerk, "Drafts", "status=draft&sort=newest&cols=status,brand&after=torn&page=7")

    page = parsed(clerk.get("/catalog/?view=none").text)
    [chip] = page.xpath("//a[@class='chip']")
    assert " ".join(chip.text_content().split()) == "Drafts 1"
    assert chip.get("data-key") == "1"
    assert "status=draft&sort=newest&cols=status%2Cbrand" in chip.get("href")
    assert "after" not in chip.get("href")
    opened = parsed(clerk.get(chip.get("href")).text)
    assert opened.xpath("//a[@class='chip on']/@aria-current") == ["true"]


def test_the_list_opens_with_the_view_that_a_person_chose(clerk: FlaskClient) -> None:
    products(1)
    view = keep(clerk, "Archive", "status=archived", opens="1")

    answer = clerk.get("/catalog/")
    assert answer.headers["Location"].endswith(f"/catalog/?status=archived&view={view}")
    assert clerk.get("/catalog/?view=none").status_code == 200
    clerk.post("/lists/products/opening", data={"view": ""})
    assert clerk.get("/catalog/").status_code == 200


def test_views_change_places_and_names(clerk: FlaskClient) -> None:
    products(1)
    first, second = keep(clerk, "One", "q=a"), keep(clerk, "Two", "q=b")

    clerk.post(f"/lists/views/{second}/place", data={"to": "up"})
    clerk.post(f"/lists/views/{first}", data={"name": "Last"})

    assert chips(clerk) == ["Two 1", "Last 2"]
    assert clerk.post(f"/lists/views/{first}", data={"name": "Two"}).status_code == 422
    assert clerk.post(f"/lists/views/{first}", data={"name": " "}).status_code == 422


def test_a_removed_view_comes_back_by_undo(clerk: FlaskClient) -> None:
    products(1)
    view = keep(clerk, "Drafts", "status=draft", opens="1")

    page = clerk.post(f"/lists/views/{view}/removal", follow_redirects=True).text
    [undo] = parsed(page).xpath("//*[@id='toasts']//form/@action")
    assert chips(clerk) == []
    assert clerk.get("/catalog/").status_code == 200
    clerk.post(undo)

    assert chips(clerk) == ["Drafts 1"]


def test_a_view_takes_over_what_the_list_shows_now(clerk: FlaskClient) -> None:
    products(1)
    view = keep(clerk, "Drafts", "status=draft")
    changed = clerk.get(f"/catalog/?status=active&view={view}").text
    assert "Keep this under “Drafts”" in changed

    clerk.post(f"/lists/views/{view}/question", data={"query": "status=active"})

    assert "Keep this under" not in clerk.get(f"/catalog/?status=active&view={view}").text


def test_only_shared_views_reach_colleagues_and_only_their_owner_changes_them(
    client_as: ClientAs,
) -> None:
    products(1)
    owner, colleague = client_as("clerk"), client_as("store_manager")
    own, shared = keep(owner, "Mine", "q=a"), keep(owner, "Ours", "q=b", shared="1")

    assert chips(colleague) == ["Ours 1"]
    colleague.post("/lists/products/opening", data={"view": str(shared)})
    assert colleague.get("/catalog/").status_code == 303
    assert colleague.post("/lists/products/opening", data={"view": str(own)}).status_code == 404
    for path in ("", "/place", "/removal", "/return", "/question"):
        assert colleague.post(f"/lists/views/{shared}{path}", data={"name": "x"}).status_code == 404
    owner.post(f"/lists/views/{shared}", data={"name": "Ours"})
    assert chips(colleague) == []
    assert colleague.get("/catalog/").status_code == 200


def test_views_of_a_list_that_one_may_not_see_are_closed(client_as: ClientAs) -> None:
    clerk = client_as("clerk")
    assert clerk.get("/lists/staff/views").status_code == 403
    assert clerk.post("/lists/staff/views", data={"name": "x"}).status_code == 403
    assert clerk.get("/lists/nothing/views").status_code == 404


def test_a_view_removed_long_ago_is_thrown_away(app: Flask, clerk: FlaskClient) -> None:
    view = keep(clerk, "Drafts", "status=draft")
    clerk.post(f"/lists/views/{view}/removal")

    def age() -> None:
        session.get_one(SavedView, view).removed_at = clock.now() - timedelta(days=8)
        outbox.enqueue(tidying.KIND)

    transact(age)
    outbox.run_due()
    close_session()
    assert session.scalars(select(SavedView)).all() == []


def test_chosen_columns_stand_in_the_address_in_their_order(clerk: FlaskClient) -> None:
    products(1)
    answer = clerk.get(
        "/lists/products/columns?query=status%3Dactive&cols=status&cols=brand&cols=rm&cols=status"
    )
    assert answer.headers["Location"].endswith("/catalog/?status=active&cols=status%2Cbrand")
    page = parsed(clerk.get(answer.headers["Location"]).text)
    heads = [" ".join(one.text_content().split()) for one in page.xpath("//thead//th")]
    assert heads == ["Product", "Status", "Brand"]
    usual = clerk.get("/lists/products/columns?query=status%3Dactive&cols=status&usual=1")
    assert usual.headers["Location"].endswith("/catalog/?status=active")


def test_the_head_of_a_column_turns_the_order_round(clerk: FlaskClient) -> None:
    products(1, name="Ala")
    products(1, name="Zoja")
    page = parsed(clerk.get("/catalog/").text)
    [head] = page.xpath("//th[@aria-sort]")
    assert head.get("aria-sort") == "ascending"
    turned = clerk.get(head.xpath("a/@href")[0]).text
    assert rows_of(turned) == [*reversed(rows_of(clerk.get("/catalog/").text))]


def test_a_column_with_personal_data_is_not_there_for_who_may_not_see_it(
    client_as: ClientAs,
) -> None:
    orders(1)
    url = "/orders/?lane=all&cols=email,store"
    assert "h.lis@poczta.example" in client_as("clerk").get(url).text
    page = client_as("integrator").get(url).text  # sees orders, but no customers
    assert "h.lis@poczta.example" not in page
    assert "col-email" not in page
