"""The connectors' screens, as the person who looks after partners uses them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app import outbox
from app.db import close_session, session, transact
from app.models import Job
from integrations.paper.client import PaperShop
from integrations.paper.partners import reach
from modules import connectors
from modules.connectors.models import Exchange
from tests.orders.screens import page, words

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def integrator(client_as: SignIn) -> FlaskClient:
    return client_as("integrator")


def account_id() -> int:
    account = connectors.find_account("paper")
    assert account is not None
    close_session()
    return account.id


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_the_partners_are_seen_at_a_glance(integrator: FlaskClient) -> None:
    page = text(integrator, "/connectors")
    assert "Paper partners" in page
    assert "Healthy" in page


def test_a_clerk_has_no_business_here(client_as: SignIn) -> None:
    clerk = client_as("clerk")
    assert clerk.get("/connectors").status_code == 403
    assert clerk.post(f"/connectors/{account_id()}/state").status_code == 403


def test_a_partner_that_is_down_is_said_at_the_top(integrator: FlaskClient) -> None:
    for _time in range(5):
        with pytest.raises(connectors.PartnerDown):
            connectors.open_line("channels.SalesChannel", "paper").call("orders", _nobody)
    close_session()
    page = text(integrator, "/connectors")
    assert "Paper partners does not answer" in page
    assert "Try now" in page
    assert "connection refused" in text(integrator, "/connectors/calls")
    integrator.post(f"/connectors/{account_id()}/runs")
    assert "Paper partners does not answer" not in text(integrator, "/connectors")


def _nobody(_shop: object) -> None:
    raise connectors.PartnerDown("connection refused")


def test_an_account_is_paused_and_switched_on_again(integrator: FlaskClient) -> None:
    path = f"/connectors/{account_id()}"
    integrator.post(f"{path}/state", data={"state": "paused"})
    assert "Paused" in text(integrator, path)
    integrator.post(f"{path}/state", data={"state": "active"})
    assert "Healthy" in text(integrator, path)
    assert integrator.post(f"{path}/state", data={"state": "gone"}).status_code == 404


def test_a_run_is_asked_for_now(integrator: FlaskClient) -> None:
    integrator.post(f"/connectors/{account_id()}/runs")
    kinds = {job.kind for job in session.query(Job)}
    assert {"channels.pull", "channels.push", "shipping.track"} <= kinds


def test_a_partner_is_asked_whether_it_is_there(integrator: FlaskClient) -> None:
    path = f"/connectors/{account_id()}"
    integrator.post(f"{path}/checks")
    assert "answers" in text(integrator, path)
    reach(PaperShop).lay_fault("ping", "down")
    integrator.post(f"{path}/checks")
    assert "Paper partners does not answer" in text(integrator, path)


def test_orders_are_read_again_from_a_day(integrator: FlaskClient) -> None:
    account = account_id()
    transact(lambda: connectors.move_cursor(account_id=account, name="orders", value="7"))
    integrator.post(f"/connectors/{account}/readings", data={"since": "2026-01-01"})
    assert connectors.read_cursor(account, "orders") == "0"
    close_session()
    assert integrator.post(f"/connectors/{account}/readings", data={}).status_code == 422


def test_the_settings_are_changed_and_a_wrong_one_is_refused(integrator: FlaskClient) -> None:
    path = f"/connectors/{account_id()}"
    integrator.post(f"{path}/settings", data={"folder": "elsewhere"})
    assert 'value="elsewhere"' in text(integrator, path)
    refused = integrator.post(f"{path}/settings", data={"folder": "../etc"})
    assert refused.status_code == 422


def test_the_page_asks_as_much_for_many_calls_as_for_few(
    integrator: FlaskClient, statements: Callable[[], object]
) -> None:
    path = f"/connectors/{account_id()}"
    with statements() as few:  # type: ignore[attr-defined]
        text(integrator, path)
    account = account_id()

    def many() -> None:
        for at in range(40):
            session.add(
                Exchange(
                    account_id=account, operation="find", reference=f"{at}", outcome="done", ms=1
                )
            )

    transact(many)
    with statements() as now:  # type: ignore[attr-defined]
        text(integrator, path)
    assert len(now) == len(few)


def test_what_gave_up_is_shown_and_tried_again(integrator: FlaskClient) -> None:
    transact(lambda: outbox.enqueue("channels.tell", {"message_id": 999_999}))
    outbox.run_due()
    close_session()
    page = text(integrator, "/connectors")
    assert "There is no message 999999." in page
    assert "Try again" in page


def test_the_page_of_the_day_says_that_the_partners_answer(integrator: FlaskClient) -> None:
    today = words(page(integrator, "/"))
    assert "Connectors All answer" in today
    assert "Nothing waits for you now." in today
    assert "Paper partners" in today
    assert "not called yet" in today

    with pytest.raises(connectors.PartnerDown):
        connectors.open_line("channels.SalesChannel", "paper").call("orders", _nobody)
    close_session()
    today = words(page(integrator, "/"))
    assert "Connectors 0 of 1 answer" in today
    assert "1 call in 24 hours · 1 of them failed" in today
    assert "Paper partners answers with faults" in today


def test_who_does_not_look_after_partners_is_told_nothing_of_them(client_as: SignIn) -> None:
    for role in ("clerk", "store_manager", "accountant"):
        assert "Paper partners" not in text(client_as(role), "/")
