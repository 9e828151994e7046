"""What it costs to look prices up: those of fifty lines among a hundred thousand on lists."""

from flask import Flask

from app import clock
from app.db import close_session, transact
from modules import catalog, pricing
from tests.bench.figures import Figure, Meter
from tests.bench.shop import fill, open_shop, sku

ENTRIES, LINES, LISTS = 100_000, 50, 20


def run(database_url: str) -> list[Figure]:
    with open_shop(database_url) as house:
        fill()
        known = catalog.variants_for_sale([sku(number) for number in range(1_000)])
        close_session()
        variants = sorted(known.values())
        _write(variants)
        return [_measured(house, variants)]


def _write(variants: list[catalog.VariantForSale]) -> None:
    """Put so many prices on lists of groups and contracts, which nobody is shown."""
    steps = -(-ENTRIES // (LISTS * len(variants)))
    for number in range(LISTS):
        entries = [
            pricing.Entry(
                variant_id=one.id, price_minor=one.price_minor - step, least_quantity=1 + step
            )
            for one in variants
            for step in range(steps)
        ]

        def make(number: int = number, entries: list[pricing.Entry] = entries) -> None:
            made = pricing.create_price_list(
                code=f"BENCH-{number}",
                name=f"List {number}",
                currency="PLN",
                rank=number,
                groups=[f"group-{number % 4}"],
                active=True,
            )
            pricing.put_prices(price_list_id=made.id, entries=entries, source="bench")

        transact(make)


def _measured(house: Flask, variants: list[catalog.VariantForSale]) -> Figure:
    meter = Meter(house.extensions["database"].engine)
    wanted = [pricing.Wanted(one.id, 3, one.price_minor) for one in variants[:LINES]]

    def look_up(_number: int) -> None:
        found = pricing.prices_for(
            wanted,
            at=clock.now(),
            currency="PLN",
            company_currency="PLN",
            channel="web",
            groups=lambda: frozenset(["group-1"]),
        )
        assert found[wanted[0].variant_id].price_list
        close_session()

    cost = meter.measure(look_up, rounds=200)
    return cost.figure(
        f"prices of {LINES} lines among {ENTRIES:,} on {LISTS} lists",
        goal="<= 20 ms",
        good=cost.total_ms <= 20,
    )
