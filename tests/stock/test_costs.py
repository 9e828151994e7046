"""What a change of stock costs: the same number of statements, however long the order is."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import unit_of_work
from modules import stock
from modules.stock import ReceiptLine, Wanted
from tests.stock.cast import PARCEL, Cast, make_cast, receive, wanted

SIZES = [f"T{number}" for number in range(20)]
LENGTHS = (1, 3, 20)


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    # What the floors above do when they hear of it is counted by their own tests.
    monkeypatch.setitem(app.extensions, "subscribers", {})
    made = make_cast(SIZES)
    receive(made.shop, dict.fromkeys(made.sizes.values(), 100))
    return made


def lines_of(cast: Cast, count: int) -> list[Wanted]:
    return [wanted(cast.sizes[size], cast.shop, 2) for size in SIZES[:count]]


@pytest.mark.parametrize("count", LENGTHS)
def test_an_order_of_any_length_is_reserved_by_two_statements(
    cast: Cast, statements: Callable[[], Any], count: int
) -> None:
    with unit_of_work(), statements() as asked:
        stock.reserve_many(lines_of(cast, count))
    assert len(asked) == 2, asked


@pytest.mark.parametrize("lock", [False, True])
def test_availability_for_an_order_is_read_by_one_statement(
    cast: Cast, statements: Callable[[], Any], lock: bool
) -> None:
    places = [cast.shop, cast.warehouse]
    with unit_of_work(), statements() as asked:
        found = stock.available_for([*cast.sizes.values()], places, lock=lock)
    assert len(asked) == 1
    assert [one.variant_id for one in found] == sorted(cast.sizes.values())


@pytest.mark.parametrize("count", LENGTHS)
def test_a_parcel_of_any_length_leaves_by_four_statements(
    cast: Cast, statements: Callable[[], Any], count: int
) -> None:
    with unit_of_work():
        held = stock.reserve_many(lines_of(cast, count))
    with unit_of_work(), statements() as asked:
        stock.issue_many([(one, 1) for one in held], reference=PARCEL)
    assert len(asked) == 4, asked


@pytest.mark.parametrize("count", LENGTHS)
def test_an_order_of_any_length_is_released_by_two_statements(
    cast: Cast, statements: Callable[[], Any], count: int
) -> None:
    with unit_of_work():
        held = stock.reserve_many(lines_of(cast, count))
    with unit_of_work(), statements() as asked:
        stock.release_many([(one, 2) for one in held])
    assert len(asked) == 2, asked


@pytest.mark.parametrize("count", LENGTHS)
def test_a_delivery_of_any_length_is_received_by_five_statements(
    cast: Cast, statements: Callable[[], Any], count: int
) -> None:
    lines = [ReceiptLine(variant_id=cast.sizes[size], quantity=3) for size in SIZES[:count]]
    with unit_of_work(), statements() as asked:
        stock.receive(location_id=cast.warehouse, reference="WZ", lines=lines)
    assert len(asked) == 5, asked
