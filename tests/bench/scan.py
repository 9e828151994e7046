"""A scanned EAN: the query, and the call of a program."""

from flask import Flask

from app.db import close_session
from modules import catalog
from tests.bench.figures import Figure, Meter, count_statements
from tests.bench.shop import Caller, Driver, fill, gtin, open_shop

ROUNDS = 300
MOST_STATEMENTS = 5


def run(database_url: str) -> list[Figure]:
    """Measure on a database that stands as after `db upgrade`."""
    with open_shop(database_url) as house:
        fill()
        return _measure(house)


def _measure(house: Flask) -> list[Figure]:
    engine = house.extensions["database"].engine
    meter, caller = Meter(engine), Caller(house)
    with engine.connect() as connection:
        driver = Driver(connection)
        limit = meter.measure(
            lambda n: driver.one(
                "SELECT v.* FROM barcode b JOIN variant v ON v.id = b.variant_id WHERE b.code = ?",
                gtin(n),
            ),
            rounds=ROUNDS,
        )

    def scan(number: int) -> None:
        found = catalog.find_by_scan(gtin(number))
        assert found is not None
        close_session()

    ours = meter.measure(scan, rounds=ROUNDS)
    api = meter.measure(lambda n: caller.get(f"/variants?gtin={gtin(n)}"), rounds=ROUNDS)
    count = count_statements(engine, lambda: caller.get(f"/variants?gtin={gtin(7)}"))
    return [
        ours.figure(
            "scan of an EAN, the query",
            limit_ms=limit.total_ms,
            found=f"{count_statements(engine, lambda: scan(7))} statements",
            goal="p99 <= 5 ms",
            good=ours.percentile(0.99) <= 5,
        ),
        api.figure(
            "scan of an EAN, GET /variants?gtin=",
            limit_ms=limit.total_ms,
            found=f"{count} statements",
            goal=f"<= {MOST_STATEMENTS} statements",
            good=count <= MOST_STATEMENTS,
        ),
    ]
