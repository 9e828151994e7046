"""Lists of orders: a page of fifty of twenty thousand, for people and for programs."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client

from app import accounts, clock, sessions
from app.db import session, transact
from app.models import Account
from modules import orders
from tests.bench.figures import Figure, Meter, count_statements
from tests.bench.shop import ADDRESS, Caller, Driver, analyze, fill, open_shop, sku

ORDERS = 20_000
BATCH = 2_000
ROUNDS = 60
ROWS = 50


def run(database_url: str) -> list[Figure]:
    """Measure on a database that stands as after `db upgrade`."""
    with open_shop(database_url) as house:
        fill()
        for start in range(0, ORDERS, BATCH):
            transact(lambda start=start: _bring_in(start))  # type: ignore[misc]
        analyze()
        return [_limit(house), _by_api(house), _on_screen(house)]


def _bring_in(start: int) -> None:
    now = clock.now()
    orders.import_history(
        [
            orders.HistoryOrder(
                channel_code="web",
                external_id=f"H{number}",
                placed_at=now - timedelta(minutes=10 * number),
                currency="PLN",
                status=("shipped", "delivered", "delivered", "cancelled", "returned")[number % 5],
                lines=[
                    orders.HistoryLine(sku=sku(number + at), quantity=1, unit_price_minor=7_990)
                    for at in range(3)
                ],
                buyer={"name": f"Buyer {number}", "email": f"b{number}@poczta.example"},
                address=ADDRESS,
            )
            for number in range(start, start + BATCH)
        ]
    )


def _limit(house: Flask) -> Figure:
    meter = Meter(house.extensions["database"].engine)
    with house.extensions["database"].engine.connect() as connection:
        driver = Driver(connection)
        statement = (
            'SELECT o.*, c.code, s.code FROM "order" o JOIN channel c ON c.id = o.channel_id '
            "JOIN store s ON s.id = o.store_id ORDER BY o.placed_at DESC, o.id DESC LIMIT 50"
        )
        cost = meter.measure(lambda _n: driver.all(statement), rounds=ROUNDS)
    return cost.figure(f"{ROWS} of {ORDERS:,} orders, the rows alone by the driver")


def _by_api(house: Flask) -> Figure:
    engine = house.extensions["database"].engine
    caller, meter = Caller(house), Meter(engine)
    caller.get("/orders?limit=1")  # the first use of a token is written down
    counts = [
        count_statements(engine, lambda n=n: caller.get(f"/orders?limit={n}"))  # type: ignore[misc]
        for n in (5, ROWS)
    ]
    cost = meter.measure(lambda _n: caller.get(f"/orders?limit={ROWS}"), rounds=ROUNDS)
    return cost.figure(
        f"GET /orders, {ROWS} of {ORDERS:,}",
        found=f"{counts[0]} statements for 5 rows, {counts[1]} for {ROWS}",
        goal="statements constant",
        good=counts[0] == counts[1],
    )


def _on_screen(house: Flask) -> Figure:
    engine = house.extensions["database"].engine
    meter = Meter(engine)
    client = Client(house)
    name = house.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, signed_in(house))

    def look(more: str = "") -> None:
        answer = client.get(f"/orders/?lane=all{more}")
        assert answer.status_code == 200, answer.status
        assert answer.get_data(as_text=True).count("VS-") >= (1 if more else ROWS)

    look()  # the first page of a session writes down that somebody came
    # Eleven hits and a full page; only the second asks how many there are in all.
    few = count_statements(engine, lambda: look("&q=H1999"))
    many = count_statements(engine, lambda: look("&q=H19"))
    cost = meter.measure(lambda _n: look(), rounds=ROUNDS)
    return cost.figure(
        f"order queue on the screen, {ROWS} of {ORDERS:,}",
        found=f"{few} statements for 11 rows, {many} for {ROWS}",
        goal="cpu <= 8 ms, statements constant (and one count)",
        good=many <= few + 1 and cost.cpu_ms <= 8,
    )


def signed_in(house: Flask) -> str:
    """Return the cookie of somebody who may see everything."""

    def make() -> str:
        account = session.scalar(select(Account).where(Account.email == "bench@example.test"))
        if account is None:
            account = Account(email="bench@example.test", name="Bench", password_hash="none")
            session.add(account)
            session.flush()
            accounts.grant_role(account_id=account.id, role="administrator", store_id=None)
        return sessions.open_session(account.id, ip="127.0.0.1", agent="bench")

    secret = transact(make)
    signer = house.session_interface.get_signing_serializer(house)  # type: ignore[attr-defined]
    text: str = signer.dumps({"_user_id": secret, "_fresh": True})
    return text
