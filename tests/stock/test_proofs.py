"""The proof of stock finds every figure that its entries do not carry."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app.db import session, transact
from modules import stock
from modules.stock import TransferLineWanted
from tests.stock.cast import Cast, differences, make_cast, reserve, stocked, wanted

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def cast(app: Flask) -> Cast:
    cast = stocked(make_cast(), M=9, S=9)
    reserve(wanted(cast.m, cast.shop, 2))
    lines = [TransferLineWanted(variant_id=cast.s, quantity=3)]
    transfer = transact(
        lambda: stock.request_transfer(
            from_location_id=cast.shop, to_location_id=cast.warehouse, lines=lines
        )
    )
    transact(lambda: stock.ship_transfer(transfer_id=transfer.id))
    return cast


def spoil(statement: str) -> None:
    transact(lambda: session.execute(text(statement)))


def test_a_shop_that_only_used_its_operations_agrees(cast: Cast) -> None:
    assert cast.m
    assert differences() == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE stock_item SET on_hand = on_hand + 1 WHERE reserved > 0", "on hand"),
        ("UPDATE stock_item SET unsellable = unsellable + 1 WHERE reserved > 0", "unsellable"),
        ("UPDATE stock_item SET reserved = reserved - 1 WHERE reserved > 0", "reserved"),
        ("UPDATE stock_item SET incoming = incoming + 1 WHERE reserved > 0", "incoming"),
        ("UPDATE stock_reservation SET quantity = 1 WHERE state = 'held'", "reserved"),
        ("UPDATE stock_transfer_line SET quantity = quantity + 1", "transit"),
        ("UPDATE stock_transfer SET state = 'received'", "transit"),
    ],
)
def test_a_spoiled_figure_is_found(cast: Cast, statement: str, finding: str) -> None:
    assert cast.m
    spoil(statement)
    found = differences()
    assert any(finding in one for one in found), found


def test_a_difference_names_the_item_and_both_numbers(cast: Cast) -> None:
    spoil(f"UPDATE stock_item SET on_hand = 12 WHERE variant_id = {cast.m}")  # noqa: S608
    assert differences() == [
        f"stock: on hand of variant {cast.m} in location {cast.shop}: expected 9, found 12"
    ]


def test_the_ledger_command_proves_stock(cast: Cast, cli: Callable[..., Result]) -> None:
    agreed = cli("ledger", "prove")
    assert agreed.exit_code == 0, agreed.output
    spoil(f"UPDATE stock_item SET on_hand = 12 WHERE variant_id = {cast.m}")  # noqa: S608
    refused = cli("ledger", "prove")
    assert refused.exit_code == 1
    assert "expected 9, found 12" in refused.output
