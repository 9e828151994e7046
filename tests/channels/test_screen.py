"""The channels' screen."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import outbox
from app.db import close_session, session, transact
from integrations.paper.client import PaperShop
from integrations.paper.partners import reach
from modules import connectors, orders
from modules.channels.queries import list_links
from tests.channels.test_flow import sell, sync
from tests.orders.cast import stock_the_shop


@pytest.fixture
def shop(app: Flask) -> PaperShop:
    stock_the_shop()
    sync()
    return reach(PaperShop)


def page_for(client: FlaskClient) -> str:
    close_session()
    answer = client.get("/channels")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_clerk_sees_how_the_shops_stand(
    shop: PaperShop, client_as: Callable[..., FlaskClient]
) -> None:
    sell(shop, "P-1")
    sync()
    page = page_for(client_as("clerk"))
    assert "Paper shop" in page
    assert "Run now" not in page


def test_an_order_that_was_not_taken_in_is_tried_again(
    shop: PaperShop, client_as: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.channels import tasks

    def refuse(**_what: object) -> None:
        raise ValueError("no such luck")

    sell(shop, "P-1")
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "take_order", refuse)
        sync()
    integrator = client_as("integrator")
    told = "1 order of a shop was not taken in"
    assert told in integrator.get("/").text
    assert told not in client_as("store_manager").get("/").text
    assert "no such luck" in page_for(integrator)
    (link,) = list_links()
    (event,) = connectors.list_events(link.source, state=connectors.InboxState.FAILED)
    close_session()
    integrator.post(f"/channels/events/{event.id}/retry")
    outbox.run_due()
    assert "no such luck" not in page_for(integrator)
    assert told not in (today := integrator.get("/").text)
    assert "Last from a shop" in today
    assert orders.find_order("paper", "P-1") is not None


def test_an_order_that_nobody_can_read_is_put_aside(
    shop: PaperShop, client_as: Callable[..., FlaskClient]
) -> None:
    sell(shop, "P-1", created="yesterday")
    sync()
    integrator = client_as("integrator")
    assert "could not be read" in page_for(integrator)
    (link,) = list_links()
    (event,) = connectors.list_events(link.source, state=connectors.InboxState.FAILED)
    close_session()
    integrator.post(f"/channels/events/{event.id}/settlement")
    assert "could not be read" not in page_for(integrator)


def test_news_that_the_shop_refused_are_told_again(
    shop: PaperShop, client_as: Callable[..., FlaskClient]
) -> None:
    from modules.channels.models import ChannelMessage

    sell(shop, "P-1")
    sync()
    shop.lay_fault("cancel", "refuse")
    order_id = orders.find_order("paper", "P-1")
    assert order_id is not None
    transact(lambda: orders.cancel_order(order_id=order_id, reason="sold out"))
    outbox.run_due()
    integrator = client_as("integrator")
    assert "Refused, as the fault" in page_for(integrator)
    message_id = session.query(ChannelMessage).one().id
    close_session()
    integrator.post(f"/channels/messages/{message_id}/retry")
    outbox.run_due()
    assert shop.order("P-1")["cancelled_by_seller"] == "sold out"


def test_all_stock_is_told_once_more(
    shop: PaperShop, client_as: Callable[..., FlaskClient]
) -> None:
    (link,) = list_links()
    close_session()
    integrator = client_as("integrator")
    assert integrator.post(f"/channels/{link.id}/offers").status_code == 303
    assert integrator.post(f"/channels/{link.id}/runs").status_code == 303
    outbox.run_due()
    assert integrator.post("/channels/999/offers").status_code == 404
