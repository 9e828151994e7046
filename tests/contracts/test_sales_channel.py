"""What every shop must do, whoever is behind it."""

import pytest
from flask import Flask

from modules import connectors
from modules.channels import ChannelOrder, Offer, Outcome, SalesChannel
from tests.contracts.stages import Stage, connectors_with, stage_of

PORT = "channels.SalesChannel"


@pytest.fixture(params=connectors_with(PORT))
def stage(app: Flask, request: pytest.FixtureRequest) -> Stage:
    return stage_of(request.param)


@pytest.fixture
def shop(stage: Stage) -> SalesChannel:
    found: SalesChannel = stage.port(PORT)
    return found


def test_an_order_is_told_once_in_our_words(shop: SalesChannel, stage: Stage) -> None:
    stage.sell("A-1", [("SKU-1", 2, "39.95")])
    page = shop.pull_orders(None)
    (order,) = page.orders
    assert isinstance(order, ChannelOrder)
    assert order.external_id == "A-1"
    assert order.lines[0].unit_price_minor == 3_995
    assert order.placed_at.tzinfo
    assert order.shipping_minor == 1_490
    assert list(shop.pull_orders(page.cursor).orders) == []


def test_an_order_survives_being_kept_as_json(shop: SalesChannel, stage: Stage) -> None:
    stage.sell("A-1", [("SKU-1", 2, "39.95")])
    (order,) = shop.pull_orders(None).orders
    assert isinstance(order, ChannelOrder)
    assert ChannelOrder.from_json(order.as_json()) == order


def test_orders_come_in_the_order_of_the_shop_page_by_page(
    shop: SalesChannel, stage: Stage
) -> None:
    names = [f"A-{at:03d}" for at in range(120)]
    for name in names:
        stage.sell(name, [("SKU-1", 1, "10.00")])
    found, cursor, more = [], None, True
    while more:
        page = shop.pull_orders(cursor)
        found += [order.external_id for order in page.orders]
        cursor, more = page.cursor, page.more
    assert found == names


def test_stock_is_absolute(shop: SalesChannel, stage: Stage) -> None:
    for _time in range(2):
        (result,) = shop.push_stock([Offer(sku="SKU-1", quantity=7)], seen=None)
        assert result.outcome is Outcome.DONE
    assert stage.on_sale("SKU-1") == 7


def test_what_was_sold_and_not_read_yet_is_taken_off(shop: SalesChannel, stage: Stage) -> None:
    stage.sell("A-1", [("SKU-1", 1, "10.00")])
    seen = shop.pull_orders(None).cursor
    stage.sell("A-2", [("SKU-1", 2, "10.00")])
    shop.push_stock([Offer(sku="SKU-1", quantity=7)], seen=seen)
    assert stage.on_sale("SKU-1") == 5


def test_each_offer_has_its_own_result(shop: SalesChannel) -> None:
    results = shop.push_stock(
        [Offer(sku="SKU-1", quantity=7), Offer(sku="SKU-2", quantity=-1)], seen=None
    )
    assert {one.sku: one.outcome for one in results} == {
        "SKU-1": Outcome.DONE,
        "SKU-2": Outcome.REFUSED,
    }


def test_a_tracking_number_told_twice_is_shown_once(shop: SalesChannel, stage: Stage) -> None:
    stage.sell("A-1", [("SKU-1", 1, "10.00")])
    for _time in range(2):
        told = shop.push_tracking("A-1", carrier="paper", tracking_number="PC1")
        assert told.outcome is Outcome.DONE
    assert stage.parcels_shown("A-1") == ["PC1"]


def test_news_of_an_unknown_order_are_refused_in_words(shop: SalesChannel) -> None:
    told = shop.push_cancellation("NOBODY", reason="sold out")
    assert told.outcome is Outcome.REFUSED
    assert told.message


def test_a_lost_answer_is_unknown(shop: SalesChannel, stage: Stage) -> None:
    stage.sell("A-1", [("SKU-1", 1, "10.00")])
    stage.go_wrong("push_tracking", "lost_after")
    told = shop.push_tracking("A-1", carrier="paper", tracking_number="PC1")
    assert told.outcome is Outcome.UNKNOWN
    stage.go_wrong("push_stock", "lost_after")
    (result,) = shop.push_stock([Offer(sku="SKU-1", quantity=7)], seen=None)
    assert result.outcome is Outcome.UNKNOWN


def test_nobody_there_is_told_apart(shop: SalesChannel, stage: Stage) -> None:
    stage.go_wrong("pull_orders", "away")
    with pytest.raises(connectors.PartnerDown):
        shop.pull_orders(None)
