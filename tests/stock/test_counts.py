"""Counting while the shop sells: the difference belongs to the moment of the count."""

import pytest

from app.db import transact
from modules import stock
from modules.stock import CountedLine, NotEnoughStock
from modules.stock.errors import AlreadyClosed, NothingToPost
from modules.stock.operations import counts
from modules.stock.queries.counts import lines_of_count
from tests.stock.cast import (
    PARCEL,
    Cast,
    differences,
    level,
    make_cast,
    receive,
    reserve,
    stocked,
    wanted,
)

pytestmark = pytest.mark.usefixtures("app")


def sell(cast: Cast, pieces: int) -> None:
    (held,) = reserve(wanted(cast.m, cast.shop, pieces))
    transact(lambda: stock.issue_many([(held, pieces)], reference=PARCEL))


def started(cast: Cast) -> int:
    return transact(lambda: counts.start_count(location_id=cast.shop).id)


def tally(count_id: int, variant_id: int, counted: int, *, more: bool = False) -> None:
    transact(
        lambda: counts.put_on_count(
            count_id=count_id, variant_id=variant_id, counted=counted, more=more
        )
    )


def post(count_id: int) -> None:
    transact(lambda: counts.post_count(count_id=count_id))


def test_a_count_brings_the_ledger_to_what_lies_there() -> None:
    cast = stocked(make_cast(), M=5, S=2)
    lines = [
        CountedLine(variant_id=cast.m, counted=4),
        CountedLine(variant_id=cast.s, counted=3),
        CountedLine(variant_id=cast.sizes["L"], counted=1),
    ]
    transact(lambda: stock.count(location_id=cast.shop, lines=lines))
    assert [level(cast.sizes[size], cast.shop).on_hand for size in "MSL"] == [4, 3, 1]
    assert stock.list_movements(cast.m)[0].to_virtual == "loss"
    assert differences() == []


def test_sales_after_the_scan_do_not_change_what_was_counted() -> None:
    cast = stocked(make_cast(), M=5)
    one = started(cast)
    tally(one, cast.m, 5)
    sell(cast, 2)
    post(one)
    assert level(cast.m, cast.shop).on_hand == 3
    assert [entry.kind.value for entry in stock.list_movements(cast.m)] == ["ship", "receive"]
    assert differences() == []


def test_a_missing_piece_is_missing_however_much_is_sold_and_delivered_meanwhile() -> None:
    cast = stocked(make_cast(), M=5)
    one = started(cast)
    tally(one, cast.m, 4)
    sell(cast, 2)
    receive(cast.shop, {cast.m: 10})
    post(one)
    assert level(cast.m, cast.shop).on_hand == 5 - 1 - 2 + 10
    assert differences() == []


def test_a_counted_line_remembers_where_the_ledger_stood() -> None:
    cast = stocked(make_cast(), M=5)
    one = started(cast)
    sell(cast, 1)
    position = stock.list_movements(cast.m)[0].id
    tally(one, cast.m, 4)
    sell(cast, 1)
    (line,) = lines_of_count(one)
    assert (line.position, line.expected, line.difference) == (position, 4, 0)
    up_to = [entry for entry in stock.list_movements(cast.m) if entry.id <= line.position]
    signed = [
        entry.quantity if entry.to_location_id == cast.shop else -entry.quantity for entry in up_to
    ]
    assert sum(signed) == line.expected


def test_each_scan_counts_one_piece_more() -> None:
    cast = stocked(make_cast(), M=3)
    one = started(cast)
    for _ in range(3):
        tally(one, cast.m, 1, more=True)
    tally(one, cast.s, 2)
    transact(lambda: counts.take_off_count(count_id=one, variant_id=cast.s))
    assert [(line.counted, line.difference) for line in lines_of_count(one)] == [(3, 0)]


def test_a_count_is_posted_once() -> None:
    cast = stocked(make_cast(), M=3)
    one = started(cast)
    tally(one, cast.m, 2)
    post(one)
    with pytest.raises(AlreadyClosed):
        post(one)
    with pytest.raises(AlreadyClosed):
        tally(one, cast.m, 1)
    assert level(cast.m, cast.shop).on_hand == 2


def test_a_count_of_nothing_is_not_posted() -> None:
    with pytest.raises(NothingToPost):
        post(started(make_cast()))


def test_promised_goods_that_are_not_there_stop_the_count() -> None:
    cast = stocked(make_cast(), M=3)
    reserve(wanted(cast.m, cast.shop, 3))
    one = started(cast)
    tally(one, cast.m, 1)
    with pytest.raises(NotEnoughStock):
        post(one)
    assert level(cast.m, cast.shop).on_hand == 3
    assert differences() == []


def test_a_count_that_is_given_up_changes_nothing() -> None:
    cast = stocked(make_cast(), M=3)
    one = started(cast)
    tally(one, cast.m, 0)
    transact(lambda: counts.cancel_count(count_id=one))
    with pytest.raises(AlreadyClosed):
        post(one)
    assert level(cast.m, cast.shop).on_hand == 3
