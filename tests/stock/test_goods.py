"""Goods that come in, come back, are found or lost: what changes, and what is refused."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.actor import Actor, acting_as
from app.db import session, transact, unit_of_work
from app.errors import RuleViolation
from app.events import publish
from modules import catalog, stock
from modules.stock import GoodsArrived, GoodsReceipt, NotEnoughStock, ReceiptLine, Virtual
from modules.stock.errors import AlreadyClosed, GoodsMovedSince, NothingToPost
from modules.stock.operations import receipts
from tests.stock.cast import (
    PARCEL,
    differences,
    level,
    make_cast,
    receive,
    reserve,
    stocked,
    wanted,
)

pytestmark = pytest.mark.usefixtures("app")


def test_received_goods_lie_where_they_came_in() -> None:
    cast = make_cast()
    receive(cast.warehouse, {cast.m: 4, cast.s: 1})
    receive(cast.warehouse, {cast.m: 2})
    assert level(cast.m, cast.warehouse).on_hand == 6
    assert level(cast.m, cast.shop).on_hand == 0
    entry = stock.list_movements(cast.s)[0]
    assert (entry.from_virtual, entry.to_location_id) == (Virtual.SUPPLIER, cast.warehouse)
    assert entry.ref_kind == "goods_receipt"
    assert differences() == []


def test_a_variant_may_stand_twice_on_a_delivery_at_two_costs() -> None:
    cast = make_cast()
    lines = [
        ReceiptLine(variant_id=cast.m, quantity=2, unit_cost_minor=9900),
        ReceiptLine(variant_id=cast.m, quantity=3, unit_cost_minor=8900),
    ]
    transact(lambda: stock.receive(location_id=cast.shop, reference="WZ", lines=lines))
    assert level(cast.m, cast.shop).on_hand == 5
    assert [one.quantity for one in stock.list_movements(cast.m)] == [3, 2]


def test_a_delivery_of_last_week_is_written_today_with_both_days() -> None:
    cast = make_cast()
    then = datetime(2026, 11, 13, 9, tzinfo=UTC)
    transact(
        lambda: stock.receive(
            location_id=cast.shop,
            reference="WZ late",
            lines=[ReceiptLine(variant_id=cast.m, quantity=1)],
            effective_at=then,
        )
    )
    entry = stock.list_movements(cast.m)[0]
    assert entry.effective_at == then
    assert entry.recorded_at > then


def test_a_receipt_without_a_line_is_refused() -> None:
    cast = make_cast()
    with pytest.raises(NothingToPost):
        receive(cast.shop, {})


def test_scanned_goods_are_in_stock_only_when_the_receipt_is_posted() -> None:
    cast = make_cast()
    opened = transact(lambda: receipts.start_receipt(location_id=cast.shop, reference="WZ 1")).id

    def scan() -> None:
        receipts.put_on_receipt(receipt_id=opened, variant_id=cast.m, quantity=1)

    for _ in range(3):
        transact(scan)
    transact(lambda: receipts.set_on_receipt(receipt_id=opened, variant_id=cast.s, quantity=9))
    transact(lambda: receipts.set_on_receipt(receipt_id=opened, variant_id=cast.s, quantity=0))
    assert level(cast.m, cast.shop).on_hand == 0
    transact(lambda: receipts.post_receipt(receipt_id=opened))
    assert level(cast.m, cast.shop).on_hand == 3
    assert level(cast.s, cast.shop).on_hand == 0
    with pytest.raises(AlreadyClosed):
        transact(lambda: receipts.post_receipt(receipt_id=opened))
    with pytest.raises(AlreadyClosed):
        transact(scan)
    assert level(cast.m, cast.shop).on_hand == 3
    assert differences() == []


def test_an_open_receipt_can_be_discarded_and_a_posted_one_cannot() -> None:
    cast = make_cast()
    opened = transact(lambda: receipts.start_receipt(location_id=cast.shop, reference="WZ 1")).id
    transact(lambda: receipts.put_on_receipt(receipt_id=opened, variant_id=cast.m, quantity=1))
    transact(lambda: receipts.discard_receipt(receipt_id=opened))
    assert session.get(GoodsReceipt, opened) is None
    posted = receive(cast.shop, {cast.m: 1})
    with pytest.raises(AlreadyClosed):
        transact(lambda: receipts.discard_receipt(receipt_id=posted))


def test_quantities_of_an_import_are_received_at_its_location() -> None:
    cast = make_cast()
    import_of(cast.m, 5, 41)
    assert level(cast.m, cast.shop).on_hand == 5
    assert differences() == []


def test_an_import_that_is_undone_takes_its_goods_along() -> None:
    cast = stocked(make_cast(), M=2)
    import_of(cast.m, 5, 41)
    import_of(cast.m, 1, 42)
    undo(41)
    assert level(cast.m, cast.shop).on_hand == 3
    undo(41)  # again changes nothing
    assert level(cast.m, cast.shop).on_hand == 3
    assert differences() == []


def test_an_import_whose_goods_are_promised_cannot_be_undone() -> None:
    cast = make_cast()
    import_of(cast.m, 5, 41)
    reserve(wanted(cast.m, cast.shop, 1))
    with pytest.raises(GoodsMovedSince) as refused:
        undo(41)
    assert "GDN-F has 4 of HALINA-M left; 5 were asked for." in str(refused.value)
    assert level(cast.m, cast.shop).on_hand == 5
    assert differences() == []


def import_of(variant_id: int, quantity: int, import_id: int) -> None:
    event = catalog.QuantitiesImported(
        import_id=import_id, location_code="GDN-F", quantities=[(variant_id, quantity)]
    )
    transact(lambda: publish(event))


def undo(import_id: int) -> None:
    transact(lambda: publish(catalog.ImportUndone(import_id=import_id)))


def test_sellable_goods_that_come_back_can_be_sold_again() -> None:
    cast = stocked(make_cast(), M=1)
    take_back(cast.m, cast.shop, sellable=True)
    now = level(cast.m, cast.shop)
    assert (now.on_hand, now.available) == (2, 2)
    assert stock.list_movements(cast.m)[0].from_virtual is Virtual.CUSTOMER
    assert differences() == []


def test_damaged_goods_that_come_back_are_set_aside() -> None:
    cast = make_cast()
    take_back(cast.m, cast.shop, sellable=False)
    now = level(cast.m, cast.shop)
    assert (now.on_hand, now.unsellable, now.available) == (1, 1, 0)
    assert differences() == []


def take_back(variant_id: int, location_id: int, *, sellable: bool) -> None:
    transact(
        lambda: stock.take_back(
            variant_id=variant_id,
            location_id=location_id,
            quantity=1,
            sellable=sellable,
            reference=PARCEL,
            reason="too small",
        )
    )


def adjust(variant_id: int, location_id: int, change: int) -> None:
    transact(
        lambda: stock.adjust(
            variant_id=variant_id,
            location_id=location_id,
            quantity_change=change,
            reason="found behind the shelf",
        )
    )


def test_a_correction_says_who_made_it_and_why() -> None:
    cast = stocked(make_cast(), M=1)
    with acting_as(Actor(kind="staff", id=5, name="Ewa Żak", all_powerful=True)):
        adjust(cast.m, cast.shop, 2)
    entry = stock.list_movements(cast.m)[0]
    assert (entry.reason, entry.actor) == ("found behind the shelf", "staff:5:Ewa Żak")
    assert level(cast.m, cast.shop).on_hand == 3


def test_what_is_promised_cannot_be_written_off() -> None:
    cast = stocked(make_cast(), M=2)
    reserve(wanted(cast.m, cast.shop, 2))
    with pytest.raises(NotEnoughStock):
        adjust(cast.m, cast.shop, -1)
    assert level(cast.m, cast.shop).on_hand == 2
    assert differences() == []


def test_mended_goods_go_back_on_sale_but_no_more_than_were_set_aside() -> None:
    cast = stocked(make_cast(), M=3)

    def change(by: int) -> None:
        stock.set_unsellable(
            variant_id=cast.m, location_id=cast.shop, quantity_change=by, reason="stain"
        )

    transact(lambda: change(2))
    assert level(cast.m, cast.shop).available == 1
    transact(lambda: change(-1))
    assert level(cast.m, cast.shop).available == 2
    with pytest.raises(NotEnoughStock):
        transact(lambda: change(-2))
    with pytest.raises(NotEnoughStock):
        transact(lambda: change(3))
    assert [one.kind.value for one in stock.list_movements(cast.m)][:2] == [
        "put_back",
        "set_aside",
    ]
    assert differences() == []


def test_those_who_wait_for_goods_hear_where_they_arrived(app: Flask) -> None:
    cast = make_cast()
    heard: list[GoodsArrived] = []
    app.extensions["subscribers"][GoodsArrived].append(heard.append)
    try:
        receive(cast.shop, {cast.m: 1, cast.s: 1})
        assert heard == [GoodsArrived(location_id=cast.shop, variant_ids=(cast.s, cast.m))]
        take_back(cast.m, cast.shop, sellable=False)
        assert len(heard) == 1
        take_back(cast.m, cast.shop, sellable=True)
        assert heard[-1].variant_ids == (cast.m,)
    finally:
        app.extensions["subscribers"][GoodsArrived].remove(heard.append)


@pytest.mark.parametrize(
    "act", ["UPDATE stock_movement SET quantity = 9", "DELETE FROM stock_movement"]
)
def test_the_ledger_can_only_grow(act: str) -> None:
    stocked(make_cast(), M=1)
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        session.execute(text(act))


@pytest.mark.parametrize(
    "change", ["reserved = 3", "reserved = -1", "unsellable = 3", "on_hand = -1", "incoming = -1"]
)
def test_the_database_itself_refuses_to_oversell(change: str) -> None:
    stocked(make_cast(), M=2)
    with pytest.raises(DBAPIError), unit_of_work():
        session.execute(text(f"UPDATE stock_item SET {change}"))  # noqa: S608 - ours


def test_refusals_can_be_shown_to_people() -> None:
    assert issubclass(GoodsMovedSince, RuleViolation)
    assert GoodsMovedSince.code == "goods_moved"
