"""A shop to measure: a house on a database, with goods, buyers and a token."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.test import Client

from app import tokens
from app.db import session, transact
from modules import catalog, orders, organization, stock
from modules.catalog import NewProduct, NewVariant
from wsgi import make_app

VARIANTS = 1_000
PIECES = 1_000_000
ADDRESS = {
    "name": "Agnieszka Wiśniewska",
    "street": "ul. Długa 41",
    "postal_code": "31-147",
    "city": "Kraków",
    "country": "PL",
    "phone": "+48601447218",
}


@contextmanager
def open_shop(url: str) -> Iterator[Flask]:
    """Hold a house as it is in production, in its context."""
    with TemporaryDirectory() as folder:
        house = make_app({"DATABASE_URL": url, "DATA_DIR": folder})
        with house.app_context():
            yield house
        house.extensions["database"].engine.dispose()


def sku(number: int) -> str:
    return f"BE-{number % VARIANTS:06}"


def gtin(number: int) -> str:
    """Return the EAN-13 of a variant, with its check digit."""
    digits = f"590{number % VARIANTS:09}"
    total = sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(digits))
    return f"{digits}{-total % 10}"


def fill(*, pieces: int = PIECES) -> None:
    """Bring in goods by the bulk path, and receive them at MAIN; once for a database."""
    if catalog.variants_for_sale([sku(0)]):
        return
    rates = {one.code: one.id for one in organization.list_tax_classes()}

    def make() -> None:
        made = catalog.import_products(
            products=[
                NewProduct(
                    code=f"BE-{start:05}",
                    name=f"Bench model {start}",
                    tax_class_id=rates["standard"],
                    variants=[
                        NewVariant(
                            sku=sku(start),
                            price_minor=7_990,
                            cost_minor=4_000,
                            barcodes=[gtin(start)],
                            weight_grams=300,
                        )
                    ],
                )
                for start in range(VARIANTS)
            ]
        )
        stock.receive(
            location_id=organization.get_location("MAIN").id,
            reference="bench",
            lines=[
                stock.ReceiptLine(variant_id=key, quantity=pieces) for key in made.variants.values()
            ],
        )

    transact(make)


def order(number: int, *, lines: int = 3, hot: int = 0) -> orders.PlaceOrder:
    """Return an order of a known customer, without payment; `hot` = so many SKUs for all."""
    return orders.PlaceOrder(
        channel="web",
        currency="PLN",
        buyer={"email": "a.wisniewska@poczta.example", "name": "Agnieszka Wiśniewska"},
        shipping_address=ADDRESS,
        shipping_method="courier",
        shipping_minor=1_490,
        lines=[
            orders.OrderedLine(sku=sku(_place(number, at, lines, hot)), quantity=1)
            for at in range(lines)
        ],
    )


def _place(number: int, at: int, lines: int, hot: int) -> int:
    return (number + at) % hot if hot else number * lines + at


def order_json(number: int, *, lines: int = 3) -> dict[str, Any]:
    return {
        "channel": "web",
        "currency": "PLN",
        "customer": {"email": "a.wisniewska@poczta.example", "name": "Agnieszka Wiśniewska"},
        "shipping_address": ADDRESS,
        "shipping": {"method": "courier", "price_minor": 1_490},
        "lines": [{"sku": sku(number * lines + at), "quantity": 1} for at in range(lines)],
    }


class Caller:
    """A program in this process: a WSGI client with a token."""

    def __init__(self, house: Flask) -> None:
        known = list(house.extensions["scopes"])
        text_of_it = transact(
            lambda: tokens.create_token(name="bench", scopes=["admin"], known_scopes=known)
        )
        self._client = Client(house, use_cookies=False)
        self._headers = {"Authorization": f"Bearer {text_of_it}"}

    def post(self, path: str, body: Any) -> Any:
        answer = self._client.post(f"/api/v1{path}", json=body, headers=self._headers)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.json

    def get(self, path: str) -> Any:
        answer = self._client.get(f"/api/v1{path}", headers=self._headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json


def analyze() -> None:
    """Let the database know its own sizes, as it does by itself after a while."""

    def act() -> None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("ANALYZE"))

    transact(act)


class Driver:
    """The bare driver under SQLAlchemy, for what is written by hand."""

    def __init__(self, connection: Connection) -> None:
        self.raw: Any = connection.connection.driver_connection
        self.is_postgres = connection.dialect.name == "postgresql"
        self._sign = "%s" if self.is_postgres else "?"

    def one(self, statement: str, *values: Any) -> Any:
        return self.raw.execute(statement.replace("?", self._sign), values).fetchone()

    def all(self, statement: str, *values: Any) -> Any:
        return self.raw.execute(statement.replace("?", self._sign), values).fetchall()

    def do(self, statement: str, *values: Any) -> int:
        return int(self.raw.execute(statement.replace("?", self._sign), values).rowcount)

    def insert(self, table: str, row: dict[str, Any]) -> int:
        names = ", ".join(f'"{name}"' for name in row)
        signs = ", ".join("?" for _name in row)
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({signs}) RETURNING id'
        return int(self.one(statement, *row.values())[0])

    def template(self, table: str, where: str, *values: Any) -> dict[str, Any]:
        """Return a row of ours as the driver sees it, to be written again under another key."""
        cursor = self.raw.execute(
            f'SELECT * FROM "{table}" WHERE {where} LIMIT 1'.replace("?", self._sign), values
        )
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        if self.is_postgres:
            from psycopg.types.json import Json

            row = {
                name: Json(value) if isinstance(value, dict | list) else value
                for name, value in row.items()
            }
        del row["id"]
        return row

    def begin(self) -> None:
        if not self.is_postgres:
            self.raw.execute("PRAGMA query_only = 0")
            self.raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.raw.execute("COMMIT")
