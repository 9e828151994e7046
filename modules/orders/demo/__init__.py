"""The demo's orders: two years of history, and a last fortnight that is really worked."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app import clock
from app.db import session, transact
from app.demo import DemoContext
from modules.orders.bulk import import_history
from modules.orders.demo.history import make_history
from modules.orders.demo.story import DAYS, Fortnight
from modules.orders.demo.tastes import Range, make_shoppers
from modules.orders.models import Order

__all__ = ["demo", "obstacle"]

_BATCH = 2_000


def demo(context: DemoContext) -> None:
    chance = context.random_for("orders")
    stock = Range(context.made["goods"])
    fortnight = context.end - timedelta(days=DAYS)
    shoppers = make_shoppers(
        context.made["buyers"], context.made["house"].shops, context.end, chance
    )
    history = make_history(shoppers, stock, fortnight, chance)
    with clock.at(fortnight):
        for start in range(0, len(history), _BATCH):
            batch = history[start : start + _BATCH]
            transact(partial(import_history, batch))
    context.say(f"{len(history)} orders of two years")
    Fortnight(context, shoppers, stock).plan()


def obstacle() -> str | None:
    if session.scalar(select(Order.id).limit(1)) is not None:
        return "This shop has orders already."
    return None
