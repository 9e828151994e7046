"""The demo's customers: 3,000 people and a few firms, come one by one over two years."""

from sqlalchemy import select

from app import clock
from app.db import session, transact
from app.demo import DemoContext
from modules.customers.bulk import import_customers
from modules.customers.demo.people import Buyer, make_people
from modules.customers.models import Customer

__all__ = ["Buyer", "demo", "obstacle"]

COUNT = 3_000


def demo(context: DemoContext) -> None:
    made = make_people(context.random_for("customers"), count=COUNT, end=context.end)

    def put_in() -> list[int]:
        with clock.at(context.end):
            return import_customers([row for _buyer, row in made])

    keys = transact(put_in)
    context.made["buyers"] = [
        buyer.known_as(key) for key, (buyer, _row) in zip(keys, made, strict=True)
    ]
    context.say(f"{len(keys)} customers")


def obstacle() -> str | None:
    if session.scalar(select(Customer.id).limit(1)) is not None:
        return "This shop has customers already."
    return None
