"""Goods on their way between our locations: held, in transit, received, and never lost silently."""

from functools import partial

import pytest

from app.db import session, transact
from app.errors import InvalidInput
from modules import stock
from modules.stock import NotEnoughStock, Transfer, TransferLineWanted
from modules.stock.errors import AlreadyClosed, ReasonMissing, SamePlace
from modules.stock.operations import transfers
from tests.stock.cast import Cast, differences, level, make_cast, reserve, stocked, wanted

pytestmark = pytest.mark.usefixtures("app")


def request(cast: Cast, **sizes: int) -> int:
    lines = [
        TransferLineWanted(variant_id=cast.sizes[size], quantity=pieces)
        for size, pieces in sizes.items()
    ]
    return transact(
        lambda: (
            stock.request_transfer(
                from_location_id=cast.shop, to_location_id=cast.warehouse, lines=lines, note="van"
            ).id
        )
    )


def receive(transfer: int, cast: Cast, reason: str = "", **sizes: int) -> None:
    lines = [
        TransferLineWanted(variant_id=cast.sizes[size], quantity=pieces)
        for size, pieces in sizes.items()
    ]
    transact(
        lambda: stock.receive_transfer(transfer_id=transfer, lines=lines or None, reason=reason)
    )


def test_requested_goods_are_held_at_the_source() -> None:
    cast = stocked(make_cast(), M=3)
    request(cast, M=2)
    assert level(cast.m, cast.shop).available == 1
    with pytest.raises(NotEnoughStock):
        reserve(wanted(cast.m, cast.shop, 2))
    with pytest.raises(NotEnoughStock):
        request(cast, M=2)
    assert differences() == []


def test_shipped_goods_are_on_their_way_and_not_yet_there() -> None:
    cast = stocked(make_cast(), M=3)
    one = request(cast, M=2)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    assert level(cast.m, cast.shop)[2:] == (1, 0, 0, 0)
    assert level(cast.m, cast.warehouse)[2:] == (0, 0, 0, 2)
    assert differences() == []


def test_received_goods_lie_at_the_target() -> None:
    cast = stocked(make_cast(), M=3, S=1)
    one = request(cast, M=2, S=1)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    receive(one, cast)
    assert level(cast.m, cast.warehouse)[2:] == (2, 0, 0, 0)
    assert level(cast.s, cast.warehouse).available == 1
    assert differences() == []


def test_what_is_missing_needs_a_reason_and_is_a_loss() -> None:
    cast = stocked(make_cast(), M=3, S=1)
    one = request(cast, M=3, S=1)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    with pytest.raises(ReasonMissing):
        receive(one, cast, M=2, S=1)
    assert level(cast.m, cast.warehouse).incoming == 3
    receive(one, cast, M=2, S=1, reason="carton torn")
    assert level(cast.m, cast.warehouse)[2:] == (2, 0, 0, 0)
    loss = next(entry for entry in stock.list_movements(cast.m) if entry.to_virtual == "loss")
    assert (loss.quantity, loss.reason, loss.from_virtual) == (1, "carton torn", "transit")
    assert session.get_one(Transfer, one).difference_reason == "carton torn"
    assert differences() == []


def test_more_than_was_sent_can_arrive_with_a_reason() -> None:
    cast = stocked(make_cast(), M=1)
    one = request(cast, M=1)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    receive(one, cast, M=2, reason="miscounted at the source")
    assert level(cast.m, cast.warehouse).on_hand == 2
    assert differences() == []


def test_nothing_that_was_not_sent_is_received() -> None:
    cast = stocked(make_cast(), M=1)
    one = request(cast, M=1)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    with pytest.raises(InvalidInput) as refused:
        receive(one, cast, M=1, S=1, reason="extra")
    assert refused.value.details[0]["pointer"] == "/lines/1/sku"


def test_a_cancelled_transfer_frees_its_goods() -> None:
    cast = stocked(make_cast(), M=2)
    one = request(cast, M=2)
    transact(lambda: stock.cancel_transfer(transfer_id=one))
    assert level(cast.m, cast.shop).available == 2
    with pytest.raises(AlreadyClosed):
        transact(lambda: stock.ship_transfer(transfer_id=one))
    assert differences() == []


def test_each_step_of_a_transfer_happens_once_and_in_order() -> None:
    cast = stocked(make_cast(), M=2)
    one = request(cast, M=1)
    with pytest.raises(AlreadyClosed):
        receive(one, cast)
    transact(lambda: stock.ship_transfer(transfer_id=one))
    for wrong in (stock.ship_transfer, stock.cancel_transfer, transfers.confirm_transfer):
        with pytest.raises(AlreadyClosed):
            transact(partial(wrong, transfer_id=one))
    receive(one, cast)
    with pytest.raises(AlreadyClosed):
        receive(one, cast)
    assert level(cast.m, cast.warehouse).on_hand == 1
    assert differences() == []


def test_a_transfer_goes_to_another_place() -> None:
    cast = stocked(make_cast(), M=1)
    with pytest.raises(SamePlace):
        transact(
            lambda: stock.request_transfer(
                from_location_id=cast.shop,
                to_location_id=cast.shop,
                lines=[TransferLineWanted(variant_id=cast.m, quantity=1)],
            )
        )


def test_a_transfer_is_filled_by_scanning_and_holds_goods_when_it_is_requested() -> None:
    cast = stocked(make_cast(), M=3)
    one = transact(
        lambda: transfers.start_transfer(from_location_id=cast.shop, to_location_id=cast.warehouse)
    ).id
    for _ in range(2):
        transact(lambda: transfers.put_on_transfer(transfer_id=one, variant_id=cast.m, quantity=1))
    assert level(cast.m, cast.shop).reserved == 0
    transact(lambda: transfers.confirm_transfer(transfer_id=one))
    assert level(cast.m, cast.shop).reserved == 2
    assert differences() == []
