"""A shop sells for us: its orders come in once; it hears of stock, parcels and cancellations."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app import outbox, proving
from app.db import close_session, session, transact
from integrations.paper.client import PaperShop
from integrations.paper.partners import reach
from modules import channels, connectors, orders, organization
from modules.channels.models import ChannelLink, ChannelMessage, ChannelOffer, MessageState
from modules.channels.offers import note_changes
from modules.channels.operations import move_link
from modules.channels.queries import has_changes, list_links
from tests.contracts.stages import paper_order
from tests.orders.cast import SHIRT, order_body, receive, ship_all, stock_the_shop


@pytest.fixture
def shop(app: Flask) -> PaperShop:
    """A paper shop that knows of ten shirts."""
    stock_the_shop()
    sync()
    return reach(PaperShop)


def sync() -> None:
    """Bring orders in and stock out, as the scheduler lets the worker do."""

    def ask() -> None:
        outbox.enqueue("channels.pull")
        outbox.enqueue("channels.push")

    transact(ask)
    outbox.run_due()
    session.expire_all()


def sell(shop: PaperShop, name: str, count: int = 1, **changes: Any) -> None:
    shop.put_order(paper_order(name, [(SHIRT, count, "79.90")], **changes))


def ours(name: str) -> orders.Order:
    order_id = orders.find_order("paper", name)
    assert order_id is not None
    return session.get_one(orders.Order, order_id, populate_existing=True)


def ship(api: FlaskClient, name: str) -> None:
    order_id = ours(name).id
    close_session()  # what the test has read must not be older than what the request writes
    ship_all(api, {"id": str(order_id)})


def source() -> str:
    (link,) = list_links()
    return link.source


def failed() -> list[str]:
    state = connectors.InboxState.FAILED
    return [one.message or "" for one in connectors.list_events(source(), state=state)]


def test_the_shop_hears_what_it_may_sell(shop: PaperShop) -> None:
    assert shop.for_sale(SHIRT) == 10
    receive({SHIRT: 5})
    sync()
    assert shop.for_sale(SHIRT) == 15


def test_an_order_of_the_shop_becomes_an_order_of_ours(shop: PaperShop) -> None:
    sell(shop, "P-1")
    assert shop.for_sale(SHIRT) == 9
    sync()
    order = ours("P-1")
    assert order.total_minor == 7_990 + 1_490
    assert order.payment_status.value == "paid"
    assert order.customer_id is not None
    assert shop.for_sale(SHIRT) == 9  # our nine, not nine less the one that we know of
    assert [one for result in proving.prove() for one in result.differences] == []


def test_an_order_told_twice_is_one(shop: PaperShop) -> None:
    sell(shop, "P-1")
    sync()
    first = ours("P-1").id
    sell(shop, "P-1")  # the shop's journal shows it once more, unchanged
    sync()
    assert ours("P-1").id == first
    assert failed() == []
    assert session.query(orders.Order).count() == 1


def test_a_crash_between_reading_and_taking_in_loses_nothing(
    shop: PaperShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.channels import tasks

    sell(shop, "P-1")
    sell(shop, "P-2")

    def crash(**_what: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "take_order", crash)
        with pytest.raises(KeyboardInterrupt):
            sync()
    sync()
    assert {ours("P-1").number, ours("P-2").number}
    assert session.query(orders.Order).count() == 2


def test_a_code_that_we_do_not_know_is_taken_in_and_held(shop: PaperShop) -> None:
    shop.put_order(paper_order("P-1", [("THEIRS-1", 1, "79.90")]))
    sync()
    order = ours("P-1")
    holds = session.query(orders.Hold).filter_by(order_id=order.id).all()
    assert "unmapped" in {hold.kind.value for hold in holds}


def test_what_was_sold_and_is_not_there_is_taken_in_and_held(shop: PaperShop) -> None:
    sell(shop, "P-1", 12)
    sync()
    holds = session.query(orders.Hold).filter_by(order_id=ours("P-1").id).all()
    assert "stock" in {hold.kind.value for hold in holds}
    assert shop.for_sale(SHIRT) == 0


def test_one_order_that_can_t_be_read_stops_no_other(shop: PaperShop) -> None:
    sell(shop, "P-1", created="yesterday")
    sell(shop, "P-2")
    sync()
    assert ours("P-2")
    assert orders.find_order("paper", "P-1") is None
    assert len(failed()) == 1


def test_the_shop_hears_where_the_parcel_is_once(shop: PaperShop, api: FlaskClient) -> None:
    sell(shop, "P-1")
    sync()
    ship(api, "P-1")
    outbox.run_due()
    assert [one["number"] for one in shop.order("P-1")["parcels"]] == ["T-1"]
    session.expire_all()
    assert [one.state for one in session.query(ChannelMessage)] == [MessageState.DONE]


def test_news_whose_answer_was_lost_are_told_again(
    shop: PaperShop, api: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from app import clock

    sell(shop, "P-1")
    sync()
    shop.lay_fault("parcel", "timeout_after")
    ship(api, "P-1")
    outbox.run_due()
    moment = clock.now() + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: moment)
    outbox.run_due()
    assert len(shop.order("P-1")["parcels"]) == 1
    session.expire_all()
    assert session.query(ChannelMessage).one().state is MessageState.DONE


def test_an_order_that_we_cancel_is_cancelled_in_the_shop(shop: PaperShop) -> None:
    sell(shop, "P-1")
    sync()
    order_id = ours("P-1").id
    transact(lambda: orders.cancel_order(order_id=order_id, reason="sold out"))
    outbox.run_due()
    assert shop.order("P-1")["cancelled_by_seller"] == "sold out"


def test_an_order_that_the_buyer_cancels_is_cancelled_here(shop: PaperShop) -> None:
    sell(shop, "P-1")
    sync()
    sell(shop, "P-1", cancelled=True)
    sync()
    assert ours("P-1").status.value == "cancelled"
    outbox.run_due()
    assert "cancelled_by_seller" not in shop.order("P-1")
    assert shop.for_sale(SHIRT) == 10


def test_an_order_cancelled_before_we_knew_of_it_is_none(shop: PaperShop) -> None:
    sell(shop, "P-1", cancelled=True)
    sync()
    assert orders.find_order("paper", "P-1") is None
    assert failed() == []


def test_an_order_changed_in_the_shop_waits_for_a_person(shop: PaperShop) -> None:
    sell(shop, "P-1")
    sync()
    sell(shop, "P-1", 2)
    sync()
    assert "P-1" in failed()[0]
    assert session.query(orders.Order).count() == 1


def test_a_shop_that_is_away_gets_its_stock_later(shop: PaperShop) -> None:
    shop.lay_fault("stock", "down")
    receive({SHIRT: 5})
    sync()
    assert shop.for_sale(SHIRT) == 10
    sync()
    assert shop.for_sale(SHIRT) == 15


def test_an_offer_whose_answer_was_lost_is_told_again(shop: PaperShop) -> None:
    shop.lay_fault("stock", "timeout_before")
    receive({SHIRT: 5})
    sync()
    assert shop.for_sale(SHIRT) == 10
    sync()
    assert shop.for_sale(SHIRT) == 15
    offer = session.query(ChannelOffer).filter(ChannelOffer.pushed_quantity == 15).one()
    assert (offer.dirty_at, offer.error) == (None, None)


def test_everything_can_be_told_once_more(shop: PaperShop) -> None:
    (link,) = list_links()
    shop.set_stock({SHIRT: 99}, seen=0)
    sync()
    assert shop.for_sale(SHIRT) == 99  # nothing changed here, so nothing was told
    transact(lambda: channels.offer_everything(link_id=link.id))
    sync()
    assert shop.for_sale(SHIRT) == 10


def test_an_order_of_our_own_shop_is_taken_off_everywhere(
    shop: PaperShop, api: FlaskClient
) -> None:
    assert api.post("/api/v1/orders", json=order_body()).status_code == 201
    sync()
    assert shop.for_sale(SHIRT) == 9


def test_remembering_what_changed_is_one_statement(
    shop: PaperShop, statements: Callable[[], Any]
) -> None:
    ids = [offer.variant_id for offer in session.query(ChannelOffer)]
    with statements() as asked:
        transact(lambda: note_changes(variant_ids=ids))
    assert len(asked) == 1
    assert has_changes()
    sync()
    assert not has_changes()


def test_a_shop_that_is_switched_off_heaps_up_no_list_and_hears_all_of_it_later(
    shop: PaperShop,
) -> None:
    (link,) = list_links()
    off, on = connectors.AccountState.PAUSED, connectors.AccountState.ACTIVE
    transact(lambda: connectors.set_state(account_id=link.account_id, state=off))
    receive({SHIRT: 5})
    sync()
    assert not has_changes()
    assert shop.for_sale(SHIRT) == 10
    transact(lambda: connectors.set_state(account_id=link.account_id, state=on))
    sync()
    assert shop.for_sale(SHIRT) == 15


def test_where_no_shop_listens_nothing_is_remembered(app: Flask) -> None:
    transact(lambda: session.execute(delete(ChannelLink)))
    stock_the_shop()
    assert not has_changes()


def test_the_paper_partners_are_played_at_the_terminal(
    shop: PaperShop, cli: Callable[..., Result], tmp_path: Any
) -> None:
    import json

    file = tmp_path / "order.json"
    file.write_text(json.dumps(paper_order("P-9", [(SHIRT, 1, "79.90")])), encoding="utf-8")
    assert cli("paper", "order", str(file)).exit_code == 0
    assert cli("channels", "sync").exit_code == 0
    assert cli("outbox", "run").exit_code == 0
    session.expire_all()
    assert ours("P-9")
    assert "P-9" in cli("paper", "show", "shop").output


def test_a_shop_may_sell_for_another_channel(shop: PaperShop) -> None:
    def move() -> None:
        web = organization.channel_for_intake("web")
        organization.create_channel(
            code="market",
            name="Market",
            kind="marketplace",
            store_id=web.store_id,
            on_shortage="backorder",
            locations=[place.id for place in web.locations],
        )
        (link,) = list_links()
        move_link(link_id=link.id, channel="market")

    transact(move)
    sell(shop, "P-1")
    sync()
    assert orders.find_order("market", "P-1") is not None
    assert shop.for_sale(SHIRT) == 9
