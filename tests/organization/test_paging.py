"""A company with many stores and many programs reads them page by page, each of them once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app import tokens
from app.db import transact
from modules.organization import operations, queries
from modules.organization.models import StoreKind


def pages_of(client: FlaskClient, path: str) -> Iterator[list[str]]:
    """Yield the first words of each record, page by page."""
    url: str | None = path
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        page: Any = html.document_fromstring(answer.text)
        named = page.xpath("//main//th[@scope='row']//span[@class='m'] | //main//section//h2")
        yield [" ".join(one.text_content().split()) for one in named]
        url = next(iter(page.xpath("//a[@rel='next']/@href")), None)


@pytest.fixture
def many_tokens(app: Flask) -> None:
    main = queries.get_store("MAIN").id

    def make() -> None:
        for number in range(120):
            tokens.create_token(
                name=f"program {number:03}",
                scopes=["orders:read"],
                known_scopes=["orders:read"],
                store_ids=[main] if number % 2 else None,
            )

    transact(make)


@pytest.mark.usefixtures("many_tokens")
def test_every_open_token_stands_on_one_page_and_the_newest_first(
    client_as: Callable[..., FlaskClient],
) -> None:
    read = list(pages_of(client_as("administrator"), "/organization/tokens"))
    assert [len(page) for page in read] == [50, 50, 20]
    assert [one for page in read for one in page] == [f"program {n:03}" for n in range(119, -1, -1)]


@pytest.mark.usefixtures("many_tokens")
def test_who_runs_one_store_reads_full_pages_of_its_tokens_and_none_of_the_company(
    client_as: Callable[..., FlaskClient],
) -> None:
    own = client_as("administrator", store_id=queries.get_store("MAIN").id)
    read = list(pages_of(own, "/organization/tokens"))
    assert [len(page) for page in read] == [50, 10]
    assert [one for page in read for one in page] == [f"program {n:03}" for n in range(119, 0, -2)]


def test_fifty_stores_are_read_page_by_page(client_as: Callable[..., FlaskClient]) -> None:
    def open_them() -> None:
        for number in range(49):
            operations.create_store(
                code=f"S{number:02}", name=f"Sklep {number:02}", kind=StoreKind.SHOP
            )

    transact(open_them)
    read = list(pages_of(client_as("administrator"), "/organization/stores"))
    assert [len(page) for page in read] == [20, 20, 10]
    assert [one for page in read for one in page][1:] == [f"Sklep {n:02}" for n in range(49)]
