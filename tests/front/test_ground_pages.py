"""The pages of the ground as a person sees them: jobs, search, failures, the API's page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from app import clock
from app.db import session, transact
from app.models import Job, JobState

pytestmark = pytest.mark.once

ClientAs = Callable[..., FlaskClient]


def job(**more: Any) -> int:
    def make() -> int:
        made = Job(
            kind="catalog.import",
            title="fashion.csv",
            payload={},
            created_by="staff:1:Ewelina Żak",
            started_at=clock.now(),
            starts=1,
            **more,
        )
        session.add(made)
        session.flush()
        return made.id

    return transact(make)


def page_of(client: FlaskClient, path: str, **headers: str) -> Any:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def test_a_running_job_counts_and_asks_again_every_second(client_as: ClientAs) -> None:
    made = job(state=JobState.RUN, total=12480, done=6412, counts={"made": 6391, "refused": 21})
    page = page_of(client_as("store_manager"), f"/jobs/{made}")
    live = page.xpath("//*[@hx-trigger='every 1s']")
    assert [one.get("hx-get") for one in live] == [f"/jobs/{made}"]
    assert "6\u202f412 of 12\u202f480" in page.text_content()
    assert page.xpath("//*[@role='img'][contains(@aria-label, 'Not taken: 21')]")


def test_a_job_that_is_over_asks_no_more_and_lists_what_it_did_not_take(
    client_as: ClientAs,
) -> None:
    made = job(
        state=JobState.DONE,
        total=2,
        done=2,
        counts={"made": 1, "refused": 1},
        result={
            "refused": 1,
            "rows_url": "/rows",
            "failures": [
                {"row": 214, "record": "Wanda <b>", "what": "No price", "value": "12o,00"}
            ],
        },
    )
    page = page_of(client_as("store_manager"), f"/jobs/{made}")
    assert not page.xpath("//*[@hx-trigger='every 1s']")
    assert "Done with errors" in page.text_content()
    assert page.xpath("//a[@href='/rows']")
    row = page.xpath("//tbody/tr")[0].text_content()
    assert all(said in row for said in ("214", "Wanda <b>", "No price", "12o,00"))


def test_htmx_gets_the_job_alone_and_a_person_the_whole_page(client_as: ClientAs) -> None:
    made = job(state=JobState.RUN, done=1)
    client = client_as("store_manager")
    piece = client.get(f"/jobs/{made}", headers={"HX-Request": "true"})
    assert "<html" not in piece.text
    assert piece.headers["Vary"].startswith("HX-Request")
    assert "<html" in client.get(f"/jobs/{made}").text


def test_the_ring_turns_while_something_is_under_way(client_as: ClientAs) -> None:
    client = client_as("store_manager")
    assert "every 30s" in client.get("/jobs/ring").text
    job(state=JobState.RUN, total=4, done=1)
    ring = client.get("/jobs/ring").text
    assert "every 2s" in ring
    assert "1 job" in ring


def test_a_search_that_finds_nothing_says_what_is_looked_at(client_as: ClientAs) -> None:
    page = page_of(client_as("clerk"), "/search?q=zzz<script>")
    assert "Nothing is called “zzz<script>”" in page.text_content()


def test_a_wrong_address_is_told_within_the_shell_with_a_way_back(client_as: ClientAs) -> None:
    answer = client_as("clerk").get("/nowhere")
    assert answer.status_code == 404
    page: Any = html.fromstring(answer.text)
    assert page.xpath("//nav[@id='side']")
    assert "Number for support" in page.text_content()
    assert page.xpath("//a[@data-history-back]")


def test_who_is_not_signed_in_is_told_alone(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/nowhere").text)
    assert not page.xpath("//nav[@id='side']")


@pytest.mark.parametrize("role", [None, "integrator"])
def test_the_api_can_be_read_by_a_person(
    client: FlaskClient, client_as: ClientAs, role: str | None
) -> None:
    page = page_of(client_as(role) if role else client, "/api/v1/docs")
    assert "/api/v1/orders" in page.text_content()


def test_who_has_no_script_is_told_what_does_not_work(client_as: ClientAs) -> None:
    [said] = page_of(client_as("clerk"), "/profile").xpath("//main//noscript")
    assert "Menus, dialogs and keys need JavaScript" in said.text_content()


def test_every_page_speaks_polish_to_a_polish_browser(client: FlaskClient) -> None:
    answer = client.get("/sign-in", headers={"Accept-Language": "pl"})
    assert 'lang="pl"' in answer.text
    assert "Zaloguj się" in answer.text
