"""Two people at the same prices: one of them is told, and the history stays whole."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from app.db import close_session, session, transact
from app.errors import StaleEdit
from modules import catalog
from modules.pricing import Entry
from modules.pricing.entries import put_prices
from modules.pricing.models import PricePeriod
from modules.pricing.queries import entries_of
from tests.pricing.cast import differences, make_boots, make_list


def at_once(house: Flask, *acts: Callable[[], Any]) -> list[str]:
    """Return what became of acts that began in one moment."""
    line = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> str:
        with house.app_context():
            line.wait(60)
            try:
                transact(act)
            except StaleEdit:
                return "stale"
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def test_of_two_who_write_to_one_list_the_second_is_told(real_house: Flask) -> None:
    with real_house.app_context():
        small, _large = make_boots()
        made = make_list("WEB")
    prices = [10_000 + number for number in range(4)]

    def put(price_minor: int) -> Callable[[], Any]:
        one = Entry(variant_id=small, price_minor=price_minor)
        return lambda: put_prices(price_list_id=made.id, version=made.version, entries=[one])

    told = at_once(real_house, *(put(one) for one in prices))
    assert sorted(told) == ["done", "stale", "stale", "stale"]
    with real_house.app_context():
        [stands] = entries_of(made.id, [small])
        assert stands.price_minor == prices[told.index("done")]


def test_many_changes_of_one_price_leave_one_row_of_periods(real_house: Flask) -> None:
    with real_house.app_context():
        small, large = make_boots()
        make_list("WEB", Entry(variant_id=large, price_minor=15_000), channels=["web"])

    def change(number: int) -> Callable[[], Any]:
        prices = {"BOOT-38": 10_000 + number, "BOOT-39": 12_000 + number}
        return lambda: catalog.set_prices(code="BOOT", prices=prices)

    told = at_once(real_house, *(change(number) for number in range(4)))
    assert set(told) == {"done"}
    with real_house.app_context():
        assert differences() == []
        close_session()
        own = session.query(PricePeriod).filter_by(variant_id=small)
        assert own.count() == 5
        assert own.filter(PricePeriod.valid_to.is_(None)).count() == 1
