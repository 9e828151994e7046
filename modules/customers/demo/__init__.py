"""The demo's customers: 3,000 people and a few firms, come one by one over two years."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app import clock
from app.db import session, transact
from app.demo import DemoContext
from modules.customers.bulk import import_customers
from modules.customers.demo.people import Buyer, make_people
from modules.customers.models import Customer
from modules.customers.operations import create_group, set_groups

__all__ = ["Buyer", "demo", "obstacle"]

COUNT = 3_000
STAFF, CLUB = 9, 60


def demo(context: DemoContext) -> None:
    made = make_people(context.random_for("customers"), count=COUNT, end=context.end)

    def put_in() -> list[int]:
        with clock.at(context.end):
            return import_customers([row for _buyer, row in made])

    keys = transact(put_in)
    context.made["buyers"] = [
        buyer.known_as(key) for key, (buyer, _row) in zip(keys, made, strict=True)
    ]
    transact(lambda: _put_in_groups(keys, context))
    context.say(f"{len(keys)} customers")


def _put_in_groups(keys: Sequence[int], context: DemoContext) -> None:
    """Let some customers work here, and some be in a club that tells its birthdays."""
    chance = context.random_for("groups")
    chosen = chance.sample(list(keys), STAFF + CLUB)
    with clock.at(context.end):
        create_group(code="STAFF", name="Employees")
        create_group(code="CLUB", name="Reading circle")
        for place, key in enumerate(chosen):
            set_groups(customer_id=key, codes=["STAFF" if place < STAFF else "CLUB"])
            born = date(2000, 1, 1) + timedelta(days=chance.randrange(366))
            session.get_one(Customer, key).birthday = f"{born:%m-%d}"


def obstacle() -> str | None:
    if session.scalar(select(Customer.id).limit(1)) is not None:
        return "This shop has customers already."
    return None
