"""The demo's price lists: what employees pay, and the club's price for accessories."""

from datetime import timedelta

from app import clock
from app.actor import acting_as
from app.db import transact
from app.demo import DemoContext
from modules.pricing.operations import create_price_list

_BEGAN = timedelta(days=120)


def demo(context: DemoContext) -> None:
    company = context.made["house"].people["marketing"]
    with acting_as(company), clock.at(context.end - _BEGAN):
        transact(
            lambda: create_price_list(
                code="STAFF",
                name="Employees",
                currency="PLN",
                rank=20,
                groups=["STAFF"],
                rules=[{"of": "everything", "word": "", "rate_bp": 2_000}],
                active=True,
            )
        )
        transact(
            lambda: create_price_list(
                code="CLUB",
                name="Reading circle: accessories",
                currency="PLN",
                rank=10,
                groups=["CLUB"],
                rules=[{"of": "category", "word": "Accessories", "rate_bp": 1_000}],
                active=True,
            )
        )
    context.say("2 price lists")
