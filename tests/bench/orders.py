"""Taking an order in: the service call and the API, 3 and 20 lines, one program and eight."""

import multiprocessing
import time
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.db import close_session, database, session, transact
from modules import catalog, orders, stock
from tests.bench.figures import Cost, Figure, Meter, count_statements
from tests.bench.shop import Caller, Driver, fill, open_shop, order, order_json, sku

ROUNDS = 150
EACH = 40  # orders of one of several clients
HOT = 5
MOST_STATEMENTS = 15


def run(database_url: str) -> list[Figure]:
    """Measure on a database that stands as after `db upgrade`."""
    with open_shop(database_url) as house:
        fill()
        transact(lambda: orders.place_order(order(0)))
        found = [*_by_the_driver_and_ours(house), *_by_api(house)]
        # The clients have pools of their own: on SQLite the file, on PostgreSQL the slots.
        close_session()
        house.extensions["database"].engine.dispose()
    return found + _with_others(database_url)


def _by_the_driver_and_ours(house: Flask) -> list[Figure]:
    engine = house.extensions["database"].engine
    meter = Meter(engine)
    most = 8.0 if meter.on_server else 4.0
    found = []
    for lines in (3, 20):
        limit = _limit(house, meter, lines)

        def place(number: int, lines: int = lines) -> None:
            transact(lambda: orders.place_order(order(number, lines=lines)))

        ours = meter.measure(place, rounds=ROUNDS)
        count = count_statements(engine, lambda place=place: place(0))  # type: ignore[misc]
        ratio = ours.total_ms / limit.total_ms
        found.append(
            ours.figure(
                f"order of {lines} lines, service call",
                limit_ms=limit.total_ms,
                found=f"{count} statements",
                goal=f"<= {most:.0f} ms, <= 4 x limit, <= {MOST_STATEMENTS} statements"
                if lines == 3
                else f"<= {MOST_STATEMENTS} statements",
                good=count <= MOST_STATEMENTS
                and (lines != 3 or (ours.total_ms <= most and ratio <= 4)),
            )
        )
    return found


def _by_api(house: Flask) -> list[Figure]:
    meter = Meter(house.extensions["database"].engine)
    caller = Caller(house)
    found = []
    for lines in (3, 20):

        def post(number: int, lines: int = lines) -> None:
            caller.post("/orders", order_json(number, lines=lines))

        cost = meter.measure(post, rounds=ROUNDS)
        item = f"order of {lines} lines, POST /orders"
        if lines == 3:
            found.append(cost.figure(item, goal="<= 12 ms", good=cost.total_ms <= 12))
        else:
            found.append(cost.figure(item))
    return found


def _limit(house: Flask, meter: Meter, lines: int) -> Cost:
    """
    The same order by hand: 1 header, its lines, their units, guarded stock updates, reservations,
    allocations, 1 event; what must be read is read first; one commit.
    """
    with house.extensions["database"].engine.connect() as connection:
        driver = Driver(connection)
        if driver.is_postgres:
            driver.raw.autocommit = True
        kept = _templates(driver)
        # Where SQLAlchemy has begun something of its own: ours begins here.
        cost = meter.measure(lambda number: _by_hand(driver, kept, number, lines), rounds=ROUNDS)
        if driver.is_postgres:
            driver.raw.autocommit = False
    return cost


def _templates(driver: Driver) -> dict[str, dict[str, Any]]:
    order_id = driver.one('SELECT min(id) FROM "order"')[0]
    line = driver.one("SELECT min(id) FROM order_line WHERE order_id = ?", order_id)[0]
    return {
        "order": driver.template("order", "id = ?", order_id),
        "order_line": driver.template("order_line", "id = ?", line),
        "sold_unit": driver.template("sold_unit", "order_line_id = ?", line),
        "stock_reservation": driver.template("stock_reservation", "ref_id = ?", order_id),
        "allocation": driver.template("allocation", "order_line_id = ?", line),
        "order_event": driver.template("order_event", "order_id = ?", order_id),
    }


def _by_hand(driver: Driver, kept: dict[str, Any], number: int, lines: int) -> None:
    skus = [sku(number * lines + at) for at in range(lines)]
    signs = ", ".join("?" for _sku in skus)
    driver.raw.execute("BEGIN") if driver.is_postgres else driver.begin()
    driver.one("SELECT * FROM channel WHERE code = ?", "web")
    driver.one("SELECT * FROM shipping_method WHERE code = ?", "courier")
    variants = driver.all(f"SELECT id, sku, price_minor FROM variant WHERE sku IN ({signs})", *skus)
    keys = sorted(row[0] for row in variants)
    driver.one(
        "SELECT customer_id FROM customer_identity WHERE value = ?", "a.wisniewska@poczta.example"
    )
    driver.all(
        f"SELECT * FROM stock_item WHERE variant_id IN ({signs}) ORDER BY variant_id, location_id",
        *keys,
    )
    order_id = driver.insert("order", kept["order"])
    for at, key in enumerate(keys):
        line = {**kept["order_line"], "order_id": order_id, "position": at + 1, "variant_id": key}
        line_id = driver.insert("order_line", line)
        driver.insert("sold_unit", {**kept["sold_unit"], "order_line_id": line_id})
        changed = driver.do(
            "UPDATE stock_item SET reserved = reserved + 1 "
            "WHERE variant_id = ? AND location_id = 1 AND on_hand - unsellable - reserved >= 1",
            key,
        )
        assert changed == 1
        promise = {**kept["stock_reservation"], "ref_id": order_id, "variant_id": key}
        reservation = driver.insert("stock_reservation", promise)
        driver.insert(
            "allocation",
            {
                **kept["allocation"],
                "order_id": order_id,
                "order_line_id": line_id,
                "variant_id": key,
                "reservation_id": reservation,
            },
        )
    driver.insert("order_event", {**kept["order_event"], "order_id": order_id})
    driver.commit()


# --- several clients --------------------------------------------------------------------------


def _with_others(database_url: str) -> list[Figure]:
    found, spread = [], 0.0
    for clients in (1, 4, 8):
        rate, errors, waits = _crowd(database_url, clients, hot=0)
        spread = rate
        found.append(
            Figure(
                item=f"orders of 3 lines, {clients} client processes",
                p50_ms=_percentile(waits, 0.5),
                p99_ms=_percentile(waits, 0.99),
                found=f"{rate:.0f} orders/s, {errors} errors",
                goal=">= 120 orders/s, 0 errors" if clients == 8 else "0 errors",
                good=errors == 0 and (clients != 8 or rate >= 120),
            )
        )
    with open_shop(database_url) as house:
        before = _hot_stock()
        house.extensions["database"].engine.dispose()
    rate, errors, waits = _crowd(database_url, 8, hot=HOT)
    with open_shop(database_url):
        sold = before - _hot_stock()
    found.append(
        Figure(
            item=f"orders of 3 lines on {HOT} hot SKUs, 8 client processes",
            p50_ms=_percentile(waits, 0.5),
            p99_ms=_percentile(waits, 0.99),
            found=f"{rate:.0f} orders/s, {errors} errors, {sold} pieces promised",
            goal=f"0 errors, {8 * EACH * 3} promised, >= 60 % of the spread-out rate",
            good=errors == 0 and sold == 8 * EACH * 3 and rate >= 0.6 * spread,
        )
    )
    return found


def _hot_stock() -> int:
    keys = [one.id for one in catalog.variants_for_sale([sku(at) for at in range(HOT)]).values()]
    free = stock.StockItem.on_hand - stock.StockItem.reserved
    total = select(func.sum(free)).where(stock.StockItem.variant_id.in_(keys))
    close_session()
    return int(session.scalar(total) or 0)


def _crowd(url: str, clients: int, *, hot: int) -> tuple[float, int, list[float]]:
    """Let so many processes place orders at once; return the rate, the errors, the waits in ms."""
    context = multiprocessing.get_context("spawn")
    line, answers = context.Barrier(clients + 1), context.Queue()
    processes = [
        context.Process(target=_client, args=(url, number, hot, line, answers))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    line.wait(600)
    began = time.perf_counter()
    results = [answers.get(timeout=600) for _process in processes]
    seconds = time.perf_counter() - began
    for process in processes:
        process.join(60)
    waits = [wait for own, _errors in results for wait in own]
    return len(waits) / seconds, sum(errors for _own, errors in results), waits


def _client(url: str, number: int, hot: int, line: Any, answers: Any) -> None:
    with open_shop(url):
        first = (number + 1) * 10_000
        for turn in range(3):
            transact(lambda turn=turn: orders.place_order(order(first + 200 + turn)))  # type: ignore[misc]
        assert database().engine is not None
        line.wait(600)
        waits, errors = [], 0
        for turn in range(EACH):
            began = time.perf_counter()
            try:
                transact(
                    lambda turn=turn: orders.place_order(order(first + 50 + turn, hot=hot))  # type: ignore[misc]
                )
            except Exception:
                errors += 1
            else:
                waits.append((time.perf_counter() - began) * 1000)
        answers.put((waits, errors))


def _percentile(waits: list[float], share: float) -> float:
    ordered = sorted(waits) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
